/** Exports are read by readers that are not ours: Debian's protoc, crc32c and YAML for Python. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  exportMetrics,
  METRIC_FORMATS,
  type MetricFormat,
} from '../../../src/node/openFormats/exportMetrics.js';
import { findRuns } from '../../../src/node/runs/compareRuns.js';
import { initialRunState } from '../../../src/node/runs/runState.js';
import { RunWriter } from '../../../src/node/runs/runWriter.js';
import { findPython, runPython } from '../../support/python.js';
import { specOf } from '../../support/syntheticRuns.js';

const python = findPython(['crc32c', 'yaml'], { packages: 'python3-crc32c and python3-yaml' });
const protoc = hasProtoc();

function hasProtoc(): boolean {
  try {
    execFileSync('protoc', ['--version']);
    return true;
  } catch {
    console.warn('SKIPPED: decoding event files needs protoc (protobuf-compiler).');
    return false;
  }
}

/** The parts of tensorflow's event.proto, summary.proto and tensor.proto that are written. */
const PROTO = `
syntax = "proto3";
package tensorflow;
message Dim { int64 size = 1; }
message TensorShapeProto { repeated Dim dim = 2; }
message TensorProto { int32 dtype = 1; TensorShapeProto tensor_shape = 2; repeated string string_val = 8; }
message PluginData { string plugin_name = 1; }
message SummaryMetadata { PluginData plugin_data = 1; }
message Value { string tag = 1; float simple_value = 2; TensorProto tensor = 8; SummaryMetadata metadata = 9; }
message Summary { repeated Value value = 1; }
message Event { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
`;

const FRAMES = `
import json, struct, sys, crc32c, base64
path = json.load(sys.stdin)
data = open(path, 'rb').read()
def mask(crc): return ((crc >> 15 | crc << 17 & 0xffffffff) + 0xa282ead8) & 0xffffffff
at, frames = 0, []
while at < len(data):
    head = data[at:at + 8]
    (length,) = struct.unpack('<Q', head)
    assert struct.unpack('<I', data[at + 8:at + 12])[0] == mask(crc32c.crc32c(head)), at
    body = data[at + 12:at + 12 + length]
    assert struct.unpack('<I', data[at + 12 + length:at + 16 + length])[0] == mask(crc32c.crc32c(body)), at
    frames.append(base64.b64encode(body).decode())
    at += 16 + length
print(json.dumps(frames))
`;

const YAML = `
import json, sys, yaml
print(json.dumps([yaml.safe_load(open(path)) for path in json.load(sys.stdin)]))
`;

let folder: string;
const target = (format: MetricFormat): string => path.join(folder, format);

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-formats-'));
  const runs = path.join(folder, 'runs');
  for (const [i, name] of ['=cmd|1', 'évaluation: "x"'].entries()) {
    const directory = path.join(runs, `2026010${i + 1}-000000-run`);
    fs.mkdirSync(directory, { recursive: true });
    const id = path.basename(directory);
    const spec = { ...specOf(name), id, training: { ...specOf(name).training, seed: i } };
    fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(spec));
    const writer = new RunWriter(directory, initialRunState());
    writer.metrics({
      step: 1,
      epoch: 0.5,
      time: 1.5,
      split: 'train',
      loss: 2.5,
      learningRate: 1e-3,
    });
    writer.metrics({
      step: 300,
      epoch: 1,
      time: 3,
      split: 'heldOut',
      loss: 1.25,
      perplexity: 3.49,
    });
    writer.update({ status: 'finished', startedAt: '2026-01-01T00:00:00.000Z' });
  }
  const found = await findRuns([], runs);
  expect(found).toHaveLength(2);
  for (const format of METRIC_FORMATS) await exportMetrics(found, { format, to: target(format) });
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

