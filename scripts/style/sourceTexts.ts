import ts from 'typescript';

/** A text of a source file that people read. */
export interface SourceText {
  /** `label`: the string of a property such as `title`, or of the button of a message. */
  readonly kind: 'docComment' | 'comment' | 'string' | 'label';
  readonly line: number;
  readonly text: string;
}

const LABEL_PROPERTIES = new Set(['label', 'title', 'placeHolder', 'placeholder', 'heading']);

/** Comments and strings of a TypeScript or JavaScript file, in the order of their lines. */
export function sourceTexts(file: string, content: string): SourceText[] {
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
  const lineAt = (position: number): number =>
    source.getLineAndCharacterOfPosition(position).line + 1;
  const comments = new Map<number, ts.CommentRange>();
  const texts: SourceText[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const text = stringOf(node);
    if (text !== null) {
      texts.push({ kind: isLabel(node) ? 'label' : 'string', line: lineAt(node.getStart()), text });
    }
    const children = node.getChildren(source);
    if (children.length === 0) {
      const around = [
        ...(ts.getLeadingCommentRanges(content, node.pos) ?? []),
        ...(ts.getTrailingCommentRanges(content, node.end) ?? []),
      ];
      for (const comment of around) comments.set(comment.pos, comment);
    }
    children.forEach(visit);
  };
  source.getChildren().forEach(visit);
  return [...texts, ...commentTexts(content, [...comments.values()], lineAt)].sort(
    (a, b) => a.line - b.line,
  );
}

/** Text of a string or a template, with `{}` for each value in a template; `null` for an import. */
function stringOf(node: ts.Node): string | null {
  if (ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent)) return null;
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('{}');
}

/** Whether a string, or the call that localizes it, is the value of a property for labels. */
function isLabel(node: ts.Node): boolean {
  const owner = ts.isCallExpression(node.parent) ? node.parent.parent : node.parent;
  return (
    ts.isPropertyAssignment(owner) &&
    ts.isIdentifier(owner.name) &&
    LABEL_PROPERTIES.has(owner.name.text)
  );
}

/** Texts of comments; consecutive lines with `//` are one comment. */
function commentTexts(
  content: string,
  comments: readonly ts.CommentRange[],
  lineAt: (position: number) => number,
): SourceText[] {
  const texts: (SourceText & { readonly end: number })[] = [];
  for (const { kind, pos, end } of comments.toSorted((a, b) => a.pos - b.pos)) {
    const raw = content.slice(pos, end);
    const before = texts.at(-1);
    if (kind === ts.SyntaxKind.MultiLineCommentTrivia) {
      const text = raw.slice(2, -2).replaceAll(/^[ \t]*\*+/gm, '');
      texts.push({
        kind: raw.startsWith('/**') ? 'docComment' : 'comment',
        line: lineAt(pos),
        text,
        end,
      });
    } else if (before !== undefined && /^[ \t]*\r?\n[ \t]*$/.test(content.slice(before.end, pos))) {
      texts[texts.length - 1] = { ...before, text: `${before.text}\n${raw.slice(2)}`, end };
    } else {
      texts.push({ kind: 'comment', line: lineAt(pos), text: raw.slice(2), end });
    }
  }
  return texts.map(({ kind, line, text }) => ({ kind, line, text }));
}
