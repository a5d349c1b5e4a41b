import * as z from 'zod';
import { AppError, toAppErrorData, type AppErrorData } from '../core/errors.js';
import { messageSchema, type Message } from './channelMessages.js';
import { parseErrorData } from '../core/errorData.js';
import type { CancellationSignal } from '../core/ports.js';

/** A duplex pipe for plain data: fork IPC, a webview's `postMessage`, or a test's pair. */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): { dispose(): void };
}

interface CallSchemas {
  readonly request: z.ZodType;
  readonly response: z.ZodType;
  /** Sent while the call is being answered, to callers that follow it. */
  readonly progress?: z.ZodType;
}

/**
 * One side of a channel: the calls that it answers and the events that it emits. The schemas check
 * everything that arrives from the other side. The TypeScript types are inferred from their outputs,
 * so a schema must accept its own output.
 */
export interface Side {
  readonly calls: Readonly<Record<string, CallSchemas>>;
  readonly events: Readonly<Record<string, z.ZodType>>;
}

/** A side without calls or events, for one-way channels. */
export const SILENT_SIDE = { calls: {}, events: {} } satisfies Side;

export type CallName<S extends Side> = keyof S['calls'] & string;
export type EventName<S extends Side> = keyof S['events'] & string;
export type RequestOf<S extends Side, K extends CallName<S>> = z.infer<S['calls'][K]['request']>;
export type ResponseOf<S extends Side, K extends CallName<S>> = z.infer<S['calls'][K]['response']>;
/** Calls that report their progress. */
export type FollowedCallName<S extends Side> = {
  [K in CallName<S>]: S['calls'][K] extends { progress: z.ZodType } ? K : never;
}[CallName<S>];
export type ProgressOf<S extends Side, K extends CallName<S>> = S['calls'][K] extends {
  progress: infer P extends z.ZodType;
}
  ? z.infer<P>
  : never;
export type EventOf<S extends Side, K extends EventName<S>> = z.infer<S['events'][K]>;

/** Answers to every call of a side. An error thrown by a handler reaches the caller as `AppError`. */
export type Handlers<S extends Side> = {
  readonly [K in CallName<S>]: (
    ...args: HandlerArguments<S, K>
  ) => ResponseOf<S, K> | Promise<ResponseOf<S, K>>;
};

type HandlerArguments<S extends Side, K extends CallName<S>> =
  K extends FollowedCallName<S>
    ? [
        request: RequestOf<S, K>,
        signal: CancellationSignal,
        report: (progress: ProgressOf<S, K>) => void,
      ]
    : [request: RequestOf<S, K>, signal: CancellationSignal];

/** Progress listener and cancellation of a call. */
export interface FollowOptions<P> {
  readonly onProgress: (progress: P) => void;
  readonly signal?: CancellationSignal | undefined;
}

interface Outstanding {
  readonly name: string;
  onProgress(progress: unknown): void;
  settle(outcome: { response: unknown } | { error: AppErrorData }): void;
}

type AnyHandler = (
  request: unknown,
  signal: CancellationSignal,
  report: (progress: unknown) => void,
) => unknown;

export interface ChannelOptions<Local extends Side, Remote extends Side> {
  readonly port: Port;
  readonly local: Local;
  readonly remote: Remote;
  readonly handlers: Handlers<Local>;
}

/**
 * Typed calls and events in both directions over one port. Every call settles exactly once: with its
 * response, with the error that the other side threw, with `Cancelled` when its signal aborts, or with
 * the reason for closing the channel.
 */
export class Channel<Local extends Side, Remote extends Side> {
  private readonly outstanding = new Map<number, Outstanding>();
  private readonly answering = new Map<number, Cancellation>();
  private readonly listeners = new Map<string, Set<(payload: unknown) => void>>();
  private readonly subscription: { dispose(): void };
  private closedFor: AppErrorData | null = null;
  private nextId = 1;

  constructor(private readonly options: ChannelOptions<Local, Remote>) {
    this.subscription = options.port.onMessage((raw) => {
      // A port may be shared (a window's message event): ignore messages without an envelope.
      const message = messageSchema.safeParse(raw);
      if (message.success && this.closedFor === null) this.receive(message.data);
    });
  }

  get isClosed(): boolean {
    return this.closedFor !== null;
  }

  /** Calls the other side. Rejects with `AppError` only. */
  call<K extends CallName<Remote>>(
    name: K,
    request: RequestOf<Remote, K>,
    signal?: CancellationSignal,
  ): Promise<ResponseOf<Remote, K>> {
    return this.send(name, request, { signal, onProgress: () => undefined });
  }

  /** Calls the other side and reports progress until the call settles. */
  follow<K extends FollowedCallName<Remote>>(
    name: K,
    request: RequestOf<Remote, K>,
    options: FollowOptions<ProgressOf<Remote, K>>,
  ): Promise<ResponseOf<Remote, K>> {
    return this.send(name, request, options);
  }

