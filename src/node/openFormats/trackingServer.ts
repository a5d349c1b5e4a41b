import * as z from 'zod';
import { inputError, type AppError } from '../../core/errors.js';
import { retryAfterSeconds, secondsAfter } from '../../core/backOff.js';
import { parseJsonText } from '../../core/jsonText.js';
import { problem, verbatim, type Problem } from '../../core/messages/message.js';
import {
  boundedBody,
  isPrivateAddress,
  networkReason,
  pause,
  type Fetch,
} from '../runtime/http.js';
import { throwIfCancelled } from '../runtime/pace.js';

/** Address and credentials of an MLflow tracking server. */
export interface TrackingSettings {
  /** Origin and path, without a slash at the end. */
  readonly address: string;
  /** Value of the `Authorization` header; `null` for none. */
  readonly authorization: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The tracking server of an address that a person gave, or that of `MLFLOW_TRACKING_URI`, with
 * credentials from `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD` or
 * `MLFLOW_TRACKING_TOKEN`. Throws `UserInput` for an address that is not one, and for unencrypted
 * HTTP to another machine that only the environment asks for.
 */
export function trackingSettings(
  given: string | undefined,
  environment: Environment = process.env,
): TrackingSettings {
  const value = (name: string): string => environment[name]?.trim() ?? '';
  const address = given ?? value('MLFLOW_TRACKING_URI');
  const url = URL.canParse(address) ? new URL(address) : null;
  const isServer =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    [url.username, url.password, url.search, url.hash].every((part) => part === '');
  if (!isServer)
    throw inputError(problem('mlflow.invalidAddress', { address: withoutPassword(address) }));
  if (given === undefined && !isPrivateAddress(url)) {
    throw inputError(problem('mlflow.plainAddress', { address: url.href }));
  }
  const [user, password] = [value('MLFLOW_TRACKING_USERNAME'), value('MLFLOW_TRACKING_PASSWORD')];
  const token = value('MLFLOW_TRACKING_TOKEN');
  const basic = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
  return {
    address: url.href.replace(/\/+$/, ''),
    authorization:
      user !== '' && password !== '' ? `Basic ${basic}` : token === '' ? null : `Bearer ${token}`,
  };
}

/** Errors are printed and logged; what is before `@` in an address can be a password. */
function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//…@');
}

/** Host of a tracking server, for people. */
export function trackingHost({ address }: Pick<TrackingSettings, 'address'>): string {
  return new URL(address).host;
}

/** An answer other than success. */
export class TrackingRefusal extends Error {
  constructor(
    readonly status: number,
    /** Such as `RESOURCE_DOES_NOT_EXIST`; empty if the answer is not that of MLflow. */
    readonly code: string,
    readonly reason: string,
  ) {
    super(`${status} ${code}: ${reason}`);
    this.name = 'TrackingRefusal';
  }
}

export interface TrackingServerOptions {
  readonly settings: TrackingSettings;
  readonly fetch?: Fetch;
  readonly answerSeconds?: number;
  readonly pause?: typeof pause;
}

interface TrackingRequest<T> {
  /** Shape of the answer. */
  readonly schema: z.ZodType<T>;
  readonly signal?: AbortSignal | undefined;
  /** Attempts in all. Default: 5. */
  readonly attempts?: number;
  /** The answer, if an attempt whose own answer was lost has succeeded; otherwise `null`. */
  readonly beforeRetry?: () => Promise<T | null>;
}

const MOST_ATTEMPTS = 5;
const MOST_REDIRECTS = 5;
const MOST_ANSWER_BYTES = 1 << 24;
const MAX_REASON = 300;
const API = '/api/2.0/mlflow/';
const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts/';

const errorSchema = z.looseObject({ error_code: z.string(), message: z.string().default('') });

/**
 * Requests to an MLflow tracking server. They stay on its host: a redirect elsewhere is an error.
 * Answers that ask to come back later and failures of the network are followed by further attempts.
 */
export class TrackingServer {
  readonly settings: TrackingSettings;
  private readonly fetch: Fetch;
  private readonly answerSeconds: number;
  private readonly pause: typeof pause;

  constructor({
    settings,
    fetch = globalThis.fetch,
    answerSeconds = 30,
    pause: wait = pause,
  }: TrackingServerOptions) {
    this.settings = settings;
    this.fetch = fetch;
    this.answerSeconds = answerSeconds;
    this.pause = wait;
  }

  /** Calls an endpoint with a JSON body. Throws `UserInput`, or `TrackingRefusal` for a 4xx answer. */
  async post<T>(endpoint: string, body: object, request: TrackingRequest<T>): Promise<T> {
    const sent = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    return this.call(`${API}${endpoint}`, sent, request);
  }

  /** Reads from an endpoint. Throws as `post` does. */
  async get<T>(
    endpoint: string,
    query: Readonly<Record<string, string>>,
    request: TrackingRequest<T>,
  ): Promise<T> {
    const search = new URLSearchParams(query).toString();
    return this.call(`${API}${endpoint}?${search}`, { method: 'GET' }, request);
  }

