import path from 'node:path';
import { BadInput } from '../../core/data/badInput.js';
import type { KnownTexts } from '../../core/data/splitting/knownTexts.js';
import { labelsOf, textOf, type Answer, type DataRecord } from '../../core/data/labelledRows.js';
import { weightIn } from '../../core/data/rowWeights.js';
import { recordKey } from '../../core/data/scanLabels.js';
import { AppError, cancelled } from '../../core/errors.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { AbortState } from '../../core/predict/runRows.js';
import { RUN_FILES, type RunSpec } from '../../core/runs/schema.js';
import { knownTexts } from '../data/textOverlap.js';
import { fileExists } from '../files/descriptors.js';
import { readShifted } from '../preparation/shiftedRows.js';
import { splitLabelled } from '../preparation/splitLabelled.js';
import { readRunSpec } from '../runs/runSpecFile.js';

interface TrainedRow {
  readonly text: string;
  readonly pair: string | null;
  readonly key: string;
  readonly answer: Answer;
  readonly weight: number;
}

/**
 * The texts that the model of a run was trained on: those of its training split and of its shifted
 * sample. `null` if no run is known, or if its data was changed, moved or deleted. Throws `Cancelled`.
 */
export async function trainedTextsOf(
  modelFolder: string,
  signal?: AbortState,
): Promise<KnownTexts | null> {
  const directory = path.dirname(path.resolve(modelFolder));
  if (!(await fileExists(path.join(directory, RUN_FILES.spec)))) return null;
  try {
    return await textsOf(await readRunSpec(directory), signal);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.data.code !== 'Cancelled') return null;
    throw thrown;
  }
}

async function textsOf(spec: RunSpec, signal?: AbortState): Promise<KnownTexts | null> {
  const { labelled, reading } = spec.data;
  const { task } = spec;
  const objective = objectiveOf(task);
  if (labelled === null || objective.data === 'text') return null;
  const { columns } = labelled;
  const bad = new BadInput(reading.skipBad);
  const exampleOf = (record: DataRecord): TrainedRow => {
    if (signal?.aborted === true) throw cancelled();
    const text = textOf(record, columns.text);
    const pair = columns.pair === null ? null : textOf(record, columns.pair);
    const answer: Answer =
      objective.labelOutputs(task) === null
        ? { kind: 'numbers', numbers: [] }
        : { kind: 'labels', labels: labelsOf(record, labelled) };
    const { weightColumn } = reading;
    const isWeighted = weightColumn !== null && Object.hasOwn(record.values, weightColumn);
    const weight = isWeighted ? weightIn(record, weightColumn) : 1;
    return { text, pair, key: recordKey(text, pair), answer, weight };
  };
  const { part } = await splitLabelled(spec, { exampleOf, bad });
  const evaluatedKeys = new Set([...part('heldOut'), ...part('test')].map(({ key }) => key));
  const shifted = await readShifted(spec, { exampleOf, evaluatedKeys, bad });
  const trained = [...part('train'), ...shifted.examples];
  return knownTexts(
    trained.filter(({ weight }) => weight !== 0),
    signal,
  );
}
