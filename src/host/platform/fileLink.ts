import path from 'node:path';

/**
 * Address of a line, from 1, of a file in a link of a Markdown preview of a read-only document; `null`
 * if the file is not in `folder` or its name is not valid Unicode. Previews allow no `file:` links and resolve `/…` in the first folder of
 * the workspace, which `folder` must be.
 */
export function fileLink(
  file: string,
  { folder, line }: { readonly folder: string; readonly line: number },
): string | null {
  const inside = path.relative(folder, path.resolve(folder, file));
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside) || /\p{Cs}/u.test(inside))
    return null;
  const segments = inside.split(path.sep).map((segment) =>
    encodeURIComponent(segment).replace(
      /[!'()*~_]/g,
      // Markdown could read them as its own marks.
      (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  );
  return `/${segments.join('/')}#L${line}`;
}