  /** Stores a file through the artifact proxy of the server. Throws as `post` does. */
  async putArtifact(
    path: string,
    content: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const place = path.split('/').map(encodeURIComponent).join('/');
    const sent = {
      method: 'PUT',
      headers: { 'content-type': 'application/octet-stream' },
      body: content as NonNullable<RequestInit['body']>,
    };
    await this.call(`${ARTIFACTS}${place}`, sent, { schema: z.unknown(), signal });
  }

  private async call<T>(
    path: string,
    init: RequestInit,
    { schema, signal, attempts = MOST_ATTEMPTS, beforeRetry }: TrackingRequest<T>,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      throwIfCancelled(signal);
      const outcome = await this.attempt(`${this.settings.address}${path}`, init, signal);
      if ('text' in outcome) return this.parsed(outcome.text, schema);
      if (attempt >= attempts) throw inputError(outcome.problem);
      await this.pause(secondsAfter(attempt, outcome.retryAfter), signal);
      const earlier = (await beforeRetry?.()) ?? null;
      if (earlier !== null) return earlier;
    }
  }

  private parsed<T>(text: string, schema: z.ZodType<T>): T {
    try {
      return schema.parse(text.trim() === '' ? {} : parseJsonText(text));
    } catch (cause) {
      throw inputError(problem('mlflow.notAServer', { host: trackingHost(this.settings) }), {
        cause,
      });
    }
  }

  private async attempt(
    url: string,
    init: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<
    { readonly text: string } | { readonly problem: Problem; readonly retryAfter: number | null }
  > {
    const host = trackingHost(this.settings);
    const response = await this.followed(url, init, signal);
    if (typeof response === 'string') {
      const unreachable = problem('mlflow.unreachable', { host, reason: verbatim(response) });
      return { problem: unreachable, retryAfter: null };
    }
    const { status, headers } = response;
    const text = await textOf(response, signal);
    if (text === null) {
      const unreachable = problem('mlflow.unreachable', {
        host,
        reason: verbatim('the answer was cut off'),
      });
      return { problem: unreachable, retryAfter: null };
    }
    if (response.ok) return { text };
    if (status === 429 || status >= 500) {
      const retryAfter = retryAfterSeconds(headers.get('retry-after'), Date.now());
      return { problem: problem('mlflow.busy', { host, status: String(status) }), retryAfter };
    }
    if (status === 401 || status === 403) {
      throw inputError(problem('mlflow.unauthorized', { host, status: String(status) }));
    }
    throw refusalOf(status, text);
  }

  /** The answer after redirects within the server, or the reason why there is none. */
  private async followed(
    url: string,
    init: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<Response | string> {
    let target = new URL(url);
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await this.send(target, init, signal);
      if (typeof response === 'string') return response;
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) return response;
      await response.body?.cancel();
      target = this.redirected(location, target);
    }
    throw this.redirectError(target.host);
  }

  private redirected(location: string, from: URL): URL {
    const next = URL.canParse(location, from.href) ? new URL(location, from.href) : null;
    if (next === null || next.origin !== from.origin) {
      throw this.redirectError(next?.origin ?? location.slice(0, MAX_REASON));
    }
    return next;
  }

  private redirectError(target: string): AppError {
    return inputError(problem('mlflow.redirected', { host: trackingHost(this.settings), target }));
  }

  private async send(
    target: URL,
    init: RequestInit,
    signal: AbortSignal | undefined,
  ): Promise<Response | string> {
    const late = AbortSignal.timeout(1000 * this.answerSeconds);
    const { authorization } = this.settings;
    try {
      return await this.fetch(target.href, {
        ...init,
        redirect: 'manual',
        signal: signal === undefined ? late : AbortSignal.any([late, signal]),
        headers: {
          ...(init.headers as Record<string, string> | undefined),
          'user-agent': 'masklab',
          ...(authorization === null ? {} : { authorization }),
        },
      });
    } catch (thrown) {
      throwIfCancelled(signal);
      return late.aborted ? 'no answer in time' : networkReason(thrown);
    }
  }
}

async function textOf(response: Response, signal: AbortSignal | undefined): Promise<string | null> {
  try {
    const body = (response.body ?? []) as AsyncIterable<Uint8Array>;
    const { bytes } = await boundedBody(body, MOST_ANSWER_BYTES);
    return new TextDecoder().decode(bytes);
  } catch {
    throwIfCancelled(signal);
    return null;
  }
}

function refusalOf(status: number, text: string): TrackingRefusal {
  try {
    const { error_code: code, message } = errorSchema.parse(parseJsonText(text));
    return new TrackingRefusal(status, code, message.slice(0, MAX_REASON));
  } catch {
    return new TrackingRefusal(status, '', text.trim().slice(0, MAX_REASON));
  }
}
