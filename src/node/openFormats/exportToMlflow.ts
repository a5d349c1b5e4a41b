import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { AppError, inputError, problemOf } from '../../core/errors.js';
import { fileProblem } from '../../core/fileProblem.js';
import type { ComparedRun } from '../../core/experiments/comparison.js';
import { problem, verbatim } from '../../core/messages/message.js';
import { mlflowBatches, type MlflowBatch } from '../../core/openFormats/mlflowBatches.js';
import { mlflowDigest, mlflowRun, type MlflowRun } from '../../core/openFormats/mlflowRun.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { readBytes } from '../files/regularFile.js';
import { readExportedRun } from './readExportedRun.js';
import { TrackingRefusal, trackingHost, type TrackingServer } from './trackingServer.js';

export interface MlflowExportOptions {
  readonly server: TrackingServer;
  /** Whether `run.json` and `evaluation.json` are sent, which quote the data. */
  readonly withFiles?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called after each run. */
  readonly onRun?: (done: number) => void;
}

export interface MlflowExport {
  /** Runs that were created on the server. */
  readonly created: number;
  /** Runs that the server already has, with the same content. */
  readonly unchanged: number;
  /** Metric values that are left out because they are not finite. */
  readonly notFinite: number;
  /** Place of the server's files, if only MLflow's own clients can write there. */
  readonly otherStore: string | null;
}

/** Files of a run that are sent with `withFiles`. */
const SENT_FILES = [RUN_FILES.spec, RUN_FILES.imported, RUN_FILES.evaluation];
const MAX_FILE_BYTES = 1 << 26;
const MAX_STORE = 100;

/** Tag of the digest of a complete run, and of the export that created it. */
const DIGEST = 'masklab.digest';
const EXPORT = 'masklab.export';

/**
 * Creates runs on an MLflow tracking server with their parameters and metrics. A run that the server
 * already has with the same content is left alone. If something fails, the run that was being sent is
 * deleted on the server; those before it stay. Throws `UserInput`, or `Cancelled`.
 */
export async function exportToMlflow(
  runs: readonly ComparedRun[],
  options: MlflowExportOptions,
): Promise<MlflowExport> {
  const exporter = new MlflowExporter(options);
  const counts = { created: 0, unchanged: 0, notFinite: 0 };
  for (const [i, compared] of runs.entries()) {
    const run = mlflowRun(await readExportedRun(compared));
    const isNew = await exporter.send(run, compared.directory);
    if (isNew) counts.created++;
    else counts.unchanged++;
    counts.notFinite += run.notFinite;
    options.onRun?.(i + 1);
  }
  return { ...counts, otherStore: exporter.otherStore };
}

const emptySchema = z.unknown();
const experimentSchema = z.looseObject({
  experiment: z.looseObject({
    experiment_id: z.string(),
    lifecycle_stage: z.string().default('active'),
  }),
});
const newExperimentSchema = z.looseObject({ experiment_id: z.string() });
const infoSchema = z.looseObject({ run_id: z.string(), artifact_uri: z.string().default('') });
type RunInfo = z.infer<typeof infoSchema>;
const createdSchema = z.looseObject({ run: z.looseObject({ info: infoSchema }) });
const foundSchema = z.looseObject({
  runs: z.array(z.looseObject({ info: infoSchema })).default([]),
});

class MlflowExporter {
  otherStore: string | null = null;
  private readonly server: TrackingServer;
  private readonly signal: AbortSignal | undefined;
  private readonly withFiles: boolean;
  private readonly experiments = new Map<string, string>();

  constructor({ server, signal, withFiles = false }: MlflowExportOptions) {
    this.server = server;
    this.signal = signal;
    this.withFiles = withFiles;
  }

  /** Creates a run unless the server has it already. */
  async send(run: MlflowRun, directory: string): Promise<boolean> {
    return this.explained(async () => {
      const experiment = await this.experimentId(run.experiment);
      const digest = mlflowDigest(run);
      if ((await this.find(experiment, DIGEST, digest)) !== null) return false;
      const info = await this.create(experiment, run);
      try {
        for (const batch of mlflowBatches(run)) await this.log(info, batch);
        if (this.withFiles) await this.sendFiles(info, directory);
        await this.post('runs/update', {
          run_id: info.run_id,
          status: run.status,
          ...(run.endTime === null ? {} : { end_time: run.endTime }),
        });
        // The digest comes last, so that a run that has it is complete.
        const tags = [{ key: DIGEST, value: digest }];
        await this.log(info, { metrics: [], params: [], tags });
      } catch (thrown) {
        await this.remove(info, thrown);
        throw thrown;
      }
      return true;
    });
  }

  private async experimentId(name: string): Promise<string> {
    const known = this.experiments.get(name);
    if (known !== undefined) return known;
    const id = (await this.existingExperiment(name)) ?? (await this.newExperiment(name));
    this.experiments.set(name, id);
    return id;
  }

  private async existingExperiment(name: string): Promise<string | null> {
    try {
      const { experiment } = await this.server.get(
        'experiments/get-by-name',
        { experiment_name: name },
        { schema: experimentSchema, signal: this.signal },
      );
      if (experiment.lifecycle_stage === 'active') return experiment.experiment_id;
    } catch (thrown) {
      if (isRefusal(thrown, 'RESOURCE_DOES_NOT_EXIST')) return null;
      throw thrown;
    }
    throw inputError(
      problem('mlflow.deletedExperiment', { host: trackingHost(this.server.settings), name }),
    );
  }