  private send<K extends CallName<Remote>>(
    name: K,
    request: RequestOf<Remote, K>,
    { signal, onProgress }: FollowOptions<ProgressOf<Remote, K>>,
  ): Promise<ResponseOf<Remote, K>> {
    return new Promise((resolve, reject: (error: AppError) => void) => {
      if (this.closedFor !== null) {
        reject(new AppError(this.closedFor));
        return;
      }
      if (signal?.aborted === true) {
        reject(new AppError(CANCELLED));
        return;
      }
      const id = this.nextId++;
      const onAbort = (): void => {
        this.tryPost({ kind: 'cancel', id });
        this.settle(id, { error: CANCELLED });
      };
      this.outstanding.set(id, {
        name,
        onProgress: (progress) => {
          onProgress(progress as ProgressOf<Remote, K>);
        },
        settle: (outcome) => {
          signal?.removeEventListener('abort', onAbort);
          if ('error' in outcome) reject(new AppError(outcome.error));
          else resolve(outcome.response as ResponseOf<Remote, K>);
        },
      });
      signal?.addEventListener('abort', onAbort);
      try {
        this.options.port.post({ kind: 'call', id, name, request } satisfies Message);
      } catch (error) {
        this.settle(id, { error: toAppErrorData(error) });
      }
    });
  }

  /** Sends an event to the other side. Does nothing once the channel is closed. */
  emit<K extends EventName<Local>>(name: K, payload: EventOf<Local, K>): void {
    if (this.closedFor === null) this.tryPost({ kind: 'event', name, payload });
  }

  on<K extends EventName<Remote>>(
    name: K,
    listener: (payload: EventOf<Remote, K>) => void,
  ): { dispose(): void } {
    const set = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, set);
    const entry = (payload: unknown): void => {
      listener(payload as EventOf<Remote, K>);
    };
    set.add(entry);
    return { dispose: () => void set.delete(entry) };
  }

  /** Rejects outstanding calls, cancels those being answered, and releases the port. */
  close(reason: AppErrorData): void {
    if (this.closedFor !== null) return;
    this.closedFor = reason;
    this.subscription.dispose();
    for (const id of [...this.outstanding.keys()]) this.settle(id, { error: reason });
    for (const cancellation of this.answering.values()) cancellation.abort();
    this.answering.clear();
    this.listeners.clear();
  }

  private receive(message: Message): void {
    switch (message.kind) {
      case 'call':
        void this.answer(message.id, message.name, message.request);
        return;
      case 'cancel':
        this.answering.get(message.id)?.abort();
        return;
      case 'progress':
        this.receiveProgress(message.id, message.progress);
        return;
      case 'result':
        this.receiveResult(message.id, message.response);
        return;
      case 'failure':
        this.settle(message.id, { error: parseErrorData(message.error) });
        return;
      case 'event':
        this.receiveEvent(message.name, message.payload);
        return;
    }
  }

  private async answer(id: number, name: string, request: unknown): Promise<void> {
    const cancellation = new Cancellation();
    this.answering.set(id, cancellation);
    try {
      const schema = own(this.options.local.calls, name)?.request;
      const handler = own(
        this.options.handlers as object as Readonly<Record<string, AnyHandler>>,
        name,
      );
      if (schema === undefined || handler === undefined) throw internal(`no call named "${name}"`);
      const parsed = schema.safeParse(request);
      if (!parsed.success) {
        throw internal(`bad request for "${name}": ${z.prettifyError(parsed.error)}`);
      }
      const report = (progress: unknown): void => {
        if (this.answering.has(id)) this.reply({ kind: 'progress', id, progress });
      };
      const response = await handler(parsed.data, cancellation, report);
      this.reply({ kind: 'result', id, response });
    } catch (error) {
      this.reply({ kind: 'failure', id, error: toAppErrorData(error) });
    } finally {
      this.answering.delete(id);
    }
  }

  private reply(message: Message): void {
    if (this.closedFor === null) this.tryPost(message);
  }

  private receiveResult(id: number, response: unknown): void {
    const name = this.outstanding.get(id)?.name;
    if (name === undefined) return;
    const parsed = own(this.options.remote.calls, name)!.response.safeParse(response);
    if (parsed.success) {
      this.settle(id, { response: parsed.data });
    } else {
      const text = `bad response to "${name}": ${z.prettifyError(parsed.error)}`;
      this.settle(id, { error: internal(text).data });
    }
  }

  private receiveProgress(id: number, progress: unknown): void {
    const outstanding = this.outstanding.get(id);
    if (outstanding === undefined) return;
    const parsed = own(this.options.remote.calls, outstanding.name)?.progress?.safeParse(progress);
    if (parsed?.success === true) outstanding.onProgress(parsed.data);
  }

  private receiveEvent(name: string, payload: unknown): void {
    const parsed = own(this.options.remote.events, name)?.safeParse(payload);
    if (parsed?.success !== true) return;
    for (const listener of [...(this.listeners.get(name) ?? [])]) listener(parsed.data);
  }

  private settle(id: number, outcome: Parameters<Outstanding['settle']>[0]): void {
    const outstanding = this.outstanding.get(id);
    this.outstanding.delete(id);
    outstanding?.settle(outcome);
  }

  /** Posts without reporting a closed port: its owner notices and closes the channel. */
  private tryPost(message: Message): void {
    try {
      this.options.port.post(message);
    } catch {
      // The other side has ended.
    }
  }
}

const CANCELLED: AppErrorData = { code: 'Cancelled', details: {} };

function internal(message: string): AppError {
  return new AppError({ code: 'Internal', details: { message } });
}

/** Own property of an object, so that a name from the wire cannot find `constructor`. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Cancellation signal of a handler; this zone also compiles without the `AbortController` type. */
class Cancellation implements CancellationSignal {
  aborted = false;
  private readonly listeners = new Set<() => void>();

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener);
  }

  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    for (const listener of [...this.listeners]) listener();
    this.listeners.clear();
  }
}
