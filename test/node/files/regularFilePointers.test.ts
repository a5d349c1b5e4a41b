import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppError } from '../../../src/core/errors.js';
import { bytesOf, openDataFile } from '../../../src/node/data/readers/dataFile.js';
import { unreadable } from '../../../src/node/data/readers/fileErrors.js';
import { inspectModel } from '../../../src/node/models/inspectModel.js';
import { readModelFolder } from '../../../src/node/models/modelFolder.js';
import { loadPredictionModel } from '../../../src/node/models/predictionModel.js';
import { exportConfig, externalExport } from '../../support/importedFixtures.js';
import { writeTinyModel } from '../../support/tinyModel.js';

const POINTER =
  'version https://git-lfs.github.com/spec/v1\n' +
  'oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 437951328\n';
const TEXT = 'the whale and the ship met at sea';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-lfs-'));
});
afterEach(() => {
  fs.rmSync(root, { recursive: true, force: true });
});

async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  const thrown = await work.catch((error: unknown) => error);
  const { details } = (thrown as AppError).data as {
    details: { path?: string; file?: string; problem: { id: string } };
  };
  return [path.basename(details.path ?? details.file ?? ''), details.problem.id];
}

describe('a Git LFS pointer', () => {
  it.each(['model.safetensors', 'tokenizer.json', 'config.json'])(
    'is named in place of %s',
    async (name) => {
      const folder = path.join(root, 'model');
      await writeTinyModel(folder, TEXT);
      fs.writeFileSync(path.join(folder, name), POINTER);
      const named = [name, 'file.lfsPointer'];
      expect(await refusalOf(readModelFolder(folder))).toEqual(named);
      expect(await refusalOf(loadPredictionModel(folder, { threads: 1 }))).toEqual(named);
      expect(await refusalOf(inspectModel(folder))).toEqual(named);
    },
  );

  it.each(['model.onnx', 'model.onnx_data'])('is named in place of onnx/%s', async (name) => {
    const folder = path.join(root, 'model');
    await writeTinyModel(folder, TEXT);
    fs.rmSync(path.join(folder, 'model.safetensors'));
    const { bytes, weights } = externalExport('bert');
    fs.mkdirSync(path.join(folder, 'onnx'));
    fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(exportConfig('bert')));
    fs.writeFileSync(path.join(folder, 'onnx/model.onnx'), bytes);
    fs.writeFileSync(path.join(folder, 'onnx/model.onnx_data'), weights);
    fs.writeFileSync(path.join(folder, 'onnx', name), POINTER);
    const named = [name, 'file.lfsPointer'];
    expect(await refusalOf(readModelFolder(folder))).toEqual(named);
    expect(await refusalOf(loadPredictionModel(folder, { threads: 1 }))).toEqual(named);
    expect(await refusalOf(inspectModel(folder))).toEqual(named);
  });

  it('is named in place of data', async () => {
    const file = path.join(root, 'rows.csv');
    fs.writeFileSync(file, POINTER);
    const named = ['rows.csv', 'file.lfsPointer'];
    const asData = (thrown: unknown): never => {
      throw unreadable(file, thrown);
    };
    expect(await refusalOf(bytesOf(file, undefined).next().catch(asData))).toEqual(named);
    expect(await refusalOf(openDataFile(file, undefined).catch(asData))).toEqual(named);
  });
});
