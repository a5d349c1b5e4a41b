import { LruCache } from '../../core/collections/lruCache.js';
import { paragraphsOf } from '../../core/data/paragraphs.js';
import { createMasker } from '../../core/masking/createMasker.js';
import type { CorpusStatistics, Masker } from '../../core/masking/masker.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import type { CancellationSignal, Handlers } from '../../protocol/channel.js';
import type { DataWorkerRequest, DataWorkerSide } from '../../protocol/dataWorker.js';
import type { PreviewCall } from '../../protocol/preview.js';
import { editText } from './editText.js';
import { maskedDocument, replacementAt } from './maskedDocument.js';
import { ParagraphPlans } from './paragraphPlans.js';
import {
  collectPlan,
  planStretches,
  type Hurry,
  type PlannedText,
  type Stretch,
} from './planText.js';
import { PolicyLoader } from './policyLoader.js';

type Opened = DataWorkerRequest<'openPreview'>;

/** A document that is previewed. */
interface Session extends Omit<Opened, 'session'> {
  readonly session: string;
  /** What the last plan can give to the next. */
  prepared: Prepared | null;
}

interface Prepared {
  readonly policy: MaskingPolicy;
  readonly tokenizer: Tokenizer;
  readonly statistics: CorpusStatistics | null;
  readonly plans: ParagraphPlans;
  maskerOf(seed: number): Masker;
}

/** So long a plan may take before what there is of it is shown. */
const PLAN_MILLISECONDS = 150;
const SEEDS_KEPT = 4;

/** Holds the texts that are previewed, and plans again only the paragraphs that changed. */
export class PreviewSessions implements Pick<Handlers<DataWorkerSide>, PreviewCall> {
  private readonly policies = new PolicyLoader();
  private readonly open = new Map<string, Session>();

  constructor(private readonly tokenizerOf: (modelFolder: string) => Promise<Tokenizer>) {}

  readonly openPreview = (opened: Opened): null => {
    this.open.set(opened.session, { ...opened, prepared: null });
    return null;
  };

  readonly editPreview = ({
    session,
    from,
    version,
    changes,
    length,
  }: DataWorkerRequest<'editPreview'>): null => {
    const known = this.open.get(session);
    const text = known?.version === from ? editText(known.text, changes) : null;
    if (known === undefined || text?.length !== length) this.open.delete(session);
    else this.open.set(session, { ...known, text, version });
    return null;
  };

  readonly configurePreview = ({
    session,
    settings,
  }: DataWorkerRequest<'configurePreview'>): null => {
    const known = this.open.get(session);
    if (known !== undefined) this.open.set(session, { ...known, settings });
    return null;
  };

  readonly closePreview = ({ session }: DataWorkerRequest<'closePreview'>): null => {
    this.open.delete(session);
    return null;
  };

  readonly planPreview: Handlers<DataWorkerSide>['planPreview'] = async (request, signal) => {
    const session = this.find(request);
    if (session === null) return null;
    const hurry = { ...request.inSight, milliseconds: PLAN_MILLISECONDS };
    return collectPlan(await this.plan(session, { signal, hurry, recount: request.recount }));
  };

  readonly maskPreview: Handlers<DataWorkerSide>['maskPreview'] = async (request, signal) => {
    const session = this.find(request);
    if (session === null) return null;
    return { text: maskedDocument(session.text, await this.plan(session, { signal })) };
  };

  readonly explainPreview: Handlers<DataWorkerSide>['explainPreview'] = async (request, signal) => {
    const session = this.find(request);
    if (session === null) return null;
    return replacementAt(request.offset, await this.plan(session, { signal }));
  };

  /** The session as it is now: edits that arrive while it is planned make another one. */
  private find({ session, version }: { session: string; version: number }): Session | null {
    const known = this.open.get(session);
    return known?.version === version ? known : null;
  }

  /** Throws `Data` and `UserInput` for a policy, and `Model` for a tokenizer, that is of no use. */
  private async plan(
    session: Session,
    {
      signal,
      hurry = null,
      recount = false,
    }: { signal: CancellationSignal; hurry?: Hurry | null; recount?: boolean },
  ): Promise<PlannedText> {
    const { text, textFile, settings } = session;
    const policy = await this.policies.load(settings.policy);
    const tokenizer = await this.tokenizerOf(settings.modelFolder);
    const seed = settings.seed ?? policy.seed;
    const stretches = paragraphsOf(text, { fences: isMarkdown(textFile) });
    const prepared = this.prepare(session, { policy, tokenizer, stretches, recount });
    const { plans } = prepared;
    const { planned, isComplete } = await planStretches(stretches, { plans, seed, signal, hurry });
    const masker = prepared.maskerOf(seed);
    return { stretches: planned, isComplete, policy, tokenizer, masker, seed };
  }

  private prepare(
    { session, textFile, prepared }: Session,
    {
      policy,
      tokenizer,
      stretches,
      recount,
    }: {
      policy: MaskingPolicy;
      tokenizer: Tokenizer;
      stretches: readonly Stretch[];
      recount: boolean;
    },
  ): Prepared {
    const known = this.open.get(session)?.prepared ?? prepared;
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
    const made = { policy, tokenizer, statistics, plans, maskerOf };
    const current = this.open.get(session);
    if (current !== undefined) current.prepared = made;
    return made;
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
