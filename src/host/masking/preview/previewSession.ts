import { randomUUID } from 'node:crypto';
import type { CancellationSignal } from '../../../core/ports.js';
import type {
  DataWorkerCall,
  DataWorkerRequest,
  DataWorkerResponse,
} from '../../../protocol/dataWorker.js';
import type {
  ExplainedMask,
  MaskedText,
  PreviewPlan,
  PreviewSettings,
  Stretch,
  TextChange,
} from '../../../protocol/preview.js';
import { AppError } from '../../../core/errors.js';

/** The part of the data worker's client that a session uses. */
export interface PreviewCaller {
  /** True while the worker exists. */
  readonly isRunning: boolean;
  call<K extends DataWorkerCall>(
    name: K,
    request: DataWorkerRequest<K>,
    signal?: CancellationSignal,
  ): Promise<DataWorkerResponse<K>>;
}

/** The document as it is now. */
export interface PreviewedText {
  readonly version: number;
  readonly textFile: string | null;
  getText(): string;
}

/** An answer with the version of the document that it is about. */
export interface Versioned<T> {
  readonly version: number;
  readonly answer: T;
}

type Question = 'planPreview' | 'maskPreview' | 'explainPreview';

/** Times that a session is opened for one question: again after the worker was restarted. */
const MOST_ATTEMPTS = 3;

/**
 * A document in the data worker, which is sent once; after that, only changes are. The session is
 * opened again, without the caller noticing, if the worker has lost it or an edit did not fit.
 */
export class PreviewSession {
  private readonly session = randomUUID();
  /** State that the worker has; `null` if everything must be sent. */
  private sent: { version: number; length: number; settings: string } | null = null;
  private changes: TextChange[] = [];
  /** Version of the document that `changes` lead to. */
  private noted = 0;

  constructor(
    private readonly client: PreviewCaller,
    private readonly document: PreviewedText,
    private readonly settings: () => Promise<PreviewSettings>,
  ) {}

  /** Notes changes of the document, each of which applies to the text that the one before makes. */
  edit(changes: readonly TextChange[]): void {
    if (this.sent !== null) this.changes.push(...changes);
    this.noted = this.document.version;
  }

  /** Requests the masks of the stretches that are in sight when the request is sent. */
  plan(
    { recount, inSight }: { readonly recount: boolean; readonly inSight: () => Stretch[] },
    signal: CancellationSignal,
  ): Promise<Versioned<PreviewPlan>> {
    return this.ask('planPreview', () => ({ recount, inSight: inSight() }), signal);
  }

  /** Text with the masks of the plan replaced. */
  maskedText(signal: CancellationSignal): Promise<Versioned<MaskedText>> {
    return this.ask('maskPreview', () => ({}), signal);
  }

  /** The mask that covers an offset, its end included; `null` if there is none. */
  async explain(
    offset: number,
    signal: CancellationSignal,
  ): Promise<Versioned<ExplainedMask | null>> {
    const { version, answer } = await this.ask('explainPreview', () => ({ offset }), signal);
    return { version, answer: answer.mask };
  }

  close(): void {
    if (this.sent === null || !this.client.isRunning) return;
    this.sent = null;
    // A call to a worker that has ended fails, and the session ended with it.
    void this.client.call('closePreview', { session: this.session }).catch(() => undefined);
  }

  private async ask<K extends Question>(
    name: K,
    request: () => Omit<DataWorkerRequest<K>, 'session' | 'version'>,
    signal: CancellationSignal,
  ): Promise<Versioned<NonNullable<DataWorkerResponse<K>>>> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const settings = await this.settings();
      const { session } = this;
      // Nothing is awaited before everything is sent, so that the worker gets it in this order.
      const sending = this.send(settings);
      const { version } = this.document;
      const question = { ...request(), session, version } as DataWorkerRequest<K>;
      try {
        const [answer] = await Promise.all([this.client.call(name, question, signal), ...sending]);
        if (answer !== null) return { version, answer };
      } catch (thrown) {
        if (!signal.aborted) this.sent = null;
        throw thrown;
      }
      this.sent = null;
    }
    throw new AppError({ code: 'Internal', details: { message: 'a preview cannot be opened' } });
  }

  /** Brings the worker up to date. */
  private send(settings: PreviewSettings): Promise<unknown>[] {
    const { session, sent, changes, noted } = this;
    const { version, textFile } = this.document;
    const text = this.document.getText();
    const key = JSON.stringify(settings);
    this.changes = [];
    this.noted = version;
    this.sent = { version, length: text.length, settings: key };
    const grown = changes.reduce((sum, change) => sum + change.text.length - change.length, 0);
    // Changes of line endings are not reported as edits, so the length is checked as well.
    const isKnown = noted === version && sent !== null && sent.length + grown === text.length;
    if (!isKnown) {
      const whole = { session, version, text, textFile, settings };
      return [this.client.call('openPreview', whole)];
    }
    const calls: Promise<unknown>[] = [];
    if (sent.version !== version) {
      const edit = { session, from: sent.version, version, changes, length: text.length };
      calls.push(this.client.call('editPreview', edit));
    }
    if (sent.settings !== key) {
      calls.push(this.client.call('configurePreview', { session, settings }));
    }
    return calls;
  }
}
