import { formatBytes, formatCount } from '../core/format.js';
import { textMasking } from '../core/specs/preparationSpec.js';
import type { Truncation } from '../core/models/trainedInput.js';
import { debiasMessages } from '../core/runs/debiasMessage.js';
import { inputMaskingMessages, maskingMessage } from '../core/runs/maskingMessage.js';
import type { EvaluationReport } from '../core/runs/evaluationReport.js';
import { verdictMessage } from '../core/runs/runVerdict.js';
import type { Yardstick } from '../core/runs/verdictSchema.js';
import { cardHeader, type CardResult } from '../node/models/cardHeader.js';
import { HELD_OUT_METRICS } from '../core/runs/metrics.js';
import { objectiveOf } from '../core/objectives/objectives.js';
import { ENGLISH, renderMessage } from '../core/messages/render.js';
import type { RunSpec, RunState } from '../core/runs/schema.js';

/** Content of a trained model's `README.md`, with the metadata that the hub reads. */
export function modelCard(
  spec: RunSpec,
  state: RunState,
  reports: readonly EvaluationReport[],
): string {
  const { before, latest, step, trainingSeconds, baselines } = state;
  const { optimizer, training, data, task, newModel } = spec;
  const made = newModel === null ? 'fine-tuned' : 'pre-trained';
  const objective = objectiveOf(task);
  const words = baselines?.heldOut.bagOfWords;
  const rows = objective.metrics.map((name) => {
    const { label, format } = HELD_OUT_METRICS[name];
    const cells = [format(before?.[name]), format(latest?.[name])];
    if (words !== undefined) cells.push(format(words[name]));
    return `| ${renderMessage(label, ENGLISH)} | ${cells.join(' | ')} |`;
  });
  const reference =
    words === undefined || objective.data === 'text' ? [] : [objective.baselineNames];
  const columns = [
    'Before',
    'After',
    ...reference.map(({ bagOfWords }) => BASELINE_TITLES[bagOfWords]),
  ];
  const sequences = training.batchSize * training.accumulation;
  const verdict = verdictMessage(state.verdict);
  const header = cardHeader({
    name: spec.name,
    pipeline: objective.names.pipeline,
    results: resultsOf(spec, state),
  });
  return `${header}
# ${spec.name}

${objective.describeModel(task)}: ${spec.model.name}, ${made} with Masklab on ${formatCount(data.files.length, 'file')}.

${verdict === null ? '' : `**${renderMessage(verdict, ENGLISH)}**\n\n`}| Held-out data | ${columns.join(' | ')} |
|---|${columns.map(() => '---|').join('')}
${rows.join('\n')}
${reports.map(reportSection).join('')}
- Training: ${step} steps (${training.epochs} epochs) in ${Math.round(trainingSeconds)} s, effective batch size ${sequences}, maximum length ${training.maxLength} tokens, seed ${training.seed}
- Trained parameters: ${trainedText(spec)}
- Optimizer: ${optimizer.name}, peak learning rate ${optimizer.learningRate}, weight decay ${optimizer.weightDecay}, ${training.schedule} schedule, warmup fraction ${training.warmupFraction}
- Data: ${dataText(spec)}
- Held-out fraction: ${data.heldOutFraction}, split by a hash of the content${data.fold === null ? '' : ` (part ${data.fold})`}
${maskingLine(spec)}${debiasLine(spec)}- Run: ${spec.id}; the full specification is in its \`run.json\`
${policySection(spec)}
## Limits

${limitsOf(spec)
  .map((limit) => `- ${limit}`)
  .join('\n')}
`;
}

/** Amount and columns of the data; names of files can be private. */
function dataText({ data: { files, labelled } }: RunSpec): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const amount = `${formatCount(files.length, 'file')} (${formatBytes(bytes)})`;
  if (labelled === null) return amount;
  const { text, pair, labels } = labelled.columns;
  const texts = pair === null ? [text] : [text, pair];
  const named = (columns: readonly string[]): string => columns.map(inCode).join(', ');
  return `${amount}, text in ${named(texts)}, labels in ${named(labels)}`;
}

/** Longest policy that the card repeats, in characters of JSON. */
const MAX_POLICY = 4000;

