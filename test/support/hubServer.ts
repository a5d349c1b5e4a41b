import { createHash } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

/** A repository of the server. */
export interface ServedModel {
  readonly files: ReadonlyMap<string, Buffer>;
  readonly pipeline?: string;
  readonly license?: string;
  /** Token that a gated repository accepts. */
  readonly gatedFor?: string;
  readonly branches?: Readonly<Record<string, string>>;
}

export interface SeenRequest {
  readonly server: 'hub' | 'storage';
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** Answer with the content of a file. */
export interface Delivery {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

/** Answers instead of the server, or returns `null` to let it answer. */
export type Fault = (
  seen: SeenRequest,
  response: http.ServerResponse,
  /** Set for the content of a file. */
  delivery: Delivery | null,
) => boolean;

const LFS = /\.(?:safetensors|onnx|onnx_data|bin)$|^tokenizer\.json$/;

/**
 * Speaks the URLs of the hub: search, facts, trees and files, of which large ones are redirected to
 * another host with other validators.
 */
export class HubServer {
  readonly requests: SeenRequest[] = [];
  readonly models = new Map<string, ServedModel>();
  /** Called for each request, until one of them answers. */
  faults: Fault[] = [];
  /** Whether the servers honor `Range`. */
  hasRanges = true;
  private constructor(
    private readonly hub: http.Server,
    private readonly storage: http.Server,
  ) {
    hub.on('request', (request, response) => {
      this.onHub(request, response);
    });
    storage.on('request', (request, response) => {
      this.onStorage(request, response);
    });
  }

  static async start(): Promise<HubServer> {
    const servers = [http.createServer(), http.createServer()] as const;
    for (const server of servers) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return new HubServer(...servers);
  }

  async stop(): Promise<void> {
    for (const server of [this.hub, this.storage]) {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    }
  }

  get endpoint(): string {
    return addressOf(this.hub);
  }

  get storageOrigin(): string {
    return addressOf(this.storage);
  }

  /** Serves the files of a folder. */
  addFolder(name: string, folder: string, more: Omit<ServedModel, 'files'> = {}): ServedModel {
    const files = fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => fs.statSync(path.join(folder, file)).isFile())
      .map((file) => [file, fs.readFileSync(path.join(folder, file))] as const);
    const model = { ...more, files: new Map(files) };
    this.models.set(name, model);
    return model;
  }

  commitOf(model: ServedModel): string {
    const hash = createHash('sha1');
    for (const [name, content] of model.files) hash.update(name).update(oidOf(name, content));
    return hash.digest('hex');
  }

  /** Requests for the content of a file, on the host that sends it. */
  contentRequests(file: string): SeenRequest[] {
    return this.requests.filter(({ server, url }) =>
      LFS.test(file)
        ? server === 'storage' && url.endsWith(`/${file}`)
        : server === 'hub' && url.includes('/resolve/') && url.endsWith(`/${file}`),
    );
  }

  private onHub(request: http.IncomingMessage, response: http.ServerResponse): void {
    const seen = this.see('hub', request);
    if (this.faults.some((fault) => fault(seen, response, null))) return;
    const url = new URL(seen.url, this.endpoint);
    const parts = url.pathname.split('/').slice(1).map(decodeURIComponent);
    const token = seen.headers.authorization?.slice('Bearer '.length);
    if (parts[0] === 'api' && parts.length === 2) {
      json(response, this.search(url.searchParams));
      return;
    }
    const name = (parts[0] === 'api' ? parts.slice(2, 4) : parts.slice(0, 2)).join('/');
    const model = this.models.get(name);
    if (model === undefined) {
      fail(response, token === undefined ? 401 : 404, 'RepoNotFound');
      return;
    }
    if (model.gatedFor !== undefined && model.gatedFor !== token && parts[0] !== 'api') {
      fail(response, token === undefined ? 401 : 403, 'GatedRepo');
      return;
    }
    const commit = this.commitOf(model);
    const [revision = '', ...file] = parts[0] === 'api' ? parts.slice(5) : parts.slice(3);
    if (!['main', commit, ...Object.keys(model.branches ?? {})].includes(revision)) {
      fail(response, 404, 'RevisionNotFound');
    } else if (parts[4] === 'revision' && parts[0] === 'api') {
      json(response, { ...facts(name, model), sha: commit });
    } else if (parts[0] === 'api') {
      json(response, [...model.files].map(treeEntry));
    } else this.onFile(seen, response, { name, model, file: file.join('/') });
  }

