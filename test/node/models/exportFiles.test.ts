import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/core/errors.js';
import { loadLabelledModel } from '../../../src/node/models/labelledModel.js';
import { readModelFolder, writeModelFolder } from '../../../src/node/models/modelFolder.js';
import { loadPredictionModel } from '../../../src/node/models/predictionModel.js';
import { exportConfig, externalExport } from '../../support/importedFixtures.js';
import { tinyTokenizerJson } from '../../support/tinyModel.js';

const TEXT = 'the whale and the ship met at sea';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-external-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

/** Files of an export with external data, by path in the folder of the model. */
function filesOf(fixture: string): Record<string, string | Uint8Array> {
  const { bytes, weights } = externalExport(fixture);
  return {
    'config.json': JSON.stringify(exportConfig(fixture)),
    'tokenizer.json': JSON.stringify(tinyTokenizerJson(TEXT)),
    'onnx/model.onnx': bytes,
    'onnx/model.onnx_data': weights,
  };
}

function write(file: string, content: string | Uint8Array): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

/** The cache of the hub: a snapshot of links to blobs. */
function writeCache(fixture: string): string {
  const model = path.join(root, 'models--example--whale');
  const snapshot = path.join(model, 'snapshots/0f1e2d3c');
  for (const [i, [name, content]] of Object.entries(filesOf(fixture)).entries()) {
    const blob = path.join(model, 'blobs', `b${i}`);
    write(blob, content);
    const link = path.join(snapshot, name);
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(path.relative(path.dirname(link), blob), link);
  }
  return snapshot;
}

function writePlain(fixture: string): string {
  const folder = path.join(root, 'plain');
  for (const [name, content] of Object.entries(filesOf(fixture))) {
    write(path.join(folder, name), content);
  }
  return folder;
}

/** A folder whose external data is a link to a file at `target`. */
function writeLinked(fixture: string, target: string): string {
  const folder = writePlain(fixture);
  const data = path.join(folder, 'onnx/model.onnx_data');
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.renameSync(data, target);
  fs.symlinkSync(target, data);
  return folder;
}

async function logitsOf(folder: string): Promise<Float32Array> {
  const model = await loadPredictionModel(folder, { threads: 1 });
  try {
    return await model.logitsAt({
      ...{ batchSize: 1, length: 3, positions: BigInt64Array.of(1n) },
      inputIds: BigInt64Array.of(2n, 7n, 3n),
      attentionMask: BigInt64Array.of(1n, 1n, 1n),
    });
  } finally {
    await model.release();
  }
}

async function problemOf(work: Promise<unknown>): Promise<unknown> {
  const thrown = await work.catch((error: unknown) => error);
  const { details } = (thrown as AppError).data as { details: { problem: { id: string } } };
  return details.problem.id;
}

describe('external data of an export', () => {
  it('loads from the cache of the hub everywhere, as from a folder', async () => {
    const cached = writeCache('bert');
    const plain = writePlain('bert');
    expect(await logitsOf(cached)).toEqual(await logitsOf(plain));
    const model = await readModelFolder(cached);
    expect(model.parameters).toEqual((await readModelFolder(plain)).parameters);
    const written = path.join(root, 'written');
    await writeModelFolder(written, { ...model, modelCard: '' });
    expect(fs.lstatSync(path.join(written, 'onnx/model.onnx_data')).isFile()).toBe(true);
    expect(await logitsOf(written)).toEqual(await logitsOf(plain));
  });

  it('loads from the cache of the hub for labels', async () => {
    const cached = writeCache('bert-classification');
    const plain = writePlain('bert-classification');
    const predict = async (folder: string): Promise<unknown> => {
      const model = await loadLabelledModel(folder, { threads: 1 });
      try {
        return await model.predict('the whale', null);
      } finally {
        await model.release();
      }
    };
    expect(await predict(cached)).toEqual(await predict(plain));
  });

  it('may be a link to a file in the folder of the model', async () => {
    const folder = writeLinked('bert', path.join(root, 'plain/data/weights.bin'));
    expect((await readModelFolder(folder)).parameters.size).toBeGreaterThan(0);
    expect(await logitsOf(folder)).toHaveLength(61);
  });

  it('is refused everywhere if it is a link to a file elsewhere', async () => {
    const folder = writeLinked('bert', path.join(root, 'elsewhere/weights.bin'));
    expect(await problemOf(readModelFolder(folder))).toBe('models.fileOutside');
    expect(await problemOf(logitsOf(folder))).toBe('models.fileOutside');
  });

  it('is refused if it leads from one model of the cache to another', async () => {
    const cached = writeCache('bert');
    const link = path.join(cached, 'onnx/model.onnx_data');
    const other = path.join(root, 'models--example--other/blobs/b0');
    write(other, fs.readFileSync(link));
    fs.rmSync(link);
    fs.symlinkSync(other, link);
    expect(await problemOf(readModelFolder(cached))).toBe('models.fileOutside');
    expect(await problemOf(logitsOf(cached))).toBe('models.fileOutside');
  });

  it('is named when it is missing or cut off', async () => {
    const folder = writePlain('bert');
    const data = path.join(folder, 'onnx/model.onnx_data');
    fs.truncateSync(data, 2000);
    expect(await problemOf(readModelFolder(folder))).toBe('models.cutOffFile');
    expect(await problemOf(logitsOf(folder))).toBe('models.cutOffFile');
    fs.rmSync(data);
    expect(await problemOf(readModelFolder(folder))).toBe('models.missingFile');
    expect(await problemOf(logitsOf(folder))).toBe('models.missingFile');
  });
});
