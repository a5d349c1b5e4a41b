import { BadInput } from '../../core/data/badInput.js';
import type { KnownTexts } from '../../core/data/splitting/knownTexts.js';
import type { DataSelection } from '../../core/data/dataSelection.js';
import { inputError } from '../../core/errors.js';
import {
  auditTexts,
  expectedKey,
  type AuditedExample,
  type AuditFacts,
} from '../../core/audit/auditTexts.js';
import type { AuditProgress } from '../../core/audit/auditProgress.js';
import type { AuditFinding, AuditReport, TextSaliences } from '../../core/audit/auditReport.js';
import { halveNumbers } from '../../core/audit/numberHalves.js';
import type { AuditedModel } from '../../core/audit/occlusion.js';
import { sampleByLabel } from '../../core/audit/sampleByLabel.js';
import { withStability, type CountedText } from '../../core/audit/stability.js';
import { problem, type Message } from '../../core/messages/message.js';
import { withText } from '../../core/messages/render.js';
import type { EmbeddingGradients } from '../../core/models/inputGradients.js';
import { countsAnswers } from '../../core/objectives/objectives.js';
import type { AbortState } from '../../core/predict/runRows.js';
import type { DataReading } from '../../core/runs/dataSnapshot.js';
import type { GroupedExample } from '../../core/train/data/labelledData.js';
import { wordsIn } from '../../core/text/words.js';
import type { WordSwaps } from '../../core/text/wordSwaps.js';
import { countOverlap, knownTexts } from '../data/textOverlap.js';
import type { GradientsOnDemand } from '../models/gradientsOnDemand.js';
import { labelledExamples } from '../models/readExamples.js';
import type { LabelledModel } from '../models/labelledModel.js';
import { countSwapFlips } from '../models/swapFlips.js';

export interface AuditRequest {
  readonly folder: string;
  readonly selection: DataSelection;
  readonly reading: DataReading;
  /** Labelled texts from elsewhere; null without a sample. */
  readonly shifted: DataSelection | null;
  /** Most texts that are audited, in equal numbers of each label as far as there are enough. */
  readonly texts: number;
  readonly leastTexts: number;
  readonly seed: number;
  readonly maskedExamples: number | null;
  /** Texts that the model was trained on. Default, `null`: not known. */
  readonly trained?: KnownTexts | null;
  /** Words to exchange, and their file. Default, `null`: none. */
  readonly swaps?: { readonly file: string; readonly pairs: WordSwaps } | null;
  /** Gradients of the model for the cross-check; null to skip it. */
  readonly gradients: Pick<GradientsOnDemand, 'use'> | null;
  readonly signal?: AbortState;
  readonly onProgress?: (progress: AuditProgress) => void;
}

export interface ModelAudit {
  readonly report: AuditReport;
  readonly saliences: readonly TextSaliences[];
  /** Files and rows that were skipped, and how label folders are read. */
  readonly warnings: readonly Message[];
}

/**
 * Audits a classifier or regressor on labelled files. Throws `Data` or `UserInput` for data without
 * labels, `UserInput` for a tagger, and `Cancelled`.
 */
export async function auditModel(model: LabelledModel, request: AuditRequest): Promise<ModelAudit> {
  const { selection, reading, seed, leastTexts, swaps: list = null, signal, onProgress } = request;
  const { trained = null } = request;
  if (model.kind === 'tags') throw inputError(problem('models.auditTags'));
  if (list !== null && model.apply === 'none') {
    throw inputError(problem('models.swapsNeedLabels'));
  }
  const start = performance.now();
  const bad = new BadInput(selection.skipBad);
  const { examples: all, notes } = await labelledExamples(model, { selection, reading, bad });
  const sampled =
    request.shifted === null
      ? null
      : await labelledExamples(model, { selection: request.shifted, reading, bad });
  const elsewhere = sampled?.examples ?? null;
  const keys = new Set(all.map(({ key }) => key));
  const own = elsewhere?.filter(({ key }) => !keys.has(key)) ?? null;
  const [distinct, shifted] = [withoutCopies(all), own && withoutCopies(own)];
  if (shifted?.length === 0) throw inputError(problem('models.shiftedOverlaps'));
  const trainedIn = async (examples: readonly GroupedExample[]) => {
    const { exact, near } =
      trained === null ? UNKNOWN : await countOverlap(examples, trained, signal);
    return { trained: exact, trainedNear: near };
  };
  const { sample, isByLabel } = sampleByLabel(distinct, request.texts, seed);
  const examples = sample.map((example) => auditedExample(example, model.apply));
  const { tokenizer, labels, apply, maxLength, truncation, stride } = model;
  const audited: AuditedModel = {
    ...{ tokenizer, labels, apply, maxLength, truncation, stride },
    logitsOf: (sequences) => model.sequenceLogits(sequences),
  };
  const audit = (gradients: EmbeddingGradients | null): Promise<AuditFacts> =>
    auditTexts(audited, examples, {
      ...{ seed, leastTexts, gradients },
      ...(signal && { signal }),
      ...(onProgress && { onProgress }),
    });
  const { saliences, cut, ...facts } =
    request.gradients === null ? await audit(null) : await request.gradients.use(audit);
  const comparison =
    shifted === null ? null : compareWithSample(facts.findings, { model, data: distinct, shifted });
  const swaps = list && (await swapsOf(model, sample, { ...list, signal }));
  const warnings = [...notes, ...(sampled?.notes ?? []), ...bad.warnings()];
  const report: AuditReport = {
    version: 1,
    createdAt: new Date().toISOString(),
    model: { name: model.name, folder: request.folder, maskedExamples: request.maskedExamples },
    data: {
      files: [...new Set(all.map(({ file }) => file))],
      texts: all.length,
      copies: all.length - distinct.length,
      audited: examples.length,
      cut,
      isByLabel,
      ...(await trainedIn(all)),
      shifted:
        elsewhere === null || own === null || shifted === null || comparison === null
          ? null
          : {
              files: [...new Set(elsewhere.map(({ file }) => file))],
              texts: elsewhere.length,
              overlapping: elsewhere.length - own.length,
              copies: own.length - shifted.length,
              near: (await countOverlap(shifted, await knownTexts(all, signal), signal)).near,
              ...(await trainedIn(shifted)),
              ...comparison.counts,
            },
    },
    ...{ task: model.task.kind, labels: [...labels], seed, ...facts },
    findings: comparison?.findings ?? facts.findings,
    ...(swaps && { swaps }),
    unit: apply === 'none' ? 'number' : 'nats',
    isMultiLabel: countsAnswers(model.task),
    ...(warnings.length > 0 && { notes: warnings.map(withText) }),
    seconds: (performance.now() - start) / 1000,
  };
  return { report, saliences, warnings };
}

