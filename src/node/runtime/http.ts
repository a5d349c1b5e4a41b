import { setTimeout } from 'node:timers/promises';
import { cancelled } from '../../core/errors.js';

/** `fetch` of Node, or of the editor with its proxy and certificates. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Whether nobody between this machine and the server can read what is sent. */
export function isPrivateAddress({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || LOOPBACK.test(hostname);
}

/** Waits. Throws `Cancelled`. */
export async function pause(seconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await setTimeout(1000 * seconds, undefined, signal === undefined ? {} : { signal });
  } catch {
    throw cancelled();
  }
}

/** Reason of a failed request; Node says "fetch failed" of all of them, with the reason as the cause. */
export function networkReason(thrown: unknown): string {
  const { cause, message } = thrown as Partial<Error>;
  const { message: inner = '', code = '' } = (cause ?? {}) as Partial<Error> & { code?: string };
  if (inner !== '') return inner;
  return code === '' ? (message ?? String(thrown)) : code;
}

/** The first `limit` bytes of a body, and whether those are all; the rest is not read. */
export async function boundedBody(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly bytes: Uint8Array; readonly isWhole: boolean }> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    kept.push(chunk);
    if (length > limit) break;
  }
  return { bytes: Buffer.concat(kept).subarray(0, limit), isWhole: length <= limit };
}
