import { formatCount } from '../core/format.js';
import { HELD_OUT_METRICS } from '../core/runs/metrics.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import type { RunSpec, RunState } from '../core/runs/schema.js';

/** Content of a trained model's `README.md`, with the metadata that the hub reads. */
export function modelCard(
  spec: RunSpec,
  { before, latest, step, trainingSeconds }: RunState,
): string {
  const { optimizer, training, data, task, newModel } = spec;
  const made = newModel === null ? 'fine-tuned' : 'pre-trained';
  const objective = objectiveOf(task);
  const rows = objective.metrics.map((name) => {
    const { label, format } = HELD_OUT_METRICS[name];
    return `| ${renderMessage(label, ENGLISH)} | ${format(before?.[name])} | ${format(latest?.[name])} |`;
  });
  const sequences = training.batchSize * training.accumulation;
  return `---
library_name: transformers
pipeline_tag: ${objective.names.pipeline}
tags: [masklab]
---

# ${spec.name}

${objective.describeModel(task)}: ${spec.model.name}, ${made} with Masklab on ${formatCount(data.files.length, 'file')}.

| Held-out data | Before | After |
|---|---|---|
${rows.join('\n')}

- Training: ${step} steps (${training.epochs} epochs) in ${Math.round(trainingSeconds)} s, effective batch size ${sequences}, maximum length ${training.maxLength} tokens, seed ${training.seed}
- Trained parameters: ${trainedText(spec)}
- Optimizer: ${optimizer.name}, peak learning rate ${optimizer.learningRate}, weight decay ${optimizer.weightDecay}, ${training.schedule} schedule, warmup fraction ${training.warmupFraction}
${objective.data === 'text' ? `- Mask rate: ${spec.masking.rate}\n` : ''}- Held-out fraction: ${data.heldOutFraction}, split by a hash of the content
- Run: ${spec.id}; the full specification is in its \`run.json\`
`;
}

function trainedText({ method }: RunSpec): string {
  const { kind, lora, freeze } = method;
  const frozen = [
    ...(freeze.embeddings ? ['embeddings'] : []),
    ...(freeze.layers === 0 ? [] : [`lowest ${formatCount(freeze.layers, 'layer')}`]),
    ...freeze.patterns,
  ];
  const trained =
    lora !== null
      ? `low-rank adapters (rank ${lora.rank}, alpha ${lora.alpha}), merged`
      : kind === 'bias-only'
        ? 'biases only'
        : 'all weights';
  return frozen.length === 0 ? trained : `${trained}; frozen: ${frozen.join(', ')}`;
}
