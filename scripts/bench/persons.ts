// `npm run bench:persons`: CPU time of the policy pii-redaction and of its rule for persons on 4 MB of
// invented HTML mail, with the tagger of `compromise` on the same visible text beside it, in turns.
// --columns <files …> prints precision and recall of both on files with one word and its tag per line,
// as of CoNLL-2003 and WNUT-17; --text <file> takes the texts of a .jsonl file instead of the mail;
// --json ends with one line that holds the result as JSON.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import nlp from 'compromise';
import { TextContext } from '../../src/core/masking/annotation/textContext.js';
import { POLICY_GALLERY } from '../../src/core/masking/policy/gallery.js';
import { parsePolicy } from '../../src/core/masking/policy/policyFile.js';
import { compileSelector } from '../../src/core/masking/selectors/compileSelector.js';
import type { Selector } from '../../src/core/masking/selectors/selector.js';
import type { Encoding } from '../../src/core/tokenizer/tokenizer.js';
import { namedMail } from '../personalData/namedMail.js';
import { columnSentences, type NamedSentence, type Range } from '../personalData/personSets.js';

const MAIL_BYTES = 4_000_000;
const ROUNDS = 5;
/** The tagger reads only each eighth mail, since it takes its time. */
const TAGGED_SHARE = 8;
const NO_TOKENS: Encoding = {
  ids: new Int32Array(),
  starts: new Int32Array(),
  ends: new Int32Array(),
  wordIds: new Int32Array(),
};

type Find = (text: string) => Range[];

interface Speed {
  readonly name: string;
  /** Of the round with the median CPU time. */
  readonly megabytesPerSecond: number;
}

function main(): void {
  const json = process.argv.includes('--json');
  const load = os.loadavg()[0] ?? 0;
  if (load > 0.5) console.log(`WARNING: other work is running (load ${load.toFixed(1)}).`);
  const file = valuesOf('text')[0];
  const speeds = measureSpeeds(file === undefined ? namedMail(MAIL_BYTES) : textsOf(file));
  const [policy, , tagger] = speeds as [Speed, Speed, Speed];
  console.table(
    speeds.map(({ name, megabytesPerSecond: speed }) => ({ name, 'MB/s': speed.toFixed(2) })),
  );
  console.log(
    `ratio to compromise: ${(policy.megabytesPerSecond / tagger.megabytesPerSecond).toFixed(1)}`,
  );
  const scores = valuesOf('columns').flatMap((columns) => {
    const sentences = columnSentences(columns);
    const set = path.basename(columns);
    return [
      scoreOf({ set, name: 'Masklab' }, sentences, masklab),
      scoreOf({ set, name: 'compromise' }, sentences, compromise),
    ];
  });
  if (scores.length > 0) console.table(scores);
  if (json) {
    console.log(
      JSON.stringify({
        speeds,
        scores,
        node: process.version,
        cpu: os.cpus()[0]?.model ?? 'unknown',
        loadAtStart: load,
      }),
    );
  }
}

/** Values after a flag, up to the next flag. */
function valuesOf(flag: string): string[] {
  const at = process.argv.indexOf(`--${flag}`);
  const rest = at < 0 ? [] : process.argv.slice(at + 1);
  const end = rest.findIndex((value) => value.startsWith('--'));
  return end < 0 ? rest : rest.slice(0, end);
}

function textsOf(file: string): string[] {
  const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => (JSON.parse(line) as { text: string }).text);
}

function measureSpeeds(texts: readonly string[]): Speed[] {
  const policy = POLICY_GALLERY.find(({ id }) => id === 'pii-redaction')!;
  const rules = parsePolicy(policy.text, 'pii-redaction.mask.json').rules.map((rule) =>
    compileSelector(rule, { statistics: null }),
  );
  const some = texts.filter((_, index) => index % TAGGED_SHARE === 0);
  const contenders = [
    { name: 'policy pii-redaction', texts, work: (text: string) => select(rules, text) },
    { name: 'its rule for persons', texts, work: masklab },
    { name: 'compromise', texts: some, work: compromise },
  ];
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { texts: read, work }] of contenders.entries()) {
      const start = process.cpuUsage();
      for (const text of read) work(text);
      const { user, system } = process.cpuUsage(start);
      times[index]!.push((user + system) / 1e6);
    }
  }
  return contenders.map(({ name, texts: read }, index) => {
    const bytes = read.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    const seconds = times[index]!.toSorted((a, b) => a - b)[ROUNDS >> 1]!;
    return { name, megabytesPerSecond: bytes / 1e6 / seconds };
  });
}

const persons = compileSelector({ entities: ['person'] }, { statistics: null });

function masklab(text: string): Range[] {
  return select([persons], text);
}

function select(rules: readonly Selector[], text: string): Range[] {
  const found: Range[] = [];
  const context = new TextContext(text, NO_TOKENS, null);
  for (const rule of rules) rule(context, (start, end) => found.push([start, end]));
  return found;
}

interface TaggedPerson {
  readonly text: string;
  readonly offset: { readonly start: number; readonly length: number };
}

function compromise(text: string): Range[] {
  const { aligned } = new TextContext(text, NO_TOKENS, null).visible;
  const people = nlp(aligned.text).people().json({ offset: true }) as TaggedPerson[];
  return people.map(({ offset: { start, length } }) => [start, start + length]);
}

interface Score {
  readonly set: string;
  readonly name: string;
  readonly expected: number;
  readonly found: number;
  readonly precision: string;
  readonly recall: string;
}

/** Counts names that are found with exactly their characters, apart from "'s" after them. */
function scoreOf(
  of: Pick<Score, 'set' | 'name'>,
  sentences: readonly NamedSentence[],
  find: Find,
): Score {
  let [expected, found, exact] = [0, 0, 0];
  for (const { text, persons: wanted } of sentences) {
    const ranges = find(text).map((range) => withoutPossessive(text, range));
    expected += wanted.length;
    found += ranges.length;
    exact += wanted.filter(([start, end]) =>
      ranges.some(([from, to]) => from === start && to === end),
    ).length;
  }
  const percent = (part: number, all: number): string => `${((100 * part) / all).toFixed(1)}%`;
  return {
    ...of,
    expected,
    found,
    precision: percent(exact, found),
    recall: percent(exact, expected),
  };
}

function withoutPossessive(text: string, [start, end]: Range): Range {
  const name = text
    .slice(start, end)
    .replace(/[.,;:!?)]*$/, '')
    .replace(/['’]s?$/, '');
  return [start, start + name.length];
}

main();
