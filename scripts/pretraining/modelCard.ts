import { formatShare } from '../../src/core/format.js';
import { parseBertConfig } from '../../src/core/models/bertConfig.js';
import type { RunSpec, RunState } from '../../src/core/runs/schema.js';
import type { ModelFolder } from '../../src/node/modelFolder.js';

/** The bundled model's card, from the run that made it. */
export function modelCard({
  name,
  spec,
  state,
  model,
}: {
  name: string;
  spec: RunSpec;
  state: RunState;
  model: ModelFolder;
}): string {
  const { parameters } = model;
  const config = parseBertConfig(model.configJson, model.path);
  const size = [...parameters.values()].reduce((sum, { data }) => sum + data.length, 0);
  const { loss, perplexity, maskedAccuracy } = state.latest ?? {};
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  const sources = spec.data.files.map(
    ({ path, bytes }) => `| ${path.replace(/\.txt$/, '')} | ${megabytes(bytes)} |`,
  );
  return `---
language: en
license: mit
library_name: transformers
pipeline_tag: fill-mask
tags: [masklab]
---

# ${name}

The model that Masklab ships for hovers and as a starting point for fine-tuning: a small BERT masked language model for English, trained from scratch by Masklab's own trainer on CPU.

| | |
|---|---|
| shape | ${config.num_hidden_layers} layers, hidden size ${config.hidden_size}, ${config.num_attention_heads} heads, ${config.vocab_size} word pieces, lower case, ${config.max_position_embeddings} positions |
| parameters | ${(size / 1e6).toFixed(1)} million, stored as float16 |
| training | ${state.step} steps of ${spec.training.batchSize} sequences of at most ${spec.training.maxLength} tokens (${spec.training.epochs} epochs), ${Math.round(state.trainingSeconds / 60)} minutes on ${spec.training.threads} CPU threads |
| method | AdamW, peak rate ${spec.optimizer.learningRate}, weight decay ${spec.optimizer.weightDecay}; ${spec.masking.rate * 100}% of the tokens masked (80/10/10); initialised to look at neighbouring words |

## What it can do

On held-out text (${spec.data.heldOutFraction * 100}% of the sequences, by content hash, masked at random like the training text): loss ${loss?.toFixed(3) ?? '?'} nats a masked token, perplexity ${perplexity?.toFixed(1) ?? '?'}, ${formatShare(maskedAccuracy)} of the masked tokens predicted right. Most of those are function words and punctuation; content words are its weak side. It knows no facts worth relying on, and its English is that of its sources: much of it is a century or more old. Fine-tune it on your own text before you trust what it finds unlikely.

## Data

Public-domain text only, from Debian and npm packages. \`scripts/pretraining/corpus.ts\` makes text from the same packages, with versions and licences in \`corpus.json\`; these weights were trained on an earlier cleaning of them, which cut and filtered some sources differently, so the script's text is nearly but not exactly theirs. They were trained with room for 256 positions, of which the 64 that the sequences reach are kept.

| source | MB |
|---|---|
${sources.join('\n')}

The text of the example workspace (_Moby-Dick_) is not in it.
`;
}
