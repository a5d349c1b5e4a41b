import { inputError, type AppError } from '../../core/errors.js';
import { pageUrl } from '../../core/hub/hubUrls.js';
import { problem, verbatim } from '../../core/messages/message.js';
import type { HubSettings } from './hubSettings.js';

/** Kind of a failed request, which decides whether it is tried again. */
export type FailureKind =
  | 'network'
  | 'busy'
  | 'gated'
  | 'noToken'
  | 'missing'
  | 'missingRevision'
  | 'tokenRefused'
  | 'unexpected';

const TRANSIENT: readonly FailureKind[] = ['network', 'busy'];

/** A request that the hub did not answer as asked. */
export class HubFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    /** Status, or what the network reported. */
    readonly reason: string,
    /** Seconds that the server asks to wait; `null` if it does not say. */
    readonly retryAfter: number | null = null,
    options?: { readonly cause?: unknown },
  ) {
    super(`${kind}: ${reason}`, options);
    this.name = 'HubFailure';
  }

  get isTransient(): boolean {
    return TRANSIENT.includes(this.kind);
  }
}

/** Host of the hub, for people. */
export function hostOf({ endpoint }: Pick<HubSettings, 'endpoint'>): string {
  return new URL(endpoint).host;
}

export interface FailedRequest {
  readonly settings: HubSettings;
  /** Model that the request was about; `null` for a search. */
  readonly name: string | null;
  readonly revision?: string;
  /** Names similar to that of a model that does not exist. */
  readonly nearest?: readonly string[];
}

/** The error of a failed request for a person. */
export function failureError(failure: HubFailure, request: FailedRequest): AppError {
  const { settings, name, revision = '', nearest = [] } = request;
  const host = hostOf(settings);
  const { kind, reason } = failure;
  const of = name ?? '';
  const page = pageUrl(settings.endpoint, of);
  const problems = {
    network: () => problem('hub.unreachable', { host, reason: verbatim(reason) }),
    busy: () => problem('hub.busy', { host, status: reason }),
    gated: () =>
      settings.token === null
        ? problem('hub.gated', { name: of, page })
        : problem('hub.gatedForToken', { name: of, page }),
    noToken: () => notFound(),
    missing: () => notFound(),
    missingRevision: () => problem('hub.noSuchRevision', { name: of, revision }),
    tokenRefused: () => problem('hub.tokenRefused', { host }),
    unexpected: () => problem('hub.unexpectedAnswer', { host, reason: verbatim(reason) }),
  };
  const notFound = () =>
    problem('hub.noSuchModel', {
      ...{ host, name: of },
      nearest:
        nearest.length === 0
          ? ''
          : { id: 'hub.nearest', args: { names: { list: nearest, join: 'or' } } },
    });
  return inputError(problems[kind](), { cause: failure });
}