/** The masking policy of running text, or the masks in the training texts of a task with labels. */
function maskingLine(spec: RunSpec): string {
  const isText = objectiveOf(spec.task).data === 'text';
  const masks = isText ? [maskingMessage(textMasking(spec))] : inputMaskingMessages(spec);
  if (masks.length === 0) return '';
  return `- Masking: ${masks.map((one) => renderMessage(one, ENGLISH)).join(' and ')}\n`;
}

/** Weights of rows, shifted samples and debiasing. */
function debiasLine(spec: RunSpec): string {
  const found = debiasMessages(spec);
  if (found.length === 0) return '';
  return `- Debiasing: ${found.map((one) => renderMessage(one, ENGLISH)).join('; ')}\n`;
}

function policySection({ masking }: RunSpec): string {
  if (masking === null || masking.rules.length === 0) return '';
  const json = JSON.stringify(masking, null, 2);
  if (json.length > MAX_POLICY) return '';
  return `
## Masking policy

\`\`\`json
${json}
\`\`\`
`;
}

const LONG_TEXTS: Readonly<Record<Truncation, string>> = {
  head: 'the rest of longer texts is cut off',
  'head-tail': 'the middle of longer texts is cut off',
  windows: 'longer texts are read in windows, whose predictions are averaged',
};

function limitsOf({ task, training, masking, newModel }: RunSpec): string[] {
  const { maxLength, truncation } = training;
  const isText = objectiveOf(task).data === 'text';
  return [
    isText
      ? `Trained on sequences of up to ${maxLength} tokens; nothing is known about longer ones.`
      : `Reads up to ${maxLength} tokens; ${LONG_TEXTS[truncation]}.`,
    'The metrics are those of held-out parts of the same data. Evaluate the model on your own data before you rely on it.',
    isText
      ? `The metrics are for words masked as above${(masking?.rules.length ?? 0) > 0 ? ', by the rules of the policy' : ''}; other masking gives other values.`
      : 'It answers every text with what it was trained for, however little the text resembles the training data.',
    ...(newModel === null
      ? ['The knowledge and the biases of the original model are still in it.']
      : []),
  ];
}

/** Text as code in Markdown. */
function inCode(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``;
}

/** Evaluations of the finished model for the card's metadata. */
function resultsOf({ task, name }: RunSpec, { latest, test }: RunState): CardResult[] {
  const objective = objectiveOf(task);
  const splits = [
    { split: 'held-out', metrics: latest },
    { split: 'test', metrics: test ?? null },
  ];
  return splits.flatMap(({ split, metrics }) => {
    if (metrics === null) return [];
    const values = objective.metrics.flatMap((type) => {
      const value = metrics[type];
      const label = renderMessage(HELD_OUT_METRICS[type].label, ENGLISH);
      return value === undefined || !Number.isFinite(value) ? [] : [{ type, name: label, value }];
    });
    const dataset = { name: `data of the run ${name}`, split };
    return [{ task: objective.names.pipeline, dataset, metrics: values }];
  });
}

const MAX_CARD_LABELS = 100;

/** Metrics of each label. */
function reportSection({ split, labels, examples }: EvaluationReport): string {
  if (labels === null || labels.rows.length > MAX_CARD_LABELS) return '';
  const title = split === 'test' ? 'Test data' : 'Held-out data';
  const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ');
  const number = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
  const rows = labels.rows.map(
    ({ label, precision, recall, f1, rocAuc, averagePrecision, support }) =>
      `| ${cell(label)} | ${[precision, recall, f1, rocAuc, averagePrecision].map(number).join(' | ')} | ${support} |`,
  );
  return `
${title} by label (${formatCount(examples, 'example')}):

| Label | Precision | Recall | F1 | ROC AUC | PR AUC | Support |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

const BASELINE_TITLES: Partial<Record<Yardstick, string>> = {
  bagOfWords: 'Bag of words',
  wordLabels: 'Most frequent label of each word',
};

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
        : kind === 'last-layer'
          ? 'output layer only'
          : 'all weights';
  return frozen.length === 0 ? trained : `${trained}; frozen: ${frozen.join(', ')}`;
}
