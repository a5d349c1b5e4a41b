import { formatLoss, formatPerplexity, formatShare } from '../core/format.js';
import type { RunSpec, RunState } from '../core/runs/schema.js';
import { runModelFolder } from '../node/runDirectory.js';
import { writeModelFolder } from '../node/modelFolder.js';
import type { PreparedRun } from './prepare.js';

/** Writes the run's `model/`: a Hugging Face folder that Masklab, transformers and others load. */
export function writeTrainedModel(
  directory: string,
  spec: RunSpec,
  { model, engine }: PreparedRun,
  state: RunState,
): Promise<void> {
  return writeModelFolder(runModelFolder(directory), {
    config: model.config,
    configJson: model.configJson,
    tokenizerJson: model.tokenizerJson,
    tokenizerConfigJson: model.tokenizerConfigJson,
    parameters: engine.parameters(),
    modelCard: modelCard(spec, state),
  });
}

function modelCard(spec: RunSpec, { before, latest, step, trainingSeconds }: RunState): string {
  const { optimizer, training, masking, data } = spec;
  const row = (label: string, format: (value?: number) => string, key: string): string =>
    `| ${label} | ${format(before?.[key])} | ${format(latest?.[key])} |`;
  return `---
library_name: transformers
pipeline_tag: fill-mask
tags: [masklab]
---

# ${spec.name}

A masked language model: ${spec.model.name}, fine-tuned by Masklab on ${data.files.length} text files.

| held-out text | before | after |
|---|---|---|
${row('loss (nats a masked token)', formatLoss, 'loss')}
${row('perplexity', formatPerplexity, 'perplexity')}
${row('masked tokens right', formatShare, 'maskedAccuracy')}

${step} steps of ${training.batchSize} sequences of at most ${training.maxLength} tokens (${training.epochs} epochs) in ${Math.round(trainingSeconds)} s of training; AdamW, learning rate ${optimizer.learningRate}, weight decay ${optimizer.weightDecay}, ${training.schedule} schedule with ${training.warmupFraction} warm-up; ${masking.rate} of the tokens masked. Seed ${training.seed}. Held-out share ${data.heldOutFraction}, split by a hash of the content. The full spec is the run's \`run.json\`, id ${spec.id}.
`;
}
