import type { BadInput } from '../../core/data/badInput.js';
import { labelsInAnswer, type Answer, type DataRecord } from '../../core/data/labelledRows.js';
import { SPLIT_NAMES, type SplitName } from '../../core/data/records.js';
import { RecordLabels } from '../../core/data/splitting/recordLabels.js';
import type { SplitPlan } from '../../core/data/splitting/split.js';
import { RecordSplitter } from '../../core/data/splitting/splitter.js';
import type { DataFilesSpec } from '../../core/specs/preparationSpec.js';
import { recordsOf } from '../data/labelledFiles.js';

/** Properties of a row that decide its split. */
interface SplitRow {
  readonly text: string;
  readonly key: string;
  readonly answer: Answer;
}

export interface SplitRows<E> extends Pick<SplitPlan, 'moved'> {
  readonly rows: readonly E[];
  /** Rows of a split, in their order. */
  readonly part: (name: SplitName) => E[];
}

/**
 * Splits the labelled rows of a run. Throws `Data`, also for files that have changed since the run was
 * created, and `UserInput` if a split would be empty.
 */
export async function splitLabelled<E extends SplitRow>(
  { data, workspaceFolder }: DataFilesSpec,
  {
    exampleOf,
    bad,
  }: {
    readonly exampleOf: (record: DataRecord, group: string | null) => E;
    readonly bad: BadInput;
  },
): Promise<SplitRows<E>> {
  const { files, labelled, reading } = data;
  if (labelled === null) throw new RangeError('rows are split by the columns of labeled data');
  const rows: E[] = [];
  const splitter = new RecordSplitter({ ...data, ...reading });
  for await (const record of recordsOf(files, labelled.format, {
    ...{ workspaceFolder, dialect: reading.dialect },
    ...bad.listener,
  })) {
    const found = bad.attempt(() => {
      const row = exampleOf(record, splitter.groupOf(record));
      return { row, number: splitter.addRecord(record, row) };
    });
    if (found !== null && found.number !== null) rows.push(found.row);
  }
  const labels = new RecordLabels();
  rows.forEach(({ answer }, number) => {
    labels.add(number, labelsInAnswer(answer));
  });
  const { splits, moved } = splitter.finish({ nonEmpty: true, labels });
  return { rows, moved, part: (name) => rows.filter((_, i) => SPLIT_NAMES[splits[i]!] === name) };
}
