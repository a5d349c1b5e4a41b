import { createHash } from 'node:crypto';
import { BadInput } from '../../core/data/badInput.js';
import { inputError } from '../../core/errors.js';
import type { LabelDesign, LabelTest } from '../../core/experiments/study/study.js';
import { problem, type Message } from '../../core/messages/message.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import { halfOf } from '../../core/data/splitting/sampleHalves.js';
import type { LabelledData, RunSpec } from '../../core/runs/schema.js';
import type { GroupedExample } from '../../core/train/data/labelledData.js';
import { byKey } from '../../core/train/data/scoredData.js';
import { collectDataFiles } from '../data/textFiles.js';
import { examplesOf, type ExampleForm } from '../models/readExamples.js';
import { loadTokenizer } from '../tokenizers/loadTokenizer.js';

export interface TestRows {
  /** By content key. */
  readonly examples: readonly GroupedExample[];
  /** Hash of the rows: their content keys and labels. */
  readonly digest: string;
  /** Rows that were skipped. */
  readonly warnings: readonly Message[];
}

/**
 * Rows of a test set with the columns of a run's data. Throws `Data` for rows that cannot be read and
 * for labels that the run does not have, and `UserInput` for a test set without rows.
 */
export async function readTest(
  { name, data, exclude }: Pick<LabelTest, 'name' | 'data' | 'exclude'>,
  spec: Pick<RunSpec, 'data' | 'workspaceFolder'>,
  form: ExampleForm,
): Promise<TestRows> {
  const { labelled, reading } = spec.data;
  if (labelled === null) throw new RangeError('test sets are for runs with labels');
  const { workspaceFolder } = spec;
  const { dialect } = reading;
  const bad = new BadInput(reading.skipBad);
  const { files } = await collectDataFiles(
    {
      ...{ workspaceFolder, paths: data, exclude, kind: 'labelled', dialect },
      ...{ format: labelled.format, columns: {}, cleaning: [], code: null },
      ...{ skipBad: reading.skipBad, ignoreSplitNames: true },
    },
    'labelled',
  );
  const examples = await examplesOf(form, {
    ...{ files, labelled, bad, withSources: true, unknownLabel: 'study.unknownLabel' },
    selection: { workspaceFolder, dialect },
  });
  if (examples.length === 0) throw inputError(problem('study.emptyTest', { name }));
  const hash = createHash('sha256');
  for (const { key, answer } of examples.sort(byKey)) {
    hash.update(`${key} ${JSON.stringify(answer)}\n`);
  }
  return { examples, digest: hash.digest('hex').slice(0, DIGITS), warnings: bad.warnings() };
}

const DIGITS = 16;

/** Name of the development texts where a test set has a name. */
const DEVELOPMENT = 'development';

/** Rows of a test set of a study. Throws `UserInput` if they have changed since the study was created. */
export async function readTestOf(
  test: LabelTest,
  spec: Pick<RunSpec, 'data' | 'workspaceFolder'>,
  form: ExampleForm,
): Promise<TestRows> {
  const found = await readTest(test, spec, form);
  if (found.digest === test.digest) return found;
  throw inputError(problem('study.changedTest', { name: test.name }));
}

/** Texts on which values are chosen. */
export function readDevelopment(
  files: Pick<LabelTest, 'data' | 'exclude'>,
  spec: Pick<RunSpec, 'data' | 'workspaceFolder'>,
  form: ExampleForm,
): Promise<TestRows> {
  return readTest({ name: DEVELOPMENT, ...files }, spec, form);
}

/** The same of a study. Throws `UserInput` if they have changed since the study was created. */
export async function readDevelopmentOf(
  development: NonNullable<LabelDesign['development']>,
  spec: Pick<RunSpec, 'data' | 'workspaceFolder'>,
  form: ExampleForm,
): Promise<TestRows> {
  const found = await readDevelopment(development, spec, form);
  if (found.digest === development.digest) return found;
  throw inputError(problem('study.changedDevelopment'));
}

/** The form in which a run that has not begun reads examples, with the tokenizer of its start model. */
export async function formOf(
  { task, training }: Pick<RunSpec, 'task' | 'training'>,
  startModel: string,
): Promise<ExampleForm> {
  const { maxLength, truncation, stride } = training;
  const tokenizer = await loadTokenizer(startModel);
  return { task, tokenizer, maxLength, truncation, stride };
}

/** Content keys of the rows of test sets. */
export async function keysOfTests(
  tests: readonly Pick<LabelTest, 'name' | 'data' | 'exclude'>[],
  spec: Pick<RunSpec, 'data' | 'workspaceFolder'>,
  form: ExampleForm,
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const test of tests) {
    for (const { key } of (await readTest(test, spec, form)).examples) keys.add(key);
  }
  return keys;
}

/** Labelled files, and those of a shifted sample. */
interface KeyedData {
  readonly files: readonly { readonly path: string }[];
  readonly labelled: { readonly data: LabelledData } | null;
  readonly shifted: Pick<NonNullable<DataSnapshot['shifted']>, 'files' | 'withoutHalf'> | null;
}

/**
 * Content keys of the texts of a run's data in any split, and of the part of its shifted sample that it
 * trains on.
 */
export async function keysOfRun(
  { files, labelled, shifted }: KeyedData,
  spec: Pick<RunSpec, 'data' | 'workspaceFolder'>,
  form: ExampleForm,
): Promise<ReadonlySet<string>> {
  const texts = await textsOfData([{ files, labelled, shifted: null }], spec, form);
  const keys = new Set(texts.map(({ key }) => key));
  if (shifted === null) return keys;
  for (const { key } of await textsOfData([{ files: [], labelled, shifted }], spec, form)) {
    if (halfOf(key) !== shifted.withoutHalf) keys.add(key);
  }
  return keys;
}

/**
 * Texts that runs train on, those of their held-out and test splits, and those of their shifted samples.
 */
export async function textsOfData(
  snapshots: Iterable<KeyedData>,
  { workspaceFolder, data }: Pick<RunSpec, 'data' | 'workspaceFolder'>,
  form: ExampleForm,
): Promise<GroupedExample[]> {
  const texts: GroupedExample[] = [];
  for (const { files, labelled, shifted } of new Set(snapshots)) {
    if (labelled === null) throw new RangeError('test sets are for runs with labels');
    const examples = await examplesOf(form, {
      ...{ files: [...files, ...(shifted?.files ?? [])], labelled: labelled.data },
      bad: new BadInput(true),
      selection: { workspaceFolder, dialect: data.reading.dialect },
    });
    for (const example of examples) texts.push(example);
  }
  return texts;
}
