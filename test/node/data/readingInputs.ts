import path from 'node:path';
import { expect, it } from 'vitest';
import type { DataSelection } from '../../../src/core/data/dataSelection.js';
import { USUAL_DIALECT, type FileDialect } from '../../../src/core/data/fileDialect.js';
import { AppError } from '../../../src/core/errors.js';
import { dataReadingOf } from '../../../src/core/runs/dataSnapshot.js';
import type { RunOptions } from '../../../src/core/runs/options.js';
import { inspectData } from '../../../src/node/data/inspectData.js';
import { selectionIn } from '../../support/selection.js';
import { useScratchFolder, type ScratchFolder } from './readers/scratchFolder.js';

/** Facts in which one way to read a file differs from another. */
export interface Seen {
  readonly task: string;
  /** Labels with the number of their rows. */
  readonly labels: Readonly<Record<string, number>>;
  readonly rows: number;
  readonly names: readonly string[];
  /** Ids of warnings and of findings. */
  readonly warnings: readonly string[];
  readonly splits: Readonly<Record<string, string>>;
  /** Id of the refusal, with its row if it has one. */
  readonly refusal: readonly unknown[];
}

export interface Input {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly dialect?: Partial<FileDialect>;
  readonly changes?: Partial<DataSelection>;
  readonly options?: RunOptions;
}

/** Messages and findings about every small data set. */
const ALWAYS = /^(?:tiny-data|data\.labelsOnlyTrained)$/;

async function seen(
  folder: ScratchFolder,
  { files, dialect, changes, options }: Input,
): Promise<Partial<Seen>> {
  for (const [name, content] of Object.entries(files)) folder.write(name, content);
  const names = Object.keys(files);
  const selection = selectionIn(folder.path, names.length === 1 ? names : ['.'], {
    ...(dialect === undefined ? {} : { dialect: { ...USUAL_DIALECT, ...dialect } }),
    ...changes,
  });
  try {
    const reading = dataReadingOf({ heldOut: 0, ...options });
    const data = await inspectData(selection, reading, { modelFolder: null });
    const [task] = data.tasks;
    const isSeveral = task?.kind === 'classification' && task.multiLabel;
    const classes = data.summary.labels?.classes ?? [];
    const ids = [
      ...data.warnings.map(({ id }) => id),
      ...data.summary.warnings.map(({ code }) => code),
    ];
    return {
      task: `${isSeveral ? 'several: ' : ''}${task!.kind}`,
      labels: Object.fromEntries(classes.map(({ label, count }) => [label, count])),
      rows: data.rows,
      names: data.table?.names ?? [],
      warnings: ids.filter((id) => !ALWAYS.test(id)),
      splits: Object.fromEntries(
        data.files.map(({ path: file, split }) => [path.basename(file), split ?? 'none']),
      ),
    };
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    const { details } = thrown.data;
    const row = 'row' in details ? [details.row].filter(Number.isFinite) : [];
    return { refusal: ['problem' in details ? details.problem.id : thrown.data.code, ...row] };
  }
}

export type Case = readonly [name: string, input: Input, expected: Partial<Seen>];

/** Reads each input with `inspectData` and compares the facts that the case names. */
export function check(cases: readonly Case[]): void {
  const folder = useScratchFolder();
  it.each(cases)('%s', async (_, input, expected) => {
    const found = new Map(Object.entries(await seen(folder, input)));
    const named = Object.keys(expected).map((name) => [name, found.get(name)] as const);
    expect(Object.fromEntries(named)).toEqual(expected);
  });
}

export const file = (name: string, content: string | Uint8Array): Pick<Input, 'files'> => ({
  files: { [name]: content },
});
/** A table with a text per label. */
export const table = (labels: readonly string[], delimiter = ';', column = 'label'): string =>
  [`text${delimiter}${column}`, ...labels.map((label, i) => `Text number ${i}${delimiter}${label}`)]
    .map((row) => `${row}\n`)
    .join('');
export const csv = (...labels: readonly string[]): Pick<Input, 'files'> =>
  file('a.csv', table(labels));
export const jsonl = (...labels: readonly string[]): Pick<Input, 'files'> =>
  file('a.jsonl', labels.map((label, i) => `{"text":"Text ${i}","label":${label}}\n`).join(''));
export const SKIP_BAD = { changes: { skipBad: true } };
export const SEVERAL = { task: 'several: classification' };
export const X_AND_Y = { task: 'classification', labels: { x: 1, y: 1 }, names: ['text', 'label'] };
