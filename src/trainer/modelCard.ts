import { formatCount } from '../core/format.js';
import { HELD_OUT_METRICS, TASK_METRICS } from '../core/runs/metrics.js';
import type { RunSpec, RunState, TaskSpec } from '../core/runs/schema.js';

/** The `README.md` of a trained model, with the metadata that the hub reads. */
export function modelCard(
  spec: RunSpec,
  { before, latest, step, trainingSeconds }: RunState,
): string {
  const { optimizer, training, data, task, newModel } = spec;
  const made = newModel === null ? 'fine-tuned' : 'pre-trained';
  const rows = TASK_METRICS[task.kind].map((name) => {
    const { label, format } = HELD_OUT_METRICS[name];
    return `| ${label} | ${format(before?.[name])} | ${format(latest?.[name])} |`;
  });
  const sequences = training.batchSize * training.accumulation;
  return `---
library_name: transformers
pipeline_tag: ${PIPELINES[task.kind]}
tags: [masklab]
---

# ${spec.name}

${descriptionOf(task)}: ${spec.model.name}, ${made} by Masklab on ${formatCount(data.files.length, 'file')}.

| held-out data | before | after |
|---|---|---|
${rows.join('\n')}

${step} steps of ${sequences} sequences of at most ${training.maxLength} tokens (${training.epochs} epochs) in ${Math.round(trainingSeconds)} s of training; ${methodInWords(spec)}; ${optimizer.name}, learning rate ${optimizer.learningRate}, weight decay ${optimizer.weightDecay}, ${training.schedule} schedule with ${training.warmupFraction} warm-up${task.kind === 'masked-lm' ? `; ${spec.masking.rate} of the tokens masked` : ''}. Seed ${training.seed}. Held-out share ${data.heldOutFraction}, split by a hash of the content. The full spec is the run's \`run.json\`, id ${spec.id}.
`;
}

const PIPELINES: Record<TaskSpec['kind'], string> = {
  'masked-lm': 'fill-mask',
  classification: 'text-classification',
  regression: 'text-classification',
  'token-classification': 'token-classification',
};

function descriptionOf(task: TaskSpec): string {
  switch (task.kind) {
    case 'masked-lm':
      return 'A masked language model';
    case 'classification':
      return `A classifier of texts into ${task.labels.join(', ')}${task.multiLabel ? ' (several may apply)' : ''}`;
    case 'regression':
      return `A model that predicts ${task.outputs.join(', ')}`;
    case 'token-classification':
      return `A classifier of words into ${task.labels.join(', ')}`;
  }
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