  private async newExperiment(name: string): Promise<string> {
    try {
      const body = { name };
      return (await this.post('experiments/create', body, newExperimentSchema)).experiment_id;
    } catch (thrown) {
      // Somebody else was faster, or an attempt whose answer was lost succeeded.
      const existing = isRefusal(thrown, 'RESOURCE_ALREADY_EXISTS')
        ? await this.existingExperiment(name)
        : null;
      if (existing === null) throw thrown;
      return existing;
    }
  }

  private async find(
    experiment: string,
    key: string,
    value: string,
    signal = this.signal,
  ): Promise<RunInfo | null> {
    const query = {
      experiment_ids: [experiment],
      filter: `tags.\`${key}\` = '${value}'`,
      run_view_type: 'ACTIVE_ONLY',
      max_results: 1,
    };
    const { runs } = await this.server.post('runs/search', query, { schema: foundSchema, signal });
    return runs[0]?.info ?? null;
  }

  /** Creates a run once: after a lost answer, the run that was created is found by its tag. */
  private async create(experiment: string, run: MlflowRun): Promise<RunInfo> {
    const id = randomUUID();
    const body = {
      experiment_id: experiment,
      run_name: run.name,
      start_time: run.startTime,
      tags: [...run.tags, { key: EXPORT, value: id }],
    };
    try {
      const created = await this.server.post('runs/create', body, {
        ...{ schema: createdSchema, signal: this.signal },
        beforeRetry: async () => {
          const info = await this.find(experiment, EXPORT, id);
          return info === null ? null : { run: { info } };
        },
      });
      return created.run.info;
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== 'Cancelled') throw thrown;
      const info = await this.find(experiment, EXPORT, id, new AbortController().signal);
      if (info !== null) await this.remove(info, thrown);
      throw thrown;
    }
  }

  private async log(info: RunInfo, batch: MlflowBatch): Promise<void> {
    await this.post('runs/log-batch', { run_id: info.run_id, ...batch });
  }

  /** Sends files through the artifact proxy of the server, and nothing if it has none. */
  private async sendFiles(info: RunInfo, directory: string): Promise<void> {
    const root = proxyPathOf(info.artifact_uri, this.server.settings.address);
    if (root === null) {
      this.otherStore = info.artifact_uri.slice(0, MAX_STORE);
      return;
    }
    for (const name of SENT_FILES) {
      const file = path.join(directory, name);
      if (!fs.existsSync(file)) continue;
      const content = await sentFile(file);
      await this.server.putArtifact(`${root}/${name}`, content, this.signal);
    }
  }

  /** Deletes an incomplete run. Throws `UserInput` that names it if the server does not answer. */
  private async remove(info: RunInfo, reason: unknown): Promise<void> {
    try {
      // Not with the signal: after Ctrl+C, the run still has to be removed.
      await this.server.post(
        'runs/delete',
        { run_id: info.run_id },
        { schema: emptySchema, attempts: 2 },
      );
    } catch (cause) {
      const { message: text } = reason as Error;
      throw inputError(
        problem('mlflow.leftBehind', {
          host: trackingHost(this.server.settings),
          run: info.run_id.slice(0, MAX_STORE),
          reason: reason instanceof AppError ? problemOf(reason.data) : verbatim(text),
        }),
        { cause },
      );
    }
  }

  private post(endpoint: string, body: object): Promise<unknown>;
  private post<T>(endpoint: string, body: object, schema: z.ZodType<T>): Promise<T>;
  private post(endpoint: string, body: object, schema: z.ZodType = emptySchema): Promise<unknown> {
    return this.server.post(endpoint, body, { schema, signal: this.signal });
  }

  private async explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof TrackingRefusal)) throw thrown;
      const host = trackingHost(this.server.settings);
      const isMlflow = thrown.code !== '';
      throw inputError(
        isMlflow
          ? problem('mlflow.refused', {
              host,
              reason: verbatim(`${thrown.code}: ${thrown.reason}`),
            })
          : problem('mlflow.notAServer', { host }),
        { cause: thrown },
      );
    }
  }
}

/** A file of a run folder, where links are not followed: they could name any file of this machine. */
async function sentFile(file: string): Promise<Uint8Array> {
  try {
    return await readBytes(file, MAX_FILE_BYTES, 'refused');
  } catch (thrown) {
    throw new AppError({ code: 'Data', details: { file, problem: fileProblem(thrown) } });
  }
}

function isRefusal(thrown: unknown, code: string): boolean {
  return thrown instanceof TrackingRefusal && thrown.code === code;
}

/** Path in the artifact proxy of the server; `null` for another store, or the proxy of another host. */
export function proxyPathOf(artifactUri: string, address: string): string | null {
  if (!artifactUri.startsWith('mlflow-artifacts:') || !URL.canParse(artifactUri)) return null;
  const { host, pathname } = new URL(artifactUri);
  if (host !== '' && host !== new URL(address).host) return null;
  const parts = pathname.split('/').filter((part) => part !== '');
  return parts.some((part) => part === '.' || part === '..') ? null : parts.join('/');
}
