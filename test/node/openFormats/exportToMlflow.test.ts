import fs from 'node:fs';
import type { ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ComparedRun } from '../../../src/core/experiments/comparison.js';
import {
  exportToMlflow,
  proxyPathOf,
  type MlflowExport,
} from '../../../src/node/openFormats/exportToMlflow.js';
import { TrackingServer, trackingSettings } from '../../../src/node/openFormats/trackingServer.js';
import { findRuns } from '../../../src/node/runs/compareRuns.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';
import { inEnglish } from '../../support/inEnglish.js';
import { MlflowServer } from '../../support/mlflowServer.js';
import { specOf } from '../../support/syntheticRuns.js';

let folder: string;
let mlflow: MlflowServer;
let runs: readonly ComparedRun[];
let waited: number[];

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-mlflow-'));
  mlflow = await MlflowServer.start();
  waited = [];
  for (const seed of [1, 2]) {
    const directory = path.join(folder, `2026010${seed}-000000-run`);
    fs.mkdirSync(directory, { recursive: true });
    const spec = specOf(`run ${seed}`);
    const ownSpec = { ...spec, id: path.basename(directory), training: { ...spec.training, seed } };
    fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(ownSpec));
    const writer = new RunWriter(directory, initialRunState());
    for (let step = 1; step <= 1200; step++) {
      writer.metrics({ step, epoch: 1, time: step / 10, split: 'train', loss: 3 / step });
    }
    writer.update({ status: 'finished', startedAt: '2026-01-01T00:00:00.000Z' });
  }
  runs = await findRuns([], folder);
});
afterEach(async () => {
  await mlflow.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

interface Options {
  readonly environment?: Record<string, string>;
  readonly address?: string;
  readonly withFiles?: boolean;
  readonly signal?: AbortSignal;
}

function send({ environment = {}, address, ...options }: Options = {}): Promise<MlflowExport> {
  const server = new TrackingServer({
    settings: trackingSettings(address ?? mlflow.address, environment),
    pause: (seconds) => {
      waited.push(seconds);
      return Promise.resolve();
    },
  });
  return exportToMlflow(runs, { server, ...options });
}

async function said(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return inEnglish(thrown, 'UserInput').message;
}

function answer(status: number, headers: Record<string, string> = {}) {
  return (response: ServerResponse): true => {
    response.writeHead(status, headers).end();
    return true;
  };
}

describe('runs on a tracking server', () => {
  it('are complete, with all values in requests of the permitted size', async () => {
    expect(await send()).toEqual({ created: 2, unchanged: 0, notFinite: 0, otherStore: null });
    expect([...mlflow.experiments.keys()]).toEqual(['default']);
    const [first] = mlflow.active;
    expect(first).toMatchObject({
      ...{ name: 'run 1', status: 'FINISHED', startTime: 1_767_225_600_000 },
      endTime: 1_767_225_720_000,
    });
    expect(first!.params.get('seed')).toBe('1');
    expect(Number(first!.params.get('optimizer.learningRate'))).toBe(1e-3);
    const losses = first!.metrics.filter(({ key }) => key === 'train_loss');
    expect(losses).toHaveLength(1200);
    expect(losses[9]).toEqual({
      ...{ key: 'train_loss', value: 0.3, timestamp: 1_767_225_601_000, step: 10 },
    });
    expect(mlflow.requests.filter(({ endpoint }) => endpoint === 'runs/log-batch').length).toBe(8);
  });

  it('are not sent again unless they have changed', async () => {
    await send();
    expect(await send()).toMatchObject({ created: 0, unchanged: 2 });
    const line = { step: 1201, epoch: 1, time: 121, split: 'train', loss: 1 };
    fs.appendFileSync(path.join(runs[0]!.directory, 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
    expect(await send()).toMatchObject({ created: 1, unchanged: 1 });
    expect(mlflow.active).toHaveLength(3);
  });

  it('get files through the artifact proxy, and only when asked', async () => {
    await send();
    expect(mlflow.active.every(({ files }) => files.size === 0)).toBe(true);
    mlflow.runs.clear();
    await send({ withFiles: true });
    const spec: unknown = JSON.parse(mlflow.active[0]!.files.get('run.json')!.toString());
    expect(spec).toMatchObject({ name: 'run 1' });
    mlflow.runs.clear();
    mlflow.artifactRoot = 's3://bucket/';
    expect((await send({ withFiles: true })).otherStore).toMatch(/^s3:\/\/bucket\/1\//);
    expect(mlflow.active[0]).toMatchObject({ status: 'FINISHED', files: new Map() });
  });

  it.skipIf(process.platform === 'win32')(
    'never get a file that a link in a run folder points to',
    async () => {
      const secret = path.join(folder, '.secret');
      fs.writeFileSync(secret, 'secret');
      fs.symlinkSync(secret, path.join(runs[0]!.directory, 'evaluation.json'));
      await expect(send({ withFiles: true })).rejects.toThrow();
      expect(mlflow.active).toEqual([]);
    },
  );
});

describe('failures', () => {
  it('leave no incomplete run, and keep those before', async () => {
    mlflow.faults.push((seen, response, when) => {
      const isSecond = mlflow.runs.size === 2 && seen.endpoint === 'runs/log-batch';
      return isSecond && when === 'before' && answer(400)(response);
    });
    expect(await said(send())).toMatch(/does not answer as an MLflow tracking server/);
    expect(mlflow.active.map(({ name }) => name)).toEqual(['run 1']);
    mlflow.faults = [];
    expect(await send()).toMatchObject({ created: 1, unchanged: 1 });
  });

  it('that pass are followed by another attempt, after the time that the server asks for', async () => {
    const statuses = [429, 503];
    mlflow.faults.push((seen, response, when) => {
      if (when !== 'before' || seen.endpoint !== 'runs/log-batch') return false;
      const status = statuses.shift();
      return status !== undefined && answer(status, { 'retry-after': '7' })(response);
    });
    expect(await send()).toMatchObject({ created: 2 });
    expect(waited).toEqual([7, 7]);
    expect(mlflow.active[0]!.metrics.filter(({ key }) => key === 'train_loss')).toHaveLength(1200);
  });

  it('that stay end with the status', async () => {
    mlflow.faults.push(
      (seen, response, when) =>
        when === 'before' && seen.endpoint === 'runs/update' && answer(500)(response),
    );
    expect(await said(send())).toMatch(/could not handle a request \(500\)/);
    expect(waited).toEqual([1, 2, 4, 8]);
    expect(mlflow.active).toEqual([]);
  });

  it('do not create a run twice when the answer is lost', async () => {
    let lost = 0;
    mlflow.faults.push((seen, response, when) => {
      if (when !== 'after' || seen.endpoint !== 'runs/create' || lost++ > 0) return false;
      response.destroy();
      return true;
    });
    expect(await send()).toMatchObject({ created: 2 });
    expect(mlflow.runs.size).toBe(2);
  });

  it('name the run that could not be deleted', async () => {
    mlflow.faults.push(
      (seen, response, when) =>
        when === 'before' &&
        ['runs/update', 'runs/delete'].includes(seen.endpoint) &&
        answer(500)(response),
    );
    expect(await said(send())).toMatch(/incomplete run 0+1 could not be deleted .*\(500\)/);
  });

  it('remove the run that is being sent when the person cancels', async () => {
    const stop = new AbortController();
    mlflow.faults.push((seen) => {
      if (seen.endpoint === 'runs/log-batch') stop.abort();
      return false;
    });
    await expect(send({ signal: stop.signal })).rejects.toMatchObject({ code: 'Cancelled' });
    expect(mlflow.runs.size).toBe(1);
    expect(mlflow.active).toEqual([]);
  });

  it('of a deleted experiment say how to go on', async () => {
    mlflow.experiments.set('default', { id: '7', stage: 'deleted' });
    expect(await said(send())).toMatch(/experiment "default" was deleted/);
  });

  it('of a server that is not there name it', async () => {
    expect(await said(send({ address: 'http://127.0.0.1:9' }))).toMatch(
      /127\.0\.0\.1:9 cannot be reached/,
    );
  });
});

describe('credentials', () => {
  it('come from the environment', async () => {
    const sent = async (environment: Record<string, string>): Promise<string | undefined> => {
      mlflow.requests.length = 0;
      await send({ environment });
      return mlflow.requests[0]!.headers.authorization;
    };
    expect(await sent({})).toBeUndefined();
    expect(await sent({ MLFLOW_TRACKING_TOKEN: 't1' })).toBe('Bearer t1');
    const both = { MLFLOW_TRACKING_USERNAME: 'ana', MLFLOW_TRACKING_PASSWORD: 'pä' };
    expect(await sent({ ...both, MLFLOW_TRACKING_TOKEN: 't1' })).toBe(
      `Basic ${Buffer.from('ana:pä').toString('base64')}`,
    );
  });

  it('are not sent to another host, and neither is anything else', async () => {
    const other = await MlflowServer.start();
    mlflow.faults.push((_seen, response) => answer(307, { location: other.address })(response));
    const environment = { MLFLOW_TRACKING_TOKEN: 't1' };
    expect(await said(send({ environment }))).toContain(`redirects to ${other.address}`);
    expect(other.requests).toEqual([]);
    await other.stop();
  });

  it('follow a redirect within the server', async () => {
    let redirected = 0;
    mlflow.faults.push((seen, response, when) => {
      if (when !== 'before' || !seen.url.startsWith('/old/')) return false;
      redirected++;
      return answer(308, { location: seen.url.replace('/old/', '/') })(response);
    });
    const environment = { MLFLOW_TRACKING_TOKEN: 't1' };
    expect(await send({ address: `${mlflow.address}/old`, environment })).toMatchObject({
      created: 2,
    });
    expect(redirected).toBeGreaterThan(10);
    expect(mlflow.active[0]!.metrics.length).toBeGreaterThan(1000);
    expect(mlflow.requests.every(({ headers }) => headers.authorization === 'Bearer t1')).toBe(
      true,
    );
  });

  it('that are refused are named', async () => {
    mlflow.faults.push((_seen, response) => answer(401)(response));
    expect(await said(send())).toMatch(/refused access \(401\)/);
  });
});

describe('addresses', () => {
  it('from the environment are on this machine or encrypted', () => {
    const of = (uri: string) => () => trackingSettings(undefined, { MLFLOW_TRACKING_URI: uri });
    expect(of('http://localhost:5000')().address).toBe('http://localhost:5000');
    expect(of('https://example.com/mlflow/')().address).toBe('https://example.com/mlflow');
    expect(of('http://example.com:5000')).toThrow(/not encrypted/);
    expect(trackingSettings('http://example.com:5000', {}).address).toBe('http://example.com:5000');
  });

  it.each([
    '',
    'mlruns',
    'file:///x',
    'sqlite:///x',
    'databricks',
    'https://a:b@c',
    'http://x?y=1',
  ])('"%s" is refused', (address) => {
    expect(() => trackingSettings(address, {})).toThrow(/not the address of an MLflow/);
  });

  it('keep a password out of the error', () => {
    expect(() => trackingSettings('https://ana:secret@host', {})).toThrow(
      expect.not.objectContaining({
        message: expect.stringContaining('secret') as string,
      }) as Error,
    );
  });

  it('of files are paths in the proxy of the same server only', () => {
    const address = 'http://127.0.0.1:5000';
    expect(proxyPathOf('mlflow-artifacts:/1/abc/artifacts', address)).toBe('1/abc/artifacts');
    expect(proxyPathOf('mlflow-artifacts://127.0.0.1:5000/1/abc', address)).toBe('1/abc');
    expect(proxyPathOf('mlflow-artifacts://elsewhere/1/abc', address)).toBeNull();
    expect(proxyPathOf('/var/mlruns/1/abc', address)).toBeNull();
    expect(proxyPathOf('s3://bucket/1', address)).toBeNull();
  });
});
