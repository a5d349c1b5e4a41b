import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The folder of the repository. */
export const ROOT = path.join(import.meta.dirname, '../..');

/** The TypeScript files under folders of the repository, as paths from its root. */
export function sourceFiles(...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
        .map(({ parentPath, name }) => path.relative(ROOT, path.join(parentPath, name))),
    )
    .map((file) => file.split(path.sep).join('/'))
    .sort();
}

/** The files that a file imports by relative paths, for their types alone or not. */
export function importsOf(file: string): string[] {
  const text = readFileSync(path.join(ROOT, file), 'utf8');
  const specifiers = text.matchAll(/(?:\bfrom|\bimport)[\s(]*'(\.{1,2}\/[^']+)\.js'/g);
  return [...specifiers].map(([, specifier = '']) =>
    path.posix.join(path.posix.dirname(file), `${specifier}.ts`),
  );
}

export type ImportGraph = ReadonlyMap<string, readonly string[]>;

export function importGraph(...folders: readonly string[]): ImportGraph {
  return new Map(sourceFiles(...folders).map((file) => [file, importsOf(file)]));
}

/** One circle of imports through each group of files that import one another, if there are any. */
export function circles(graph: ImportGraph): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) found.push([...trail.slice(at), file]);
    if (at >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}
