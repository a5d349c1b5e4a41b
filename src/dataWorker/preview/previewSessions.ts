import { LruCache } from '../../core/collections/lruCache.js';
import { createMasker } from '../../core/masking/createMasker.js';
import type { CorpusStatistics, Masker } from '../../core/masking/masker.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { CorpusCounter, needsStatistics } from '../../core/masking/statistics/statistics.js';
import type { Tokenizer } from '../../core/tokenizer/tokenizer.js';
import type { Handlers } from '../../protocol/channel.js';
import type { DataWorkerRequest, DataWorkerSide } from '../../protocol/dataWorker.js';
import type { PreviewCall } from '../../protocol/preview.js';
import { maskAt, maskedDocument } from './maskedDocument.js';
import { ParagraphPlans } from './paragraphPlans.js';
import { collectPlan, planDocument } from './planText.js';
import { PolicyLoader } from './policyLoader.js';
import { PreviewDocument } from './previewDocument.js';

type Opened = DataWorkerRequest<'openPreview'>;

/** A previewed document at one version. */
interface Session extends Omit<Opened, 'text'> {
  readonly document: PreviewDocument;
  /** Result of the latest preparation, which the next one builds on. */
  prepared: Prepared | null;
}

/** Policy and tokenizer of a session, and the paragraph plans from them. */
interface Prepared {
  readonly policy: MaskingPolicy;
  readonly tokenizer: Tokenizer;
  readonly statistics: CorpusStatistics | null;
  readonly plans: ParagraphPlans;
}

/** Time limit of a plan, except for its visible part. */
const PLAN_MILLISECONDS = 150;
const SEEDS_KEPT = 4;

/** Previewed documents. An edit splits and plans only the paragraphs around it. */
export class PreviewSessions implements Pick<Handlers<DataWorkerSide>, PreviewCall> {
  private readonly policies = new PolicyLoader();
  private readonly open = new Map<string, Session>();

  constructor(private readonly tokenizerOf: (modelFolder: string) => Promise<Tokenizer>) {}

  readonly openPreview = ({ text, ...opened }: Opened): null => {
    const document = PreviewDocument.of(text, { fences: isMarkdown(opened.textFile) });
    this.open.set(opened.session, { ...opened, document, prepared: null });
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
    const document = known?.version === from ? known.document.edit(changes) : null;
    if (known === undefined || document?.text.length !== length) this.open.delete(session);
    else this.open.set(session, { ...known, document, version });
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
    const { inSight: stretches, recount } = request;
    const { policy, plans, seed } = await this.prepare(session, { recount });
    const limit = { first: stretches, milliseconds: PLAN_MILLISECONDS };
    const { document } = session;
    const planned = await planDocument(document, { plans, seed, signal, limit });
    return collectPlan(document, planned, { policy, stretches });
  };

  readonly maskPreview: Handlers<DataWorkerSide>['maskPreview'] = async (request, signal) => {
    const session = this.find(request);
    if (session === null) return null;
    const { document } = session;
    const { plans, seed } = await this.prepare(session);
    const planned = await planDocument(document, { plans, seed, signal, limit: null });
    return maskedDocument(document, planned.plans);
  };

  readonly explainPreview: Handlers<DataWorkerSide>['explainPreview'] = async (request) => {
    const session = this.find(request);
    if (session === null) return null;
    const { offset } = request;
    const { document } = session;
    const index = document.indexAt(offset);
    const paragraph = document.paragraphs[index];
    if (paragraph === undefined) return { mask: null };
    const { plans, seed } = await this.prepare(session);
    const plan = document.plansBy(plans, seed).plan(index, paragraph.text);
    return { mask: maskAt(offset, { start: document.starts[index]!, plan }) };
  };

  /** Snapshot of a session, which edits during planning do not affect. */
  private find({ session, version }: { session: string; version: number }): Session | null {
    const known = this.open.get(session);
    return known?.version === version ? known : null;
  }

  /** Throws `Data` for an invalid policy and `Model` for a tokenizer that cannot be used. */
  private async prepare(
    session: Session,
    { recount = false } = {},
  ): Promise<Prepared & { readonly seed: number }> {
    const { settings, document, textFile } = session;
    const policy = await this.policies.load(settings.policy);
    const tokenizer = await this.tokenizerOf(settings.modelFolder);
    const seed = settings.seed ?? policy.seed;
    const known = this.open.get(session.session)?.prepared ?? session.prepared;
    const isSame = known?.policy === policy && known.tokenizer === tokenizer;
    if (isSame && !(recount && known.statistics !== null)) return { ...known, seed };
    const statistics = needsStatistics(policy) ? count(policy, document) : null;
    const maskers = new LruCache<number, Masker>(SEEDS_KEPT);
    const maskerOf = (wanted: number): Masker => {
      const made = maskers.get(wanted);
      if (made !== undefined) return made;
      const masker = createMasker({ ...policy, seed: wanted }, { tokenizer, statistics });
      maskers.set(wanted, masker);
      return masker;
    };
    const plans = new ParagraphPlans(maskerOf, tokenizer, textFile ?? undefined);
    const prepared = { policy, tokenizer, statistics, plans };
    const current = this.open.get(session.session);
    if (current !== undefined) current.prepared = prepared;
    return { ...prepared, seed };
  }
}

/** Splits files as their reader does, so that a masked dataset equals its preview. */
function isMarkdown(file: string | null): boolean {
  return file !== null && /\.(md|markdown)$/i.test(file);
}

function count(policy: MaskingPolicy, { paragraphs }: PreviewDocument): CorpusStatistics {
  const counter = new CorpusCounter(policy);
  for (const { text } of paragraphs) counter.add(text);
  return counter.finish();
}
