import fs from 'node:fs';
import path from 'node:path';
import { formatShare } from '../../src/core/format.js';
import { maskingText } from '../../src/core/runs/maskingText.js';
import type { MetricsRow, RunSpec, RunState } from '../../src/core/runs/schema.js';
import type { ModelFolder } from '../../src/node/models/modelFolder.js';
import type { Figures } from './measure.js';

export interface CardContent {
  readonly name: string;
  readonly spec: RunSpec;
  readonly state: RunState;
  readonly model: ModelFolder;
  readonly figures: Figures;
  /** The run's `metrics.jsonl`. */
  readonly curve: string;
}

interface CorpusRow {
  readonly name: string;
  readonly title: string;
  readonly package: string;
  readonly version: string;
  readonly licence: string;
  readonly bytes: number;
}

const CURVE_ROWS = 16;
const CORPUS = path.join(import.meta.dirname, 'corpus.json');

/** The bundled model's card: how it was made, of what, and what it knows. */
export function modelCard({ name, spec, state, model, figures, curve }: CardContent): string {
  const { newModel, optimizer, training, masking } = spec;
  const { architecture } = newModel!;
  const size = [...model.parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
  const { loss, perplexity } = state.latest ?? {};
  const sequences = training.batchSize * training.accumulation;
  return `---
language: en
license: mit
library_name: transformers
pipeline_tag: fill-mask
tags: [masklab]
---

# ${name}

The model that Masklab ships for hovers and as a starting point for fine-tuning: a small English masked language model, trained from scratch by Masklab's own trainer on two CPU threads (\`scripts/pretraining/\` makes it again).

| | |
|---|---|
| shape | ${architecture.family}: ${architecture.layers} layers, hidden size ${architecture.hiddenSize}, ${architecture.heads} heads, gated feed-forward layers of ${architecture.innerSize}, rotary positions, ${training.maxLength} of them |
| vocabulary | ${model.model.heads[0].outputSize} word pieces, lower case, spelled in bytes: no text of any script is unknown to it |
| parameters | ${(size / 1e6).toFixed(1)} million; \`model.safetensors\` and \`onnx/model_int8.onnx\` hold matrices as 8-bit integers with a scale a row, which the trainer widens |
| training | ${state.step} steps of ${sequences} sequences of at most ${training.maxLength} tokens (${training.epochs} epochs) |
| cost | ${(state.trainingSeconds / 60).toFixed(0)} minutes on ${training.threads} CPU threads of a virtual machine that did other work beside it |
| method | AdamW, peak rate ${optimizer.learningRate}, ${training.schedule} decay after ${formatShare(training.warmupFraction)} warm-up, weight decay ${optimizer.weightDecay}; ${maskingText(masking)} (80/10/10), falling along the run; seed ${training.seed} |

## What it knows

Of the run's own held-out sequences (${formatShare(spec.data.heldOutFraction)}, split by content, ${formatShare(masking.rate)} of the tokens masked): loss ${loss?.toFixed(3) ?? '?'} nats a masked token, perplexity ${perplexity?.toFixed(1) ?? '?'}. Both tables below are of the weights as they are shipped, in 8 bits.

Words that a person would accept in place of a mask, among the model's first five (\`test/cloze\`, written before the model was chosen, and never used to choose anything):

| | sentences | in the first five | first |
|---|---|---|---|
${Object.entries(figures.cloze)
  .map(
    ([set, { sentences, top5, top1 }]) =>
      `| ${set} | ${sentences} | ${formatShare(top5)} | ${formatShare(top1)} |`,
  )
  .join('\n')}

Tokens masked at random (17%, 80/10/10) in documents that were kept out of the training text (one in fifty, at most 60 sequences a source); content words are all but words of grammar, marks and numbers:

| source | masked tokens | loss | top-1 | top-5 | content words, top-1 | function words, top-1 |
|---|---|---|---|---|---|---|
${Object.entries(figures.heldOut ?? {})
  .map(
    ([source, row]) =>
      `| ${source} | ${row.tokens} | ${row.loss.toFixed(3)} | ${[row.top1, row.top5, row.contentTop1, row.functionTop1].map(formatShare).join(' | ')} |`,
  )
  .join('\n')}

## Limits

It is small and has read little: grammar and set phrases it knows well, content words it mostly guesses, and it knows no facts worth relying on. Half of what it read is documentation of software; the rest is a dictionary's, a politician's or a game's English, part of it a century or more old, with the views of its time. It does not know upper from lower case, and nothing of other languages. Fine-tune it on your own text before you trust what it finds unlikely.

## The curve

| step | tokens seen, millions | held-out loss | top-1 |
|---|---|---|---|
${curveRows(curve, sequences * training.maxLength)}

## Data

From Debian and npm packages; licences as their own copyright files state them. \`scripts/pretraining/corpus.ts\` makes the text again. Whether weights are a work derived from the text they were trained on is not settled; what the text is, and its terms, are listed here so that you can judge, and \`--terms public-domain,permissive\` makes a corpus without copyleft. The vocabulary was trained on all of the training text, the run's own held-out sequences included. The text of the example workspace (_Moby-Dick_) is not in it.

| source | MB | package | licence |
|---|---|---|---|
${(JSON.parse(fs.readFileSync(CORPUS, 'utf8')) as CorpusRow[])
  .map(
    (row) =>
      `| ${row.title} | ${(row.bytes / 1e6).toFixed(1)} | ${row.package} ${row.version} | ${row.licence} |`,
  )
  .join('\n')}
`;
}

function curveRows(file: string, tokensAStep: number): string {
  const rows = fs
    .readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as MetricsRow)
    .filter(({ split }) => split === 'heldOut');
  const every = Math.max(1, Math.ceil(rows.length / CURVE_ROWS));
  return rows
    .filter((_, i) => i % every === 0 || i === rows.length - 1)
    .map(
      ({ step, loss, maskedAccuracy }) =>
        `| ${step} | ${((step * tokensAStep) / 1e6).toFixed(1)} | ${loss.toFixed(3)} | ${formatShare(maskedAccuracy)} |`,
    )
    .join('\n');
}
