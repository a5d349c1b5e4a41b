import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Export from '../../../src/core/models/import/fuseNormalization.js';
import type * as Simplification from '../../../src/core/models/import/simplify.js';
import type * as Fusion from '../../../src/core/graph/passes/fuse.js';
import type * as Gelu from '../../../src/core/graph/passes/foldGelu.js';
import type { AppError } from '../../../src/core/errors.js';
import type { Graph } from '../../../src/core/graph/graph.js';
import { float, int } from '../../../src/core/graph/node.js';
import { decodeModel, encodeModel } from '../../../src/core/graph/onnx.js';
import type { Runtime } from '../../../src/core/ports.js';
import { exportModel } from '../../../src/node/models/exportModel.js';
import { loadPredictionModel } from '../../../src/node/models/predictionModel.js';
import { readModelFolder } from '../../../src/node/models/modelFolder.js';
import { Verdicts } from '../../../src/node/models/verdicts.js';
import { verifyOnSample } from '../../../src/node/models/verifyImport.js';
import { createRun } from '../../../src/node/runs/createRun.js';
import { inspectRun } from '../../../src/node/runs/inspectRun.js';
import { createOnnxRuntime } from '../../../src/node/runtime/onnxRuntime.js';
import { CHECK_MODEL, checkModelCommand } from '../../../src/cli/checkModel.js';
import { readCommand } from '../../../src/cli/usage.js';
import { prepare } from '../../../src/trainer/prepare.js';
import { exportBytes, exportConfig } from '../../support/importedFixtures.js';
import { tinyTokenizerJson } from '../../support/tinyModel.js';

/** Pass that changes results, as a mistake of ours would. */
const broken = vi.hoisted(() => ({ pass: null as string | null }));

function reweigh(graph: Graph, op: string, attribute: string, value: number): void {
  for (const node of graph.nodes) {
    if (node.op !== op || node.inputs.length < 3) continue;
    node.attributes = { ...node.attributes, [attribute]: float(value) };
  }
}

vi.mock('../../../src/core/models/import/fuseNormalization.js', async (original) => {
  const { fuseNormalization } = await original<typeof Export>();
  return {
    fuseNormalization(graph: Graph): void {
      fuseNormalization(graph);
      if (broken.pass === 'fuseNormalization')
        reweigh(graph, 'LayerNormalization', 'epsilon', 0.01);
    },
  };
});
vi.mock('../../../src/core/models/import/simplify.js', async (original) => {
  const real = await original<typeof Simplification>();
  return {
    ...real,
    async simplify(...given: Parameters<typeof real.simplify>): Promise<string | null> {
      const [graph, { op, inputs }] = given;
      const isBroken = broken.pass === 'simplify' && op === 'Mul' && !graph.tensor(inputs[0]!);
      return isBroken && graph.tensor(inputs[1]!) ? inputs[0]! : real.simplify(...given);
    },
  };
});
vi.mock('../../../src/core/graph/passes/foldGelu.js', async (original) => {
  const real = await original<typeof Gelu>();
  return {
    ...real,
    foldGelu(graph: Graph): void {
      real.foldGelu(graph);
      if (broken.pass !== 'foldGelu') return;
      const folded = graph.nodes.some(({ op }) => op === 'ErfGate');
      if (folded) reweigh(graph, 'Gemm', 'beta', 0.9);
    },
  };
});
// Used for training graphs alone.
vi.mock('../../../src/core/graph/passes/fuse.js', async (original) => {
  const { fuse } = await original<typeof Fusion>();
  return {
    fuse(graph: Graph): void {
      fuse(graph);
      if (broken.pass === 'fuse') reweigh(graph, 'Gemm', 'beta', 1.01);
    },
  };
});
const PASSES = ['simplify', 'fuseNormalization', 'foldGelu', 'fuse'];

let root: string;
let folder: string;
beforeEach(() => {
  broken.pass = null;
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-verify-'));
  folder = path.join(root, 'model');
  writeModel('bert', {});
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  fs.rmSync(root, { recursive: true, force: true });
});

function writeModel(name: string, config: object): void {
  fs.mkdirSync(path.join(folder, 'onnx'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'onnx/model.onnx'), exportBytes(name, 'script-14'));
  const json = (file: string, value: unknown): void => {
    fs.writeFileSync(path.join(folder, file), JSON.stringify(value));
  };
  json('config.json', { ...exportConfig(name), ...config });
  json('tokenizer.json', tinyTokenizerJson('abc abc ab', 3));
}