  private onFile(
    seen: SeenRequest,
    response: http.ServerResponse,
    { name, model, file }: { name: string; model: ServedModel; file: string },
  ): void {
    const content = model.files.get(file);
    if (content === undefined) {
      fail(response, 404, 'EntryNotFound');
      return;
    }
    const oid = oidOf(file, content);
    if (LFS.test(file)) {
      response.writeHead(302, {
        location: `${this.storageOrigin}/${name}/${file}`,
        'x-linked-etag': `"${oid}"`,
        'x-linked-size': String(content.length),
        'x-repo-commit': this.commitOf(model),
      });
      response.end();
    } else this.deliver(seen, response, content, oid);
  }

  private onStorage(request: http.IncomingMessage, response: http.ServerResponse): void {
    const seen = this.see('storage', request);
    const [owner = '', name = '', ...file] = seen.url.split('/').slice(1);
    const content = this.models.get(`${owner}/${name}`)?.files.get(file.join('/'));
    if (content === undefined) fail(response, 404, 'EntryNotFound');
    else this.deliver(seen, response, content, `storage-${content.length}`);
  }

  private deliver(
    seen: SeenRequest,
    response: http.ServerResponse,
    content: Buffer,
    etag: string,
  ): void {
    const { range, 'if-range': validator } = seen.headers;
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const isPart =
      this.hasRanges && from !== undefined && (validator ?? `"${etag}"`) === `"${etag}"`;
    const start = isPart ? Number(from) : 0;
    const end = isPart && to ? Math.min(Number(to) + 1, content.length) : content.length;
    const body = content.subarray(start, end);
    const delivery = {
      status: isPart ? 206 : 200,
      headers: {
        etag: `"${etag}"`,
        'content-length': String(body.length),
        ...(isPart && { 'content-range': `bytes ${start}-${end - 1}/${content.length}` }),
      },
      body,
    };
    if (this.faults.some((fault) => fault(seen, response, delivery))) return;
    response.writeHead(delivery.status, delivery.headers);
    response.end(body);
  }

  private see(server: SeenRequest['server'], request: http.IncomingMessage): SeenRequest {
    const seen = { server, url: request.url ?? '', headers: request.headers };
    this.requests.push(seen);
    return seen;
  }

  private search(parameters: URLSearchParams): unknown {
    const words = (parameters.get('search') ?? '').toLowerCase();
    const author = parameters.get('author');
    const pipeline = parameters.get('pipeline_tag');
    return [...this.models]
      .filter(([name, model]) => {
        const isAuthor = author === null || name.startsWith(`${author}/`);
        const isTask = pipeline === null || model.pipeline === pipeline;
        return isAuthor && isTask && name.toLowerCase().includes(words);
      })
      .slice(0, Number(parameters.get('limit') ?? 100))
      .map(([name, model]) => facts(name, model));
  }
}

function addressOf(server: http.Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function json(response: http.ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
}

function fail(response: http.ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'x-error-code': code });
  response.end(JSON.stringify({ error: code }));
}

function facts(name: string, { files, pipeline, license, gatedFor }: ServedModel): object {
  const config = files.get('config.json');
  return {
    id: name,
    pipeline_tag: pipeline,
    downloads: 1000,
    gated: gatedFor === undefined ? false : 'manual',
    tags: license === undefined ? [] : [`license:${license}`],
    config: config === undefined ? {} : (JSON.parse(config.toString()) as object),
    siblings: [...files.keys()].map((rfilename) => ({ rfilename })),
  };
}

/** Hash of a file as the hub gives it: SHA-256 of large files, git's SHA-1 of others. */
export function oidOf(name: string, content: Buffer): string {
  if (LFS.test(name)) return createHash('sha256').update(content).digest('hex');
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

function treeEntry([name, content]: [string, Buffer]): object {
  const oid = oidOf(name, content);
  const size = content.length;
  const entry = { type: 'file', path: name, size };
  if (!LFS.test(name)) return { ...entry, oid };
  const pointer = createHash('sha1').update(oid).digest('hex');
  return { ...entry, oid: pointer, lfs: { oid, size, pointerSize: 134 } };
}