const UNKNOWN = { exact: null, near: null };

/** Flips by all words of a list, and by each of its pairs alone. */
async function swapsOf(
  model: LabelledModel,
  examples: readonly GroupedExample[],
  {
    file,
    pairs,
    signal,
  }: {
    readonly file: string;
    readonly pairs: WordSwaps;
    readonly signal: AbortState | undefined;
  },
): Promise<NonNullable<AuditReport['swaps']>> {
  const counted: { words: [string, string]; texts: number; flips: number }[] = [];
  const present = new Set(
    examples
      .flatMap(({ text, pair }) => [text, pair ?? ''])
      .flatMap((text) =>
        wordsIn(text).map(({ start, end }) => text.slice(start, end).toLowerCase()),
      ),
  );
  for (const [first, second] of pairs) {
    if (!present.has(first) && !present.has(second)) continue;
    const counts = await countSwapFlips(model, examples, [[first, second]], signal);
    if (counts.texts > 0) counted.push({ words: [first, second], ...counts });
  }
  return {
    file,
    ...(await countSwapFlips(model, examples, pairs, signal)),
    pairs: counted.sort((a, b) => b.flips - a.flips || b.texts - a.texts),
  };
}

type SampleCounts = Pick<NonNullable<AuditReport['data']['shifted']>, 'labels' | 'splits'>;

/** Findings with their instability test, and the labels of the compared texts. */
function compareWithSample(
  findings: readonly AuditFinding[],
  {
    model: { labels, apply },
    data,
    shifted,
  }: {
    readonly model: Pick<LabelledModel, 'labels' | 'apply'>;
    readonly data: readonly GroupedExample[];
    readonly shifted: readonly GroupedExample[];
  },
): { readonly findings: AuditFinding[]; readonly counts: SampleCounts } {
  if (apply === 'none') {
    const numbersOf = ({ values }: GroupedExample): readonly number[] => values ?? [];
    const halves = halveNumbers(labels, data.map(numbersOf));
    const counted = (example: GroupedExample): CountedText =>
      countedText(example, halves.labelsOf(numbersOf(example)));
    const splits = labels.map((label, output) => {
      const value = halves.splits[output] ?? null;
      const isAbove = (numbers: readonly number[]): boolean =>
        value !== null && numbers[output]! > value;
      return { label, value, above: shifted.map(numbersOf).filter(isAbove).length };
    });
    return {
      findings: withStability(findings, {
        ...{ data: data.map(counted), shifted: shifted.map(counted) },
        labelOf: (finding) => halves.halfOf(finding),
      }),
      counts: { splits },
    };
  }
  const counted = (example: GroupedExample): CountedText =>
    countedText(example, labelsIn(example, labels));
  const [inData, elsewhere] = [data.map(counted), shifted.map(counted)];
  const known = labels.filter((label) => inData.some((text) => text.labels.includes(label)));
  return {
    findings: withStability(findings, { data: inData, shifted: elsewhere }),
    counts: {
      labels: known.map((label) => ({
        label,
        texts: elsewhere.filter((text) => text.labels.includes(label)).length,
      })),
    },
  };
}

function labelsIn(
  { labels: indices, values }: Pick<GroupedExample, 'labels' | 'values'>,
  labels: readonly string[],
): string[] {
  return values === null
    ? indices.map((index) => labels[index]!)
    : labels.filter((_, label) => values[label]! > 0.5);
}

function countedText(
  { text, pair, file, line }: GroupedExample,
  labels: readonly string[],
): CountedText {
  return { text, pair, file, line, labels };
}

function auditedExample(
  { text, pair, file, line, labels, values }: GroupedExample,
  apply: AuditedModel['apply'],
): AuditedExample {
  const label = apply === 'softmax' ? (labels[0] ?? null) : null;
  return { text, pair, file, line, label, expected: expectedKey({ label, values }, apply) };
}

/** The first of each text with its labels: copies add nothing to the evidence. */
function withoutCopies(examples: readonly GroupedExample[]): GroupedExample[] {
  const known = new Set<string>();
  return examples.filter(({ key, labels, values }) => {
    const row = JSON.stringify([key, labels, values]);
    return !known.has(row) && known.add(row);
  });
}
