import { formatCount } from '../core/format.js';
import { HELD_OUT_METRICS } from '../core/runs/metrics.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import type { RunSpec, RunState } from '../core/runs/schema.js';

/** The `README.md` of a trained model, with the metadata that the hub reads. */
export function modelCard(
  spec: RunSpec,
  { before, latest, step, trainingSeconds }: RunState,
): string {
  const { optimizer, training, data, task, newModel } = spec;
  const made = newModel === null ? 'fine-tuned' : 'pre-trained';
  const objective = objectiveOf(task);
  const rows = objective.metrics.map((name) => {
    const { label, format } = HELD_OUT_METRICS[name];
    return `| ${label} | ${format(before?.[name])} | ${format(latest?.[name])} |`;
  });
  const sequences = training.batchSize * training.accumulation;
  return `---
library_name: transformers
pipeline_tag: ${objective.names.pipeline}
tags: [masklab]
---

# ${spec.name}

${objective.describeModel(task)}: ${spec.model.name}, ${made} by Masklab on ${formatCount(data.files.length, 'file')}.

| held-out data | before | after |
|---|---|---|
${rows.join('\n')}

${step} steps of ${sequences} sequences of at most ${training.maxLength} tokens (${training.epochs} epochs) in ${Math.round(trainingSeconds)} s of training; ${methodInWords(spec)}; ${optimizer.name}, learning rate ${optimizer.learningRate}, weight decay ${optimizer.weightDecay}, ${training.schedule} schedule with ${training.warmupFraction} warm-up${objective.data === 'text' ? `; ${spec.masking.rate} of the tokens masked` : ''}. Seed ${training.seed}. Held-out share ${data.heldOutFraction}, split by a hash of the content. The full spec is the run's \`run.json\`, id ${spec.id}.
`;
}

function methodInWords({ method }: RunSpec): string {
  const { kind, lora, freeze } = method;
  const frozen = [
    ...(freeze.embeddings ? ['the embeddings'] : []),
    ...(freeze.layers === 0 ? [] : [`the lowest ${formatCount(freeze.layers, 'layer')}`]),
    ...freeze.patterns,
  ];
  const trained =
    lora !== null
      ? `low-rank adapters (rank ${lora.rank}, alpha ${lora.alpha}), merged`
      : kind === 'bias-only'
        ? 'the biases alone'
        : 'all weights';
  return frozen.length === 0 ? trained : `${trained}, with ${frozen.join(', ')} frozen`;
}
