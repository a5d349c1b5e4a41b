import { LruCache } from '../../core/collections/lruCache.js';
import { paragraphsOf } from '../../core/data/paragraphs.js';
import { createMasker } from '../../core/masking/createMasker.js';
import type { CorpusStatistics, Masker } from '../../core/masking/masker.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import type { CancellationSignal } from '../../protocol/channel.js';
import type { DataWorkerRequest } from '../../protocol/dataWorker.js';
import { ParagraphPlans } from './paragraphPlans.js';
import { planStretches, type Hurry, type PlannedText, type Stretch } from './planText.js';
import { PolicyLoader } from './policyLoader.js';

export type PreviewRequest = DataWorkerRequest<'maskText'>;

/** A text that is previewed with a policy. */
interface Preview {
  readonly policy: MaskingPolicy;
  readonly tokenizer: Tokenizer;
  readonly statistics: CorpusStatistics | null;
  readonly plans: ParagraphPlans;
  maskerOf(seed: number): Masker;
}

/** Texts and policies that are looked at by turns. */
const PREVIEWS_KEPT = 6;
const SEEDS_KEPT = 4;

/** Plans previews and keeps what the next keystroke can use. */
export class Previews {
  private readonly policies = new PolicyLoader();
  private readonly known = new LruCache<string, Preview>(PREVIEWS_KEPT);

  constructor(private readonly tokenizerOf: (modelFolder: string) => Promise<Tokenizer>) {}

  /** Throws `Data` and `UserInput` for a policy, and `Model` for a tokenizer, that is of no use. */
  async plan(
    request: PreviewRequest,
    signal: CancellationSignal,
    hurry: Hurry | null = null,
  ): Promise<PlannedText> {
    const policy = await this.policies.load(request.policy);
    const tokenizer = await this.tokenizerOf(request.modelFolder);
    const seed = request.seed ?? policy.seed;
    const fences = isMarkdown(request.textFile);
    const stretches = paragraphsOf(request.text, { fences });
    const preview = this.previewOf(request, { policy, tokenizer, stretches });
    const { plans } = preview;
    const plan = await planStretches(stretches, { plans, seed, signal, hurry });
    const masker = preview.maskerOf(seed);
    const { planned, isComplete } = plan;
    return { stretches: planned, isComplete, policy, tokenizer, masker, seed };
  }

  private previewOf(
    { modelFolder, textFile, policy: { file }, recount }: PreviewRequest,
    {
      policy,
      tokenizer,
      stretches,
    }: { policy: MaskingPolicy; tokenizer: Tokenizer; stretches: readonly Stretch[] },
  ): Preview {
    const key = JSON.stringify([modelFolder, textFile, file]);
    const known = this.known.get(key);
    const isSame = known?.policy === policy && known.tokenizer === tokenizer;
    if (isSame && !(recount && known.statistics !== null)) return known;
    const statistics = needsStatistics(policy) ? count(policy, stretches) : null;
    const maskers = new LruCache<number, Masker>(SEEDS_KEPT);
    const maskerOf = (seed: number): Masker => {
      const made = maskers.get(seed);
      if (made !== undefined) return made;
      const masker = createMasker({ ...policy, seed }, { tokenizer, statistics });
      maskers.set(seed, masker);
      return masker;
    };
    const plans = new ParagraphPlans(maskerOf, tokenizer, textFile ?? undefined);
    const preview = { policy, tokenizer, statistics, plans, maskerOf };
    this.known.set(key, preview);
    return preview;
  }
}

/** Files are cut where their reader cuts them, so that a masked dataset is what the preview showed. */
function isMarkdown(file: string | null): boolean {
  return file !== null && /\.(md|markdown)$/i.test(file);
}

function count(policy: MaskingPolicy, stretches: readonly Stretch[]): CorpusStatistics {
  const counter = new CorpusCounter(policy);
  for (const { text } of stretches) counter.add(text);
  return counter.finish();
}
