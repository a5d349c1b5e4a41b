/**
 * Prints, as a Markdown table, the accuracy of naive Bayes on the data sets with a shift when words are
 * removed or the shifted sample is added. Needs the data sets (`scripts/studies/shiftedData.ts`).
 *
 *     npx tsx scripts/studies/wordRemoval.ts [set…] [--data .cache/shifted]
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { accuraciesOf, naiveBayes } from './shifted/naiveBayes.js';
import { wordsByChoice } from './shifted/shiftWords.js';

const ROOT = path.join(import.meta.dirname, '../..');
const SETS = ['mail-whole', 'mail-body', 'fields', 'opinions', 'hedges', 'planted-word-90'];
const SAMPLE_WEIGHT = 10;

const rowSchema = z.object({ text: z.string(), label: z.string(), source: z.string() });
type Row = z.infer<typeof rowSchema>;

function rowsOf(file: string): Row[] {
  return fs
    .readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => rowSchema.parse(JSON.parse(line)));
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

function linesOf(set: string, folder: string): string[] {
  const read = (name: string): Row[] => rowsOf(path.join(folder, `${name}.jsonl`));
  const files = fs.readdirSync(folder).map((file) => file.replace(/\.jsonl$/, ''));
  const tests = ['test', ...files.filter((name) => /^shift-(?!dev)/.test(name)).sort()];
  const train = read('train');
  const sample = files.includes('shift-dev') ? read('shift-dev') : null;
  const words = wordsByChoice(train, sample);
  const repeated = Array.from({ length: SAMPLE_WEIGHT }, () => sample ?? []).flat();
  const ways: [string, (text: string) => string][] = [
    ['nothing removed', naiveBayes(train)],
    ...(['random', 'loudest', 'unstable'] as const).flatMap(
      (choice): [string, (text: string) => string][] =>
        words[choice].length === 0
          ? []
          : [[`${words[choice].length} ${choice}`, naiveBayes(train, new Set(words[choice]))]],
    ),
    ...(sample === null
      ? []
      : ([
          ['sample added', naiveBayes([...train, ...sample])],
          [`sample added ×${SAMPLE_WEIGHT}`, naiveBayes([...train, ...repeated])],
        ] as [string, (text: string) => string][])),
  ];
  return ways.map(([name, predict]) => {
    const results = tests.map((test) => {
      const { balanced } = accuraciesOf(read(test), predict);
      return `${test.replace('shift-', '')} ${percent(balanced)}`;
    });
    return `| ${set} | ${name} | ${results[0]} | ${results.slice(1).join(', ')} |`;
  });
}

const { values, positionals } = parseArgs({
  options: { data: { type: 'string', default: path.join(ROOT, '.cache/shifted') } },
  allowPositionals: true,
});
const chosen = positionals.length === 0 ? SETS : positionals;
console.log('| set | removed or added | in-domain | shifted |\n| --- | --- | --- | --- |');
for (const set of chosen) {
  for (const line of linesOf(set, path.join(values.data, set))) console.log(line);
}
