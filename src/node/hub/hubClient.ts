import type * as z from 'zod';
import { inputError } from '../../core/errors.js';
import { retryAfterSeconds, secondsAfter } from '../../core/backOff.js';
import { parseJsonText } from '../../core/jsonText.js';
import { problem } from '../../core/messages/message.js';
import {
  boundedBody,
  isPrivateAddress,
  networkReason,
  pause,
  type Fetch,
} from '../runtime/http.js';
import { throwIfCancelled } from '../runtime/pace.js';
import { HubFailure } from './hubFailure.js';
import type { HubSettings } from './hubSettings.js';

export interface HubClientOptions {
  readonly settings: HubSettings;
  readonly fetch?: Fetch;
  /** Seconds to wait for the start of an answer. Default: 30. */
  readonly answerSeconds?: number;
  /** Waits between attempts. Rejects when the signal is aborted. */
  readonly pause?: (seconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Called before such a pause. */
  readonly onWait?: (seconds: number) => void;
}

export interface HubRequest {
  readonly signal?: AbortSignal | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Attempts before a transient failure counts. Default: 5. */
  readonly attempts?: number;
}

const MOST_REDIRECTS = 5;
const MOST_ATTEMPTS = 5;
const MOST_ANSWER_BYTES = 1 << 24;
const USER_AGENT = 'masklab';

/**
 * Requests from the hub. The token goes to the hub only, never to a host that it redirects to.
 * Requests that fail because of the network or the load of the server are repeated, with back-off.
 */
export class HubClient {
  readonly settings: HubSettings;
  private readonly fetch: Fetch;
  private readonly answerSeconds: number;
  private readonly pause: NonNullable<HubClientOptions['pause']>;
  private readonly onWait: NonNullable<HubClientOptions['onWait']>;

  constructor({
    settings,
    fetch = globalThis.fetch,
    answerSeconds = 30,
    pause: wait = pause,
    onWait = () => undefined,
  }: HubClientOptions) {
    this.settings = settings;
    this.fetch = fetch;
    this.answerSeconds = answerSeconds;
    this.pause = wait;
    this.onWait = onWait;
  }

