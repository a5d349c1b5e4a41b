import { toAppErrorData } from '../../core/errors.js';
import { createMasker } from '../../core/masking/createMasker.js';
import { marksOf } from '../../core/masking/planning/tokenUnits.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import type { CorpusStatistics } from '../../core/masking/masker.js';
import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
import type { PreparationSpec } from '../../core/specs/preparationSpec.js';
import type { SampledMasking } from '../../core/specs/sampledMasking.js';
import { SHORT_KEY, type StoredExample } from '../../core/data/examples/exampleStore.js';
import { summarizeMasking } from '../../core/train/data/maskingReport.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import { readPolicy } from '../policies/readPolicy.js';
import { Pace } from '../runtime/pace.js';
import { labelledSample, sampledWords } from './labelledSample.js';
import { sampledSequences, type SampledSequence } from './maskedSample.js';

export interface SampleMaskingOptions {
  readonly tokenizer: Tokenizer;
  readonly maxLength: number;
  /** Names in the gallery, or paths relative to the workspace folder of the spec. */
  readonly policies: readonly string[];
  /** Open workspace folders. */
  readonly workspaceFolders: readonly string[];
  /** Called as soon as the policy of the spec or another one is known. */
  readonly onSampled: (sampled: SampledMasking) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Effect of a policy on a sample. */
type Sampled = (masking: MaskingPolicy) => Promise<Omit<SampledMasking, 'policy'>>;

/**
 * Share of the tokens that the policy of a spec and others mask in the same sample of running text or of
 * rows with labels. Statistics of the whole text are counted in the sample. A policy that cannot be read
 * has none, and neither does a spec that masks nothing.
 */
export async function sampleMasking(
  spec: PreparationSpec,
  { policies, workspaceFolders, onSampled, ...options }: SampleMaskingOptions,
): Promise<void> {
  const sampled = await sampleOf(spec, options);
  if (spec.masking !== null) onSampled({ policy: null, ...(await sampled(spec.masking)) });
  for (const policy of policies) {
    try {
      const folder = spec.workspaceFolder;
      const masking = await readPolicy(policy, { folder, workspaceFolders });
      onSampled({ policy, ...(await sampled(masking)) });
    } catch (thrown) {
      if (toAppErrorData(thrown).code === 'Cancelled') throw thrown;
    }
  }
}

type SampleOptions = Pick<SampleMaskingOptions, 'tokenizer' | 'maxLength' | 'signal'>;

async function sampleOf(spec: PreparationSpec, options: SampleOptions): Promise<Sampled> {
  const objective = objectiveOf(spec.task);
  if (objective.data === 'text') return textSample(spec, options);
  const { tokenizer, signal } = options;
  const examples = await labelledSample(spec, { objective, ...options });
  const pace = new Pace(signal);
  return async (masking) => {
    await pace.turn();
    return sampledWords(examples, masking, { tokenizer, seed: spec.training.seed });
  };
}

async function textSample(
  spec: PreparationSpec,
  { tokenizer, maxLength, signal }: SampleOptions,
): Promise<Sampled> {
  const pace = new Pace(signal);
  const sequences: SampledSequence[] = [];
  for await (const sequence of sampledSequences(spec, { tokenizer, maxLength })) {
    sequences.push(sequence);
    if (pace.isOver) await pace.turn();
  }
  return async (masking) => {
    const statistics = statisticsOf(masking, sequences);
    const masker = createMasker(masking, { tokenizer, statistics });
    const examples: StoredExample[] = [];
    for (const { text, file, example } of sequences) {
      const { ids } = example;
      const marks = marksOf(masker.annotate(text, example, file), ids, tokenizer);
      examples.push({ ids, marks, key: example.key.slice(0, SHORT_KEY) });
      if (pace.isOver) await pace.turn();
    }
    const store = { length: examples.length, get: (index: number) => examples[index]! };
    const { share, masked } = summarizeMasking(store, masker, {
      ...{ tokenizer, seed: spec.training.seed },
    });
    return { share, masked, byLabel: null };
  };
}

function statisticsOf(
  policy: MaskingPolicy,
  sequences: readonly SampledSequence[],
): CorpusStatistics | null {
  if (!needsStatistics(policy)) return null;
  const counter = new CorpusCounter(policy);
  for (const { text } of sequences) counter.add(text);
  return counter.finish();
}
