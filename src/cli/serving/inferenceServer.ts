import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { boundedBody } from '../../node/runtime/http.js';
import { printError } from '../output.js';
import { ERROR_TYPES, HttpError, httpErrorOf } from './httpError.js';
import { requireJson, requireToken, refuseForeign } from './requestChecks.js';
import { LIMITS } from './requestBodies.js';
import type { RequestQueue } from './requestQueue.js';

/** Answers of a server, each by its path. */
export interface Routes {
  readonly get: (path: string) => unknown;
  /** The function that answers requests to a path, or `null`. */
  readonly post: (
    path: string,
  ) => ((body: Uint8Array, signal: AbortSignal) => Promise<unknown>) | null;
}

export interface InferenceServerOptions {
  readonly routes: Routes;
  readonly queue: RequestQueue;
  /** `null` to answer everybody on this machine. */
  readonly token: string | null;
}

const MOST_CONNECTIONS = 256;
const REQUEST_MILLISECONDS = 60_000;
/** Rest of a body beyond the limit that is read so that the client reads the answer. */
const DRAINED_BYTES = 16 * LIMITS.bodyBytes;
/** Time for running requests after the server was asked to end, and then for refused ones to be read. */
const CLOSING_MILLISECONDS = 3000;
/** Paths that are answered without a token: they say only that the server runs. */
const OPEN_PATHS = ['/health'];

/** HTTP server on this machine for one model. Its errors are JSON with `error` and `error_type`. */
export class InferenceServer {
  private readonly server: http.Server;
  private readonly stopping = new AbortController();

  constructor(private readonly options: InferenceServerOptions) {
    this.server = http.createServer((request, response) => {
      void this.answer(request, response);
    });
    this.server.maxConnections = MOST_CONNECTIONS;
    this.server.requestTimeout = REQUEST_MILLISECONDS;
    this.server.on('clientError', refuseMalformed);
  }

  /** Listens on an address of this machine. Rejects with the system's error. */
  listen(place: { readonly host: string; readonly port: number }): Promise<AddressInfo> {
    return new Promise((resolve, reject: (thrown: Error) => void) => {
      this.server.once('error', reject);
      this.server.listen({ ...place, exclusive: true }, () => {
        this.server.off('error', reject);
        resolve(this.server.address() as AddressInfo);
      });
    });
  }

  /** Takes no more connections, and ends the running requests when they take longer than a moment. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      const end = setTimeout(() => {
        this.stopping.abort();
      }, CLOSING_MILLISECONDS);
      const cut = setTimeout(() => {
        this.server.closeAllConnections();
      }, 2 * CLOSING_MILLISECONDS);
      this.server.close(() => {
        clearTimeout(end);
        clearTimeout(cut);
        resolve();
      });
      this.server.closeIdleConnections();
    });
  }

  private async answer(
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    try {
      send(response, 200, await this.answerTo(request, response));
    } catch (thrown) {
      if (request.socket.destroyed) return;
      const error = httpErrorOf(thrown);
      if (error === null) {
        const said = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
        printError(`masklab: a request failed: ${said}`);
      }
      sendError(
        response,
        error ?? new HttpError(500, 'The server could not answer. Its log has the details.'),
      );
    }
  }

  private async answerTo(
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<unknown> {
    const { headers, method = 'GET' } = request;
    refuseForeign(headers);
    const path = pathOf(request.url ?? '/');
    if (this.options.token !== null && !OPEN_PATHS.includes(path)) {
      requireToken(headers, this.options.token);
    }
    const { routes, queue } = this.options;
    const read = routes.get(path);
    const post = routes.post(path);
    if (read === undefined && post === null) {
      throw new HttpError(
        404,
        `This server has no ${path}. It answers POST /, /predict and /score, and GET /info and /health.`,
      );
    }
    if (read !== undefined && (method === 'GET' || method === 'HEAD')) return read;
    if (post === null || method !== 'POST') {
      const allowed = [...(read === undefined ? [] : ['GET', 'HEAD']), ...(post ? ['POST'] : [])];
      throw new HttpError(405, `Send ${allowed.at(-1)!} requests to ${path}.`, {
        allow: allowed.join(', '),
      });
    }
    requireJson(headers);
    const body = await readRequest(request);
    return queue.run(() => post(body, this.signalFor(response)));
  }

  /** Aborts when the client is gone or the server ends. */
  private signalFor(response: http.ServerResponse): AbortSignal {
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    return AbortSignal.any([gone.signal, this.stopping.signal]);
  }
}

/** Path of a request without its query and a slash at the end. Throws `HttpError`. */
function pathOf(url: string): string {
  try {
    const decoded = decodeURIComponent(url.split(/[?#]/u, 1)[0]!);
    return decoded.replace(/\/+$/u, '') || '/';
  } catch {
    throw new HttpError(400, 'The address of the request is malformed.');
  }
}

async function readRequest(request: http.IncomingMessage): Promise<Uint8Array> {
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  const { bytes, isWhole } = await boundedBody(chunks, LIMITS.bodyBytes);
  if (isWhole) return bytes;
  await drained(request);
  throw new HttpError(
    413,
    `The body is larger than ${LIMITS.bodyBytes} bytes. Send fewer texts per request.`,
    { connection: 'close' },
  );
}

/** Reads the rest of a body, which most clients send before they read the answer. */
async function drained(request: http.IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > DRAINED_BYTES) break;
  }
}

function send(response: http.ServerResponse, status: number, answer: unknown): void {
  if (response.destroyed) return;
  const body = Buffer.from(`${JSON.stringify(answer)}\n`);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(body);
}

function sendError(response: http.ServerResponse, error: HttpError): void {
  if (response.destroyed) return;
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  send(response, error.status, { error: error.message, error_type: ERROR_TYPES[error.status] });
}

/** Answers what is not HTTP, and requests that take too long to arrive. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const isSlow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const body = JSON.stringify(
    isSlow
      ? { error: 'The request took too long to arrive.', error_type: ERROR_TYPES[408] }
      : { error: 'The request is not valid HTTP.', error_type: ERROR_TYPES[400] },
  );
  const head = isSlow ? '408 Request Timeout' : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${head}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`,
  );
}
