import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as z from 'zod';

const KEY = /^(?!\.{1,2}$)[\w .-]{1,250}$/;
const entry = (limit: number) =>
  z.strictObject({
    key: z.string().regex(KEY),
    value: z.string().refine((text) => Buffer.byteLength(text) <= limit),
  });
const metric = z.strictObject({
  key: z.string().regex(KEY),
  value: z.number(),
  timestamp: z.int().nonnegative(),
  step: z.int(),
});
const id = z.string().regex(/^[\w-]{1,256}$/);
const STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'] as const;

const BODIES = {
  'experiments/create': z.strictObject({ name: z.string().min(1).max(500) }),
  'runs/search': z.strictObject({
    experiment_ids: z.array(id).length(1),
    filter: z.string(),
    run_view_type: z.literal('ACTIVE_ONLY'),
    max_results: z.int().min(1).max(50_000),
  }),
  'runs/create': z.strictObject({
    experiment_id: id,
    run_name: z.string().min(1),
    start_time: z.int().nonnegative(),
    tags: z.array(entry(5000)).max(100),
  }),
  'runs/log-batch': z
    .strictObject({
      run_id: id,
      metrics: z.array(metric).max(1000),
      params: z.array(entry(500)).max(100),
      tags: z.array(entry(5000)).max(100),
    })
    .refine(({ metrics, params, tags }) => metrics.length + params.length + tags.length <= 1000)
    .refine(({ params }) => new Set(params.map(({ key }) => key)).size === params.length),
  'runs/update': z.strictObject({
    run_id: id,
    status: z.enum(STATUSES),
    end_time: z.int().nonnegative().optional(),
  }),
  'runs/delete': z.strictObject({ run_id: id }),
} as const;
type Endpoint = keyof typeof BODIES;
type Body<E extends Endpoint> = z.infer<(typeof BODIES)[E]>;

export interface StoredMlflowRun {
  readonly id: string;
  readonly experiment: string;
  readonly name: string;
  readonly startTime: number;
  status: (typeof STATUSES)[number];
  endTime: number | null;
  isDeleted: boolean;
  readonly tags: Map<string, string>;
  readonly params: Map<string, string>;
  readonly metrics: z.infer<typeof metric>[];
  readonly files: Map<string, Buffer>;
}

export interface SeenMlflowRequest {
  /** Path below the API, or the whole one of another place. */
  readonly endpoint: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: number;
}

/** Answers instead of the server, before or after it did what was asked, if it returns `true`. */
export type MlflowFault = (
  seen: SeenMlflowRequest,
  response: http.ServerResponse,
  when: 'before' | 'after',
) => boolean;

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Speaks the URLs of an MLflow tracking server for what an export needs, and refuses requests that
 * are beyond what the REST API documents.
 */
export class MlflowServer {
  readonly requests: SeenMlflowRequest[] = [];
  readonly experiments = new Map<string, { readonly id: string; stage: 'active' | 'deleted' }>();
  readonly runs = new Map<string, StoredMlflowRun>();
  /** Start of the artifact address of a run; its id follows. */
  artifactRoot = 'mlflow-artifacts:/';
  faults: MlflowFault[] = [];

  private constructor(private readonly server: http.Server) {
    server.on('request', (request, response) => {
      void this.answer(request, response);
    });
  }

