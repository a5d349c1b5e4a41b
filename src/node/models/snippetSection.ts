import { servedAddress } from '../../core/models/servedAddress.js';
import {
  DTYPES,
  folderSnippets,
  servedSnippets,
  type Snippet,
} from '../../core/models/snippets.js';
import type { ExportFormat, WeightPrecision } from '../../core/models/exportFormats.js';
import type { HeadKind } from '../../core/models/model.js';

/** An exported folder whose use a card shows. */
export interface UsedExport {
  readonly head: HeadKind;
  /** Name of the folder. */
  readonly name: string;
  readonly format: Exclude<ExportFormat, 'litert' | 'adapter'>;
  readonly precision: WeightPrecision;
  /** Whether all that it holds is a graph that was imported. */
  readonly isImported: boolean;
}

const TITLES: Readonly<Record<Snippet['id'], string>> = {
  transformersJs: 'In Node, with the package `@huggingface/transformers`:',
  webPage: 'In a web page, with the folder beside the page on a web server:',
  transformers: 'In Python, with the package `transformers`:',
  curl: 'From a shell, after `masklab serve --model MODEL`:',
  python: 'In Python without packages, after the same command:',
};

const START = '<!-- use: written by Masklab -->';
const END = '<!-- end of use -->';

/** A model card without such a section, which names another folder. */
export function withoutSnippets(card: string): string {
  const [start, end] = [card.indexOf(START), card.indexOf(END)];
  return start < 0 || end < start ? card : card.slice(0, start) + card.slice(end + END.length);
}

/** Section of a model card: lines of other programs that use the model, as Markdown. */
export function snippetSection(used: UsedExport): string {
  const { head, name, format, precision, isImported } = used;
  // Masklab opens an imported graph in its original form only.
  const isServed = !isImported || precision === 'float32';
  const snippets = [
    ...folderSnippets({
      ...{ head, folder: name, hasWeights: !isImported },
      dtype: format === 'onnx' ? DTYPES[precision] : null,
    }),
    ...(isServed ? servedSnippets({ url: servedAddress(), needsToken: false }, head) : []),
  ];
  const model = /^[\w.-]+$/u.test(name) ? name : '<folder>';
  const parts = snippets.map(({ id, language, code }) =>
    [TITLES[id].replace('MODEL', model), '', '```' + language, code.trimEnd(), '```'].join('\n'),
  );
  return [START, '## Use', ...parts, END].join('\n\n');
}