  /** Requests once. Throws `HubFailure` for an answer other than success, `UserInput` if offline. */
  async request(url: string, { signal, headers = {} }: HubRequest = {}): Promise<Response> {
    if (this.settings.isOffline) throw inputError(problem('hub.offline'));
    let target = new URL(url);
    let sent = headers;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await this.send(target, { signal, headers: sent });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        if (response.ok) return response;
        await response.body?.cancel();
        throw failureOf(response, this.sendsToken(target));
      }
      await response.body?.cancel();
      const next = redirectTarget(location, target);
      // Other hosts have other validators for the same bytes.
      if (next.origin !== target.origin) sent = without(sent, 'if-range');
      target = next;
    }
    throw new HubFailure('unexpected', 'too many redirects');
  }

  /** Requests a small JSON answer, repeating transient failures. */
  async json<T>(url: string, schema: z.ZodType<T>, request: HubRequest = {}): Promise<T> {
    const { value } = await this.jsonPage(url, schema, request);
    return value;
  }

  /** `json` with the address of the next page, or `null` on the last one. */
  async jsonPage<T>(
    url: string,
    schema: z.ZodType<T>,
    request: HubRequest = {},
  ): Promise<{ readonly value: T; readonly next: string | null }> {
    return this.repeated(request, async () => {
      const response = await this.request(url, request);
      const bytes = await bytesOf(response, MOST_ANSWER_BYTES);
      try {
        const value = schema.parse(parseJsonText(new TextDecoder().decode(bytes)));
        return { value, next: nextPage(response.headers.get('link'), url) };
      } catch (cause) {
        throw new HubFailure('unexpected', 'not the expected JSON', null, { cause });
      }
    });
  }

  /** Reads a small file. */
  async bytes(url: string, limit: number, request: HubRequest = {}): Promise<Uint8Array> {
    return this.repeated(request, async () => bytesOf(await this.request(url, request), limit));
  }

  /** Reads a part of a file; less if the file ends before. `end` is exclusive. */
  async part(
    url: string,
    { start, end }: { readonly start: number; readonly end: number },
    request: HubRequest = {},
  ): Promise<Uint8Array> {
    const headers = { ...request.headers, range: `bytes=${start}-${end - 1}` };
    return this.repeated(request, async () => {
      const response = await this.request(url, { ...request, headers });
      // A server without ranges sends the file from its beginning.
      const from = response.status === 206 ? start : 0;
      const bytes = await bytesOf(response, end - from, { isCut: true });
      return bytes.subarray(start - from);
    });
  }

  /** Waits before another attempt. Throws `Cancelled`. */
  async waitAfter(
    attempt: number,
    failure: HubFailure,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const seconds = secondsAfter(attempt, failure.retryAfter);
    this.onWait(seconds);
    await this.pause(seconds, signal);
    throwIfCancelled(signal);
  }

  private async repeated<T>(
    { signal, attempts = MOST_ATTEMPTS }: HubRequest,
    work: () => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (thrown) {
        throwIfCancelled(signal);
        if (!(thrown instanceof HubFailure) || !thrown.isTransient || attempt >= attempts)
          throw thrown;
        await this.waitAfter(attempt, thrown, signal);
      }
    }
  }

  private async send(target: URL, { signal, headers = {} }: HubRequest): Promise<Response> {
    const late = new AbortController();
    const timer = globalThis.setTimeout(() => {
      late.abort();
    }, 1000 * this.answerSeconds);
    const { token } = this.settings;
    try {
      return await this.fetch(target.href, {
        redirect: 'manual',
        signal: signal === undefined ? late.signal : AbortSignal.any([late.signal, signal]),
        headers: {
          'user-agent': USER_AGENT,
          // Bytes are counted and hashed as they are stored.
          'accept-encoding': 'identity',
          ...headers,
          ...(token !== null && this.sendsToken(target)
            ? { authorization: `Bearer ${token}` }
            : {}),
        },
      });
    } catch (cause) {
      throwIfCancelled(signal);
      if (late.signal.aborted)
        throw new HubFailure('network', 'no answer in time', null, { cause });
      throw networkFailure(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The token is sent to the hub itself, encrypted or within this machine. */
  private sendsToken(target: URL): boolean {
    const { origin } = new URL(this.settings.endpoint);
    return this.settings.token !== null && target.origin === origin && isPrivateAddress(target);
  }
}

function redirectTarget(location: string, from: URL): URL {
  const next = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
  const isWeaker = from.protocol === 'https:' && next?.protocol !== 'https:';
  if (next === null || isWeaker || !/^https?:$/.test(next.protocol)) {
    throw new HubFailure('unexpected', 'a redirect to an address that is not https');
  }
  return next;
}

function failureOf({ status, headers }: Response, hasToken: boolean): HubFailure {
  const code = headers.get('x-error-code') ?? '';
  const reason = String(status);
  const retryAfter = retryAfterSeconds(headers.get('retry-after'), Date.now());
  if (status === 429 || status >= 500) return new HubFailure('busy', reason, retryAfter);
  if (code === 'GatedRepo') return new HubFailure('gated', reason);
  if (code === 'RevisionNotFound') return new HubFailure('missingRevision', reason);
  // The hub hides that a model exists from those who may not see it.
  if (status === 401)
    return new HubFailure(hasToken && code === '' ? 'tokenRefused' : 'noToken', reason);
  if (status === 403) return new HubFailure('gated', reason);
  return new HubFailure(status === 404 ? 'missing' : 'unexpected', reason);
}

/** Body of an answer; whatever happens to it on its way is a failure of the network. */
export async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) yield chunk;
  } catch (cause) {
    throw networkFailure(cause);
  }
}

function networkFailure(thrown: unknown): HubFailure {
  return new HubFailure('network', networkReason(thrown), null, { cause: thrown });
}

async function bytesOf(
  response: Response,
  limit: number,
  { isCut = false }: { readonly isCut?: boolean } = {},
): Promise<Uint8Array> {
  const { bytes, isWhole } = await boundedBody(chunksOf(response), limit);
  if (!isWhole && !isCut) throw new HubFailure('unexpected', 'an answer that is too long');
  return bytes;
}

function without(headers: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

/** Address of the next page in a `Link` header; only on the same host. */
function nextPage(header: string | null, url: string): string | null {
  const [, link] = /<([^>]+)>;\s*rel="next"/.exec(header ?? '') ?? [];
  if (link === undefined || !URL.canParse(link, url)) return null;
  const next = new URL(link, url);
  return next.origin === new URL(url).origin ? next.href : null;
}