  static async start(): Promise<MlflowServer> {
    const server = http.createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new MlflowServer(server);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Runs that are not deleted. */
  get active(): StoredMlflowRun[] {
    return [...this.runs.values()].filter(({ isDeleted }) => !isDeleted);
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const url = new URL(request.url ?? '/', this.address);
    const endpoint = url.pathname.replace('/api/2.0/mlflow/', '');
    const seen = {
      endpoint,
      url: request.url ?? '/',
      headers: request.headers,
      bytes: body.length,
    };
    this.requests.push(seen);
    if (this.faults.some((fault) => fault(seen, response, 'before'))) return;
    let status = 200;
    let answer: object;
    try {
      answer = this.handle(request.method ?? '', url, body);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      status = thrown.status;
      answer = { error_code: thrown.code, message: thrown.message };
    }
    if (this.faults.some((fault) => fault(seen, response, 'after'))) return;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  private handle(method: string, url: URL, body: Buffer): object {
    const artifact = /^\/api\/2\.0\/mlflow-artifacts\/artifacts\/(.+)$/.exec(url.pathname)?.[1];
    if (artifact !== undefined && method === 'PUT') return this.store(artifact, body);
    const endpoint = url.pathname.replace('/api/2.0/mlflow/', '');
    if (endpoint === 'experiments/get-by-name' && method === 'GET') {
      return this.experiment(url.searchParams.get('experiment_name') ?? '');
    }
    if (!(endpoint in BODIES) || method !== 'POST') {
      throw new Refusal(404, 'ENDPOINT_NOT_FOUND', `${method} ${url.pathname}`);
    }
    if (body.length > 1_000_000) throw invalid(`a request of ${body.length} bytes`);
    const read = BODIES[endpoint as Endpoint].safeParse(JSON.parse(body.toString('utf8')));
    if (!read.success) throw invalid(`${endpoint}: ${read.error.message}`);
    return this.post(endpoint as Endpoint, read.data);
  }

  private post(endpoint: Endpoint, body: unknown): object {
    switch (endpoint) {
      case 'experiments/create':
        return this.createExperiment(body as Body<'experiments/create'>);
      case 'runs/search':
        return this.search(body as Body<'runs/search'>);
      case 'runs/create':
        return this.createRun(body as Body<'runs/create'>);
      case 'runs/log-batch':
        return this.log(body as Body<'runs/log-batch'>);
      case 'runs/update': {
        const { run_id: run, status, end_time: endTime = null } = body as Body<'runs/update'>;
        Object.assign(this.run(run), { status, endTime });
        return { run_info: { run_id: run } };
      }
      case 'runs/delete':
        this.run((body as Body<'runs/delete'>).run_id).isDeleted = true;
        return {};
    }
  }

  private experiment(name: string): object {
    const found = this.experiments.get(name);
    if (found === undefined) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', name);
    return { experiment: { experiment_id: found.id, name, lifecycle_stage: found.stage } };
  }

  private createExperiment({ name }: Body<'experiments/create'>): object {
    if (this.experiments.has(name)) throw new Refusal(400, 'RESOURCE_ALREADY_EXISTS', name);
    const experiment = { id: String(this.experiments.size + 1), stage: 'active' as const };
    this.experiments.set(name, experiment);
    return { experiment_id: experiment.id };
  }

  private search({ experiment_ids: [experiment], filter }: Body<'runs/search'>): object {
    const [, key, value] = /^tags\.`([^`]+)` = '([^']*)'$/.exec(filter) ?? [];
    if (key === undefined) throw invalid(`filter ${filter}`);
    const found = this.active.filter(
      (run) => run.experiment === experiment && run.tags.get(key) === value,
    );
    // As protobuf does, a list without entries is left out.
    return found.length === 0 ? {} : { runs: found.map((run) => ({ info: this.info(run) })) };
  }

  private createRun(body: Body<'runs/create'>): object {
    const run: StoredMlflowRun = {
      id: (this.runs.size + 1).toString(16).padStart(32, '0'),
      experiment: body.experiment_id,
      name: body.run_name,
      startTime: body.start_time,
      ...{ status: 'RUNNING', endTime: null, isDeleted: false },
      tags: new Map(body.tags.map(({ key, value }) => [key, value])),
      ...{ params: new Map(), metrics: [], files: new Map() },
    };
    this.runs.set(run.id, run);
    return { run: { info: this.info(run) } };
  }

  private log({ run_id: id, metrics, params, tags }: Body<'runs/log-batch'>): object {
    const run = this.run(id);
    for (const { key, value } of params) {
      if ((run.params.get(key) ?? value) !== value) throw invalid(`another value of ${key}`);
    }
    for (const { key, value } of params) run.params.set(key, value);
    for (const { key, value } of tags) run.tags.set(key, value);
    run.metrics.push(...metrics);
    return {};
  }

  private store(place: string, body: Buffer): object {
    const [, id = '', , name = ''] = place.split('/').map(decodeURIComponent);
    this.run(id).files.set(name, body);
    return {};
  }

  private run(id: string): StoredMlflowRun {
    const run = this.runs.get(id);
    if (run === undefined || run.isDeleted) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', id);
    return run;
  }

  private info({ id, experiment }: StoredMlflowRun): object {
    return { run_id: id, artifact_uri: `${this.artifactRoot}${experiment}/${id}/artifacts` };
  }
}

function invalid(message: string): Refusal {
  return new Refusal(400, 'INVALID_PARAMETER_VALUE', message);
}