function filesIn(root: string): string[] {
  return fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

describe('metrics in the formats of other tools', () => {
  it.skipIf(python === null || !protoc)(
    'are events that protoc decodes, with right checksums',
    () => {
      const root = target('tensorboard');
      const [first = ''] = filesIn(root);
      const frames = runPython(python!, FRAMES, path.join(root, first)) as string[];
      fs.writeFileSync(path.join(folder, 'event.proto'), PROTO);
      const decoded = frames.map((frame) =>
        execFileSync(
          'protoc',
          ['--decode=tensorflow.Event', `--proto_path=${folder}`, 'event.proto'],
          {
            input: Buffer.from(frame, 'base64'),
          },
        ).toString(),
      );
      expect(decoded).toHaveLength(6);
      expect(decoded[0]).toContain('file_version: "brain.Event:2"');
      expect(decoded[1]).toMatch(/plugin_name: "text"/);
      expect(decoded[1]).toMatch(/dtype: 7/);
      expect(decoded[1]).toContain('optimizer.learningRate');
      expect(decoded[2]).toMatch(/step: 1\n/);
      expect(decoded[2]).toMatch(/tag: "loss\/train"\n\s+simple_value: 2\.5/);
      expect(decoded[4]).toMatch(/wall_time: 1767225603\nstep: 300\n/);
      expect(decoded[4]).toMatch(/tag: "loss\/heldOut"\n\s+simple_value: 1\.25/);
    },
  );

  it.skipIf(python === null)(
    'are a file store of MLflow that a YAML reader of Python reads',
    () => {
      const root = target('mlflow');
      const files = filesIn(root);
      const metas = files.filter((file) => file.endsWith('meta.yaml'));
      expect(metas).toHaveLength(3);
      const read = runPython(
        python!,
        YAML,
        metas.map((file) => path.join(root, file)),
      ) as Record<string, unknown>[];
      const runs = read.filter((meta) => meta['run_id'] !== undefined);
      expect(runs.map((meta) => meta['run_name'])).toEqual(
        expect.arrayContaining(['=cmd|1', 'évaluation: "x"']),
      );
      for (const meta of runs) {
        expect(meta).toMatchObject({
          status: 3,
          lifecycle_stage: 'active',
          start_time: 1767225600000,
        });
        expect(meta['run_id']).toMatch(/^[0-9a-f]{32}$/);
        const run = `mlruns/${String(meta['experiment_id'])}/${String(meta['run_id'])}`;
        const loss = fs.readFileSync(path.join(root, run, 'metrics/heldOut_loss'), 'utf8');
        expect(loss).toBe('1767225603000 1.25 300\n');
        const rate = path.join(root, run, 'params/optimizer.learningRate');
        expect(Number(fs.readFileSync(rate, 'utf8'))).toBeGreaterThan(0);
      }
    },
  );

  it.skipIf(python === null)('are folders of DVCLive', () => {
    const root = target('dvclive');
    const folders = fs.readdirSync(root);
    expect(folders).toHaveLength(2);
    const files = folders.flatMap((name) => [
      path.join(root, name, 'params.yaml'),
      path.join(root, name, 'dvc.yaml'),
    ]);
    const [params, dvc] = runPython(python!, YAML, files) as Record<string, unknown>[];
    expect(params).toMatchObject({ seed: 0 });
    expect(dvc).toMatchObject({ metrics: ['metrics.json'] });
    const table = path.join(root, folders[0]!, 'plots/metrics/heldOut/loss.tsv');
    expect(fs.readFileSync(table, 'utf8')).toBe('step\tloss\n300\t1.25\n');
    const metrics: unknown = JSON.parse(
      fs.readFileSync(path.join(root, folders[0]!, 'metrics.json'), 'utf8'),
    );
    expect(metrics).toMatchObject({ train: { loss: 2.5 }, heldOut: { loss: 1.25 }, step: 300 });
  });

  it('are long and wide tables with stable columns', async () => {
    const lines = fs.readFileSync(path.join(target('csv'), 'metrics.csv'), 'utf8').split('\r\n');
    expect(lines[0]).toBe('run,name,experiment,group,seed,step,epoch,time,split,metric,value');
    expect(lines).toHaveLength(2 + 2 * 4);
    const wide = fs.readFileSync(path.join(target('csv'), 'runs.csv'), 'utf8').split('\r\n');
    expect(wide[0]).toMatch(/^run,name,experiment,group,seed,status,.*heldOut\.loss/);
    const file = fs.readFileSync(path.join(target('parquet'), 'metrics.parquet'));
    const rows = await parquetReadObjects({
      file: new Uint8Array(file).buffer,
    });
    expect(rows).toHaveLength(8);
    expect(rows[2]).toMatchObject({ split: 'heldOut', metric: 'loss', value: 1.25, step: 300 });
  });

  it('never replace a folder, and leave nothing behind if they fail', async () => {
    const found = await findRuns([], path.join(folder, 'runs'));
    await expect(exportMetrics(found, { format: 'csv', to: target('csv') })).rejects.toThrow();
    const beneathFile = path.join(target('csv'), 'metrics.csv', 'deeper');
    await expect(exportMetrics(found, { format: 'csv', to: beneathFile })).rejects.toThrow();
    expect(filesIn(target('csv'))).toEqual(['metrics.csv', 'runs.csv']);
  });
});
