import fs from 'node:fs';
import path from 'node:path';
import { formatShare } from '../../src/core/format.js';
import type { Architecture } from '../../src/core/models/newModel.js';
import { cardHeader } from '../../src/node/models/cardHeader.js';
import type { ModelFolder } from '../../src/node/models/modelFolder.js';
import type { Figures } from './measure.js';
import type { StageRecord } from './stageRecord.js';

export interface CardContent {
  readonly name: string;
  /** Of the stages, in their order. */
  readonly stages: readonly StageRecord[];
  readonly model: ModelFolder;
  readonly figures: Figures;
}

interface CorpusRow {
  readonly name: string;
  readonly title: string;
  readonly package: string;
  readonly version: string;
  readonly licence: string;
  readonly bytes: number;
}

const CURVE_ROWS = 24;
const CORPUS = path.join(import.meta.dirname, 'corpus.json');

/** Card of the bundled model: training, data and evaluation. */
export function modelCard({ name, stages, model, figures }: CardContent): string {
  const last = stages.at(-1)!;
  const architecture = architectureIn(model);
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const size = [...model.parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
  const { loss } = last.curve.at(-1)!;
  const perplexity = Math.exp(loss);
  const header = cardHeader({
    ...{ name, language: 'en', license: 'mit', pipeline: 'fill-mask' },
    results: [
      {
        task: 'fill-mask',
        dataset: { name: 'training text', split: 'held-out' },
        metrics: [
          { type: 'loss', name: 'loss', value: loss },
          { type: 'perplexity', name: 'perplexity', value: perplexity },
        ],
      },
    ],
  });
  return `${header}
# ${name}

A small English masked language model that ships with Masklab for hovers and as a starting point for fine-tuning. Masklab trained it from scratch on two CPU threads (\`scripts/pretraining/\` trains it again).

| | |
|---|---|
| shape | ${architecture.family}: ${architecture.layers} layers, hidden size ${architecture.hiddenSize}, ${architecture.heads} heads, gated feed-forward layers of size ${architecture.innerSize}, rotary positions, ${last.maxLength} of them |
| vocabulary | ${model.model.heads[0].outputSize} word pieces, lowercase, spelled in bytes, so that no script is unknown |
| parameters | ${(size / 1e6).toFixed(1)} million; \`model.safetensors\` stores matrices as 8-bit integers with one scale per row. Masklab builds its graphs from them; \`masklab export\` writes the files that transformers.js and transformers load |
${stages.map((stage, i) => `| training, ${i + 1} of ${stages.length} | ${stageText(stage)} |`).join('\n')}
| cost | ${(seconds / 3600).toFixed(1)} hours on at most ${Math.max(...stages.map(({ threads }) => threads))} CPU threads of a virtual machine with other load |
| method | AdamW, weight decay ${last.weightDecay}; 80/10/10 of the masked tokens; seed ${last.seed} |

## Evaluation

On the held-out split of the last stage (${formatShare(last.heldOut)} of its text, split by content, ${formatShare(last.maskedHeldOut)} of the tokens masked): loss ${loss.toFixed(3)} nats per masked token, perplexity ${perplexity.toFixed(1)}. Both tables below evaluate the 8-bit weights that ship with Masklab.

Sentences for which a word that a person would accept is among the first five predictions (\`test/cloze\`, which was written before training and was never used to select anything):

| | sentences | in the first five | first |
|---|---|---|---|
${Object.entries(figures.cloze)
  .map(
    ([set, { sentences, top5, top1 }]) =>
      `| ${set} | ${sentences} | ${formatShare(top5)} | ${formatShare(top1)} |`,
  )
  .join('\n')}

Tokens masked at random (17%, 80/10/10) in documents that were excluded from the training text (one in fifty, at most 60 sequences per source). Content words are all words except function words, punctuation and numbers:

| source | masked tokens | loss | top-1 | top-5 | content words, top-1 | function words, top-1 |
|---|---|---|---|---|---|---|
${Object.entries(figures.heldOut ?? {})
  .map(
    ([source, row]) =>
      `| ${source} | ${row.tokens} | ${row.loss.toFixed(3)} | ${[row.top1, row.top5, row.contentTop1, row.functionTop1].map((share) => formatShare(share)).join(' | ')} |`,
  )
  .join('\n')}

## Limits

The model is small and was trained on little text. It knows grammar and set phrases well, guesses most content words, and knows no facts that you could rely on. Half of its training text is software documentation; the rest is the English of dictionaries, politicians, games, novels and the Bible, part of it a century or more old, with the views of its time. It does not distinguish uppercase from lowercase and knows no other languages. Fine-tune it on your own text before you rely on its surprisal.

## Learning curve

| stage | step | tokens seen, millions | held-out loss | top-1 |
|---|---|---|---|---|
${curveRows(stages)}

## Data

The text comes from Debian and npm packages. Licenses are those of their copyright files. \`scripts/pretraining/corpus.ts\` creates the text again. It is not settled whether weights are a derived work of the text they were trained on. The sources and their terms are listed here so that you can decide for yourself. \`--terms public-domain,permissive\` creates a corpus without copyleft. The vocabulary was trained on all of the training text, including the held-out split of the run. The text of the example workspace (_Moby-Dick_) is not part of it.

| source | MB | package | license |
|---|---|---|---|
${(JSON.parse(fs.readFileSync(CORPUS, 'utf8')) as CorpusRow[])
  .map(
    (row) =>
      `| ${row.title} | ${(row.bytes / 1e6).toFixed(1)} | ${row.package} ${row.version} | ${row.licence} |`,
  )
  .join('\n')}
`;
}

/** The learning curve over all stages. */
function curveRows(stages: readonly StageRecord[]): string {
  let steps = 0;
  let tokens = 0;
  const points = stages.flatMap(({ steps: ofStage, sequences, maxLength, curve }, stage) => {
    const before = { steps, tokens };
    steps += ofStage;
    tokens += ofStage * sequences * maxLength;
    return curve.map(({ step, loss, top1 }) => ({
      ...{ stage: stage + 1, step: before.steps + step, loss, top1 },
      tokens: before.tokens + step * sequences * maxLength,
    }));
  });
  const every = Math.max(1, Math.ceil(points.length / CURVE_ROWS));
  return points
    .filter((_, i) => i % every === 0 || i === points.length - 1)
    .map(
      ({ stage, step, tokens: seen, loss, top1 }) =>
        `| ${stage} | ${step} | ${(seen / 1e6).toFixed(1)} | ${loss.toFixed(3)} | ${formatShare(top1)} |`,
    )
    .join('\n');
}

function stageText(stage: StageRecord): string {
  const { steps, sequences, maxLength, epochs, masked } = stage;
  return `${steps} steps of ${sequences} sequences of at most ${maxLength} tokens (${epochs} epochs), peak learning rate ${stage.learningRate}, β2 ${stage.beta2}, ${stage.schedule} decay after ${formatShare(stage.warmupFraction)} warmup, ${masked}`;
}

function architectureIn({ config }: ModelFolder): Architecture {
  if (config?.model_type !== 'modernbert') throw new RangeError('not a ModernBERT');
  return {
    family: config.model_type,
    layers: config.num_hidden_layers,
    hiddenSize: config.hidden_size,
    heads: config.num_attention_heads,
    innerSize: config.intermediate_size,
  };
}