async function thrownBy(action: () => Promise<unknown>): Promise<AppError['data'] | null> {
  try {
    await action();
    return null;
  } catch (thrown) {
    return (thrown as AppError).data;
  }
}
const naming = (pass: string) => ({
  code: 'Model',
  details: { problem: { id: 'models.otherLogits', args: { pass } } },
});

describe('a pass that changes what an export computes', () => {
  it.each(PASSES)('is named before a run (%s)', async (pass) => {
    fs.writeFileSync(path.join(root, 'a.txt'), 'ab abc ab.\n\n'.repeat(50));
    const request = await inspectRun({
      ...{ runsFolder: path.join(root, 'runs'), workspaceFolder: root, paths: ['a.txt'] },
      ...{ modelFolder: folder, name: 'run', options: { threads: 1 } },
    });
    const { spec } = await createRun(request);
    broken.pass = pass;
    const given = { modelFolder: folder, storePath: path.join(root, 'store') };
    const report = (): void => undefined;
    expect(await thrownBy(() => prepare(spec, { ...given, report }))).toMatchObject(naming(pass));
  });

  it.each(PASSES)('is named by check-model (%s)', async (pass) => {
    let printed = '';
    vi.spyOn(console, 'log').mockImplementation((text) => {
      printed += String(text);
    });
    const run = (): Promise<void> => {
      printed = '';
      return checkModelCommand(readCommand(CHECK_MODEL, [folder]));
    };
    await run();
    expect(printed).toContain('trainable     yes');
    broken.pass = pass;
    await run();
    expect(printed).toContain('trainable     no');
    expect(printed).toContain(`after the pass ${pass},`);
  });

  it.each(PASSES)('is named before an export, which writes nothing (%s)', async (pass) => {
    const to = path.join(root, 'exported');
    const request = { modelFolder: folder, to, format: 'onnx' } as const;
    broken.pass = pass;
    expect(await thrownBy(() => exportModel(request))).toMatchObject(naming(pass));
    expect(fs.existsSync(to)).toBe(false);
    broken.pass = null;
    await exportModel(request);
    expect(fs.existsSync(path.join(to, 'onnx/model.onnx'))).toBe(true);
  });
});

describe('a verdict', () => {
  it('costs nothing the second time, until the model or the passes are others', async () => {
    let sessions = 0;
    const real = createOnnxRuntime();
    const runtime: Runtime = {
      createSession(...given) {
        sessions++;
        return real.createSession(...given);
      },
    };
    const verify = async (version: string): Promise<number> => {
      sessions = 0;
      const verdicts = new Verdicts({ folder: path.join(root, 'cache'), version });
      await verifyOnSample(await readModelFolder(folder), { runtime, verdicts });
      return sessions;
    };
    expect(await verify('1')).toBe(3);
    expect(await verify('1')).toBe(0);
    expect(await verify('2')).toBe(3);
    const config = path.join(folder, 'config.json');
    fs.appendFileSync(config, '\n');
    expect(await verify('2')).toBe(3);
    fs.rmSync(path.join(root, 'cache'), { recursive: true });
    fs.writeFileSync(path.join(root, 'cache'), 'not a folder');
    expect(await verify('2')).toBe(3);
  });
});

describe('a right graph', () => {
  it('is not refused for a head whose labels are in another order', async () => {
    writeModel('bert-classification', { id2label: { 0: 'a', 1: 'b', 2: 'c' } });
    const labels = { labels: ['c', 'a', 'b'] };
    const model = await readModelFolder(folder, { head: 'sequence', labels });
    expect(model.parameters).not.toEqual(model.imported?.parameters);
    await verifyOnSample(model);
  });

  it('is not refused for inputs of 32 bits', async () => {
    const graph = decodeModel(exportBytes('bert', 'script-14'), 'model.onnx');
    for (const name of graph.inputs) graph.values.set(name, { ...graph.info(name), type: 'int32' });
    graph.nodes.unshift(
      ...graph.inputs.map((name) => ({
        ...{ op: 'Cast', domain: '', name: `wide ${name}`, attributes: { to: int(7) } },
        ...{ inputs: [name], outputs: [`${name}.wide`] },
      })),
    );
    for (const { op, name, inputs } of graph.nodes) {
      if (name.startsWith('wide ')) continue;
      inputs.forEach((input, i) => {
        if (graph.inputs.includes(input)) inputs[i] = `${input}.wide`;
      });
      expect(op).not.toBe('If');
    }
    fs.writeFileSync(path.join(folder, 'onnx/model.onnx'), encodeModel(graph));
    await verifyOnSample(await readModelFolder(folder));
    const served = await loadPredictionModel(folder, { threads: 1 });
    await served.release();
  });
});
