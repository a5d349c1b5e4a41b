// `npm run eval:personal-data`: precision and recall of the personal data finders, by kind, on the sentences of
// test/fixtures/personalData, with libraries and Presidio's default recognizers beside them, and
// the speed on 4 MB of HTML mail. --misses lists what Masklab gets wrong; --json prints the result as JSON.
import fs from 'node:fs';
import path from 'node:path';
import { PERSONAL_DATA, type PersonalData } from '../../src/core/masking/policy/policy.js';
import { contendersFor } from './contenders.js';
import { htmlMail } from './htmlMail.js';
import type { Find } from './libraryPhones.js';

interface Sentence {
  readonly text: string;
  readonly spans: readonly {
    readonly kind: PersonalData;
    readonly start: number;
    readonly end: number;
  }[];
}

interface Score {
  readonly kind: PersonalData;
  readonly name: string;
  readonly expected: number;
  readonly found: number;
  /** Found with exactly the expected offsets. */
  readonly exact: number;
  /** Expected and found in part: some of it would stay readable. */
  readonly partial: number;
  readonly precision: number;
  readonly recall: number;
  readonly megabytesPerSecond: number;
}

const FOLDER = path.join(import.meta.dirname, '../../test/fixtures/personalData');
/** The sentences with which the finders were written, and those written afterwards. */
const FILES = ['sentences.jsonl', 'unseen.jsonl'];
const MAIL_BYTES = 4_000_000;

const has = (flag: string): boolean => process.argv.includes(`--${flag}`);
function main(): void {
  const mail = htmlMail(MAIL_BYTES);
  const results = FILES.map((file) => {
    const sentences = fs
      .readFileSync(path.join(FOLDER, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Sentence);
    const scores = PERSONAL_DATA.flatMap((kind) =>
      contendersFor(kind).map(({ name, find }) => scoreOf(kind, name, { find, mail, sentences })),
    );
    return { file, sentences, scores };
  });
  if (has('json')) {
    console.log(JSON.stringify(results.map(({ file, scores }) => ({ file, scores }))));
    return;
  }
  for (const { file, sentences, scores } of results) {
    const negatives = sentences.filter(({ spans }) => spans.length === 0).length;
    console.log(
      `${file}: ${String(sentences.length)} sentences, ${String(negatives)} without personal data`,
    );
    console.table(
      scores.map(({ precision, recall, megabytesPerSecond, ...counts }) => ({
        ...counts,
        precision: percent(precision),
        recall: percent(recall),
        'MB/s': megabytesPerSecond.toFixed(1),
      })),
    );
  }
}

interface Trial {
  readonly find: Find;
  readonly mail: readonly string[];
  readonly sentences: readonly Sentence[];
}

function scoreOf(kind: PersonalData, name: string, { find, mail, sentences }: Trial): Score {
  let [expected, found, exact, partial] = [0, 0, 0, 0];
  for (const { text, spans } of sentences) {
    const wanted = spans.filter((span) => span.kind === kind);
    const matches = find(text);
    expected += wanted.length;
    found += matches.length;
    const missed = wanted.filter(
      ({ start, end }) => !matches.some(([from, to]) => from === start && to === end),
    );
    exact += wanted.length - missed.length;
    partial += missed.filter(({ start, end }) =>
      matches.some(([from, to]) => from < end && to > start),
    ).length;
    if (has('misses') && name === 'Masklab') report(kind, text, wanted, matches);
  }
  return {
    ...{ kind, name, expected, found, exact, partial },
    precision: found === 0 ? 1 : exact / found,
    recall: exact / expected,
    megabytesPerSecond: speedOf(find, mail),
  };
}

function report(
  kind: PersonalData,
  text: string,
  wanted: Sentence['spans'],
  matches: ReturnType<Find>,
): void {
  const [right, got] = [
    wanted.map(({ start, end }) => text.slice(start, end)),
    matches.toSorted(([a], [b]) => a - b).map(([start, end]) => text.slice(start, end)),
  ].map((list) => JSON.stringify(list)) as [string, string];
  if (right !== got)
    console.log(`${kind} ${JSON.stringify(text)}\n  expected ${right}\n  found    ${got}`);
}

function speedOf(find: Find, mail: readonly string[]): number {
  find(mail[0]!);
  const start = performance.now();
  for (const text of mail) find(text);
  const bytes = mail.reduce((sum, text) => sum + text.length, 0);
  return bytes / 1000 / (performance.now() - start);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

main();
