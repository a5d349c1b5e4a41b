import type { Scene } from '../../charts/scene.js';
import { escaped, svgOf } from '../../charts/svg.js';

/** Part of a report, which becomes Markdown and a page. */
export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
    }
  | { readonly kind: 'code'; readonly text: string }
  | ImageBlock;

/** Cell of a table: a text, or lines of data files, which Markdown can link to. */
export type Cell = string | { readonly places: readonly ReportPlace[] };

/** Line of a data file, from 1. */
export interface ReportPlace {
  readonly file: string;
  readonly line: number;
}

export interface ImageBlock {
  readonly kind: 'image';
  readonly scene: Scene;
  /** File of the image beside the Markdown; a page has the image in itself. */
  readonly file: string;
  readonly alt: string;
}

export interface Report {
  /** BCP 47 tag of the language of the texts. */
  readonly locale: string;
  readonly title: string;
  readonly blocks: readonly Block[];
}

export function textBlock(text: string): Block {
  return { kind: 'text', text };
}

export interface Addresses {
  /** Address of an image. Default: its file beside the Markdown. */
  readonly ofImage?: (image: ImageBlock) => string;
  /**
   * Address of a line without spaces or parentheses, or `null` to show the line without a link.
   * Default: no links.
   */
  readonly ofPlace?: (place: ReportPlace) => string | null;
}

/** A report in Markdown, whose images are files beside it or elsewhere. */
export function reportMarkdown({ title, blocks }: Report, addresses: Addresses = {}): string {
  const { ofImage = (image: ImageBlock) => image.file, ofPlace = () => null } = addresses;
  const lines = [`# ${markdown(title)}`, ''];
  for (const block of blocks) lines.push(...markdownOf(block, { ofImage, ofPlace }), '');
  return lines.join('\n');
}

function markdownOf(block: Block, { ofImage, ofPlace }: Required<Addresses>): string[] {
  const cell = (content: Cell): string =>
    typeof content === 'string'
      ? markdown(content)
      : content.places
          .map((place) => linked(markdown(placeText(place)), ofPlace(place)))
          .join(', ');
  switch (block.kind) {
    case 'heading':
      return [`## ${markdown(block.text)}`];
    case 'text':
      return [markdown(block.text)];
    case 'list':
      return block.items.map((item) => `- ${markdown(item)}`);
    case 'table':
      return [
        `| ${block.head.map(markdown).join(' | ')} |`,
        `|${' --- |'.repeat(block.head.length)}`,
        ...block.rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
      ];
    case 'code':
      return ['```json', block.text.replaceAll('```', '`\u200b``'), '```'];
    case 'image':
      return [`![${block.alt}](${ofImage(block)})`];
  }
}

/** A report as one page that needs no other file. */
export function reportPage({ locale, title, blocks }: Report): string {
  return `<!doctype html>
<html lang="${escaped(locale)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
${blocks.map(markupOf).join('\n')}
</body>
</html>
`;
}

function markupOf(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escaped(block.text)}</h2>`;
    case 'text':
      return `<p>${escaped(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
    case 'table': {
      const head = block.head.map((cell) => `<th scope="col">${escaped(cell)}</th>`);
      const rows = block.rows.map((row) => `<tr>${row.map(cellMarkup).join('')}</tr>`);
      return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
    }
    case 'code':
      return `<pre>${escaped(block.text)}</pre>`;
    case 'image':
      return `<figure class="scroll">${svgOf(block.scene)}</figure>`;
  }
}

/** The first cell of a row names the row. */
function cellMarkup(cell: Cell, column: number): string {
  const text = typeof cell === 'string' ? cell : cell.places.map(placeText).join(', ');
  return column === 0 ? `<th scope="row">${escaped(text)}</th>` : `<td>${escaped(text)}</td>`;
}

function placeText({ file, line }: ReportPlace): string {
  return `${file}:${line}`;
}

function linked(text: string, address: string | null): string {
  return address === null ? text : `[${text}](${address})`;
}

const STYLE = `
:root { color-scheme: light dark; --text: #1f1f1f; --muted: #5f5f5f; --mark: #0b63b5; --good: #1a7f37; --bad: #b3261e; --grid: #d8d8d8; --page: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e6e6; --muted: #a6a6a6; --mark: #6cb2ff; --good: #5fd17a; --bad: #ff8f85; --grid: #444; --page: #1e1e1e; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; } th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--grid); text-align: left; vertical-align: top; } thead th { color: var(--muted); font-weight: 600; }
figure { margin: 1rem 0; } .scroll { overflow-x: auto; } pre { overflow-x: auto; padding: .8rem; border: 1px solid var(--grid); }
.tone-text { color: var(--text); } .tone-muted { color: var(--muted); } .tone-mark, .tone-band { color: var(--mark); } .tone-good { color: var(--good); } .tone-bad { color: var(--bad); } .tone-grid { color: var(--grid); }
`;

function markdown(content: string): string {
  return content.replaceAll(/[\\|<>*_`[\]]/g, '\\$&').replaceAll(/\s+/g, ' ');
}
