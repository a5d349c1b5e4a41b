import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A model as Debian's flatc prints it. */
export interface ReadModel {
  readonly version: number;
  readonly description: string;
  readonly operator_codes: readonly {
    readonly deprecated_builtin_code: number;
    readonly builtin_code: number;
    readonly version: number;
  }[];
  readonly subgraphs: readonly {
    readonly name: string;
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
    readonly tensors: readonly {
      readonly name: string;
      readonly shape: readonly number[];
      readonly type: string;
      readonly buffer: number;
      readonly quantization?: {
        readonly scale: readonly number[];
        readonly zero_point: readonly number[];
        readonly quantized_dimension: number;
      };
    }[];
    readonly operators: readonly {
      readonly opcode_index: number;
      readonly inputs: readonly number[];
      readonly outputs: readonly number[];
    }[];
  }[];
  readonly buffers: readonly { readonly data?: readonly number[] }[];
  readonly signature_defs: readonly {
    readonly signature_key: string;
    readonly subgraph_index: number;
    readonly inputs: readonly { readonly name: string; readonly tensor_index: number }[];
    readonly outputs: readonly { readonly name: string; readonly tensor_index: number }[];
  }[];
}

/** Whether the machine has flatc; says loudly if it has not. */
export function hasFlatc(): boolean {
  if (spawnSync('flatc', ['--version']).status === 0) return true;
  console.warn('SKIPPED: reading LiteRT files with flatc, which needs flatbuffers-compiler.');
  return false;
}

const SCHEMA = path.join(import.meta.dirname, 'tflite.fbs');

/** Reads a file with flatc, which is independent of the code that wrote it. */
export function readWithFlatc(file: Uint8Array): ReadModel {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-flatc-'));
  try {
    const place = path.join(folder, 'model.tflite');
    fs.writeFileSync(place, file);
    const { status, stderr } = spawnSync(
      'flatc',
      ['--json', '--strict-json', '--defaults-json', '-o', folder, SCHEMA, '--', place],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(fs.readFileSync(path.join(folder, 'model.json'), 'utf8')) as ReadModel;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
