import fs from 'node:fs';
import path from 'node:path';

/** Paragraphs that are long enough to be context, with the document and the file that each is from. */
export function heldOutParagraphs(
  folder: string,
): { text: string; document: number; source: string }[] {
  let document = 0;
  return fs
    .readdirSync(folder)
    .sort()
    .flatMap((name) =>
      fs
        .readFileSync(path.join(folder, name), 'utf8')
        .split('\n\n')
        .flatMap((part) => {
          document++;
          const at = document;
          return part
            .split('\n')
            .filter((text) => text.length >= 80 && text.length <= 600)
            .map((text) => ({ text, document: at, source: path.basename(name, '.txt') }));
        }),
    );
}
