import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { ENGLISH, renderMessage } from '../../src/core/messages/render.js';
import { maskingMessage } from '../../src/core/runs/maskingMessage.js';
import { runSpecSchema, type MetricsRow } from '../../src/core/runs/schema.js';
import { textMasking } from '../../src/core/specs/preparationSpec.js';
import type { RunSummary } from '../../src/node/runs/runReader.js';
import { readRunSpec } from '../../src/node/runs/runSpecFile.js';
import type { Stage } from './recipe.js';

const stageRecordSchema = z.object({
  stage: z.string(),
  steps: z.int(),
  epochs: z.number(),
  /** Of training, without what came before the first step. */
  seconds: z.number(),
  threads: z.int(),
  /** Sequences per step, and most tokens per sequence. */
  sequences: z.int(),
  maxLength: z.int(),
  learningRate: z.number(),
  schedule: z.string(),
  warmupFraction: z.number(),
  weightDecay: z.number(),
  beta2: z.number(),
  seed: z.int(),
  /** Share of the data in the held-out split, and what was masked, in words. */
  heldOut: z.number(),
  masked: z.string(),
  maskedHeldOut: z.number(),
  /** On the held-out split of the run: nats per masked token, share of tokens predicted first. */
  curve: z.array(z.object({ step: z.int(), loss: z.number(), top1: z.number() })).min(1),
});

/** Facts about the training of a stage of the bundled model, for its card. */
export type StageRecord = z.infer<typeof stageRecordSchema>;

const FOLDER = path.join(import.meta.dirname, 'stages');

/** The committed record of a stage; `null` if it has not been trained for the model that ships. */
export function readStageRecord({ name }: Stage): StageRecord | null {
  const file = path.join(FOLDER, `${name}.json`);
  if (!fs.existsSync(file)) return null;
  return stageRecordSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
}

export function writeStageRecord(record: StageRecord): void {
  fs.writeFileSync(
    path.join(FOLDER, `${record.stage}.json`),
    `${JSON.stringify(record, null, 2)}\n`,
  );
}

export async function recordOf({ name }: Stage, run: RunSummary): Promise<StageRecord> {
  const spec = runSpecSchema.parse(await readRunSpec(run.directory));
  const { training, optimizer, data } = spec;
  const masking = textMasking(spec);
  return {
    ...{ stage: name, steps: run.state!.step, seconds: Math.round(run.state!.trainingSeconds) },
    ...{ epochs: training.epochs, threads: training.threads ?? 1, maxLength: training.maxLength },
    sequences: training.batchSize * training.accumulation,
    ...{ learningRate: optimizer.learningRate, schedule: training.schedule },
    ...{ warmupFraction: training.warmupFraction, weightDecay: optimizer.weightDecay },
    beta2: 'beta2' in optimizer ? optimizer.beta2 : NaN,
    ...{ seed: training.seed, heldOut: data.heldOutFraction },
    masked: renderMessage(maskingMessage(masking), ENGLISH),
    maskedHeldOut: masking.rate,
    curve: heldOutRows(path.join(run.directory, 'metrics.jsonl')).map(
      ({ step, loss, maskedAccuracy = NaN }) => ({ step, loss, top1: maskedAccuracy }),
    ),
  };
}

function heldOutRows(file: string): MetricsRow[] {
  return fs
    .readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsRow)
    .filter(({ split }) => split === 'heldOut');
}
