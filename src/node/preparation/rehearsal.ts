import os from 'node:os';
import path from 'node:path';
import { BadInput } from '../../core/data/badInput.js';
import type { Message } from '../../core/messages/message.js';
import type { LabelledObjective } from '../../core/objectives/objective.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { RunSpec } from '../../core/runs/schema.js';
import type { PreparationSpec } from '../../core/specs/preparationSpec.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { readProfiledModel } from '../models/profiledModel.js';
import { requireStartHeads } from '../models/startHeads.js';
import { maskedSampleMessages } from './maskedSample.js';
import { prepareLabelled } from './prepareLabelled.js';
import { prepareText } from './prepareText.js';
import { readShifted } from './shiftedRows.js';

/** Facts about a run from preparing its data before it exists. */
export interface Rehearsal {
  /** Sizes of the splits; empty if the data is too large to be prepared twice. */
  readonly summary: readonly Message[];
  readonly warnings: readonly Message[];
}

const NOTHING: Rehearsal = { summary: [], warnings: [] };

/** Data up to this size is prepared twice. Only small data lacks sequences, rows or masks. */
const REHEARSED_BYTES = 65_536;

/**
 * Prepares small data as the trainer of the run will, so that what the trainer would refuse is refused
 * before a run exists. Of larger text, a sample shows whether the policy masks anything. Throws `Data`
 * or `UserInput`.
 */
export async function rehearse(
  spec: PreparationSpec,
  {
    loadModel,
  }: {
    readonly loadModel: () => Promise<{ tokenizer: Tokenizer; maxLength: number }>;
  },
): Promise<Rehearsal> {
  const objective = objectiveOf(spec.task);
  const bytes = spec.data.files.reduce((sum, file) => sum + file.bytes, 0);
  const isLarge = bytes > REHEARSED_BYTES;
  if (isLarge && objective.data !== 'text') {
    await rehearseShifted(spec, objective, loadModel);
    return NOTHING;
  }
  const options = await loadModel();
  if (isLarge) return { summary: [], warnings: await maskedSampleMessages(spec, options) };
  // So little text stays in memory; the file is not written.
  const storePath = path.join(os.tmpdir(), 'masklab-rehearsal.bin');
  const { summary, warnings, dispose } =
    objective.data === 'text'
      ? await prepareText(spec, { ...options, storePath, report: () => undefined })
      : await prepareLabelled(spec, objective, options);
  dispose();
  return { summary, warnings };
}

/** Reads a shifted sample, whose rows and labels are few beside large data. Throws `Data`. */
async function rehearseShifted(
  spec: PreparationSpec,
  objective: LabelledObjective,
  loadModel: () => Promise<{ tokenizer: Tokenizer; maxLength: number }>,
): Promise<void> {
  const { shifted, labelled, reading } = spec.data;
  if (shifted === null || labelled === null) return;
  const { truncation, stride } = spec.training;
  const options = { ...(await loadModel()), truncation, stride, ...labelled };
  await readShifted(spec, {
    exampleOf: (record) => ({ ...objective.exampleOf(record, spec.task, options), group: null }),
    evaluatedKeys: new Set(),
    bad: new BadInput(reading.skipBad),
  });
}

/** Rehearses the preparation of a run that starts from an existing model. */
export async function rehearseRun(
  spec: Pick<RunSpec, 'model' | 'newModel' | 'training' | 'method'> & PreparationSpec,
): Promise<Rehearsal> {
  if (spec.newModel !== null) return NOTHING;
  await requireStartHeads(spec);
  return rehearse(spec, {
    loadModel: async () => {
      const { tokenizer, model } = await readProfiledModel(spec.model.path);
      return { tokenizer, maxLength: Math.min(spec.training.maxLength, model.maxLength) };
    },
  });
}
