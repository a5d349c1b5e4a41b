import type { HubFile } from '../../core/hub/hubAnswers.js';
import { neededFiles } from '../../core/hub/neededFiles.js';
import { opsetAfterGraph, opsetPlace } from '../../core/hub/onnxOpset.js';
import { parseJsonText } from '../../core/jsonText.js';
import { missingFiles } from '../../core/hub/listedModel.js';
import { readRemote, type RemoteModel } from './hubApi.js';
import type { HubClient } from './hubClient.js';

/** Larger than the configuration of any model, and small enough to be parsed between two events. */
const MAX_CONFIG_BYTES = 1 << 20;
/** Larger than the tokenizer of any encoder. */
const MAX_TOKENIZER_BYTES = 1 << 27;
/** Longest header of weights that is read. */
export const MAX_HEADER_BYTES = 1 << 25;
/** First bytes of weights: most headers are no longer. */
const FIRST_BYTES = 1 << 16;
/** Fields after the graph of an export: opset, metadata and functions. */
const MAX_TAIL_BYTES = 1 << 20;
const LENGTH_BYTES = 8;
const WEIGHTS = /\.safetensors$/;

/** Beginning of a file of weights, with the whole header unless that is longer than allowed. */
export interface FileStart {
  readonly path: string;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

/** Bytes of a repository that tell whether its model loads here. */
export interface RemoteFacts {
  /** All files of the repository. */
  readonly files: readonly HubFile[];
  readonly config: Uint8Array | null;
  readonly tokenizer: Uint8Array | null;
  readonly tokenizerConfig: Uint8Array | null;
  /** Beginnings of the weights; empty for an export. */
  readonly starts: readonly FileStart[];
  /** Opset of an export; `null` if it cannot be told from its ends. */
  readonly opset: number | null;
}

/**
 * Reads the bytes that tell whether a model loads here: its configuration, its tokenizer, and the
 * first bytes of its weights. Only the configuration is parsed, so that a process that must not block
 * can read them. Rejects with `UserInput` if the hub does not answer, and `Cancelled`.
 */
export async function readRemoteFacts(
  client: HubClient,
  model: RemoteModel,
  signal?: AbortSignal,
): Promise<RemoteFacts> {
  const reader = new RemoteReader(client, model, signal);
  const { files } = model;
  const named = neededFiles(files, null);
  const config = named.config === null ? null : await reader.whole(named.config, MAX_CONFIG_BYTES);
  const none = { files, config, tokenizer: null, tokenizerConfig: null, starts: [], opset: null };
  const configJson = config === null ? null : jsonIn(config);
  const needed = neededFiles(files, configJson);
  if (configJson === null || needed.tokenizer === null || missingFiles(needed, configJson) !== null)
    return none;
  const tokenizerConfig = needed.companions.find(({ path }) => path === 'tokenizer_config.json');
  return {
    ...none,
    starts: needed.form === 'safetensors' ? await reader.starts(needed.weights) : [],
    opset: needed.form === 'onnx' ? await reader.opset(needed.weights) : null,
    tokenizer: await reader.whole(needed.tokenizer, MAX_TOKENIZER_BYTES),
    tokenizerConfig:
      tokenizerConfig === undefined
        ? null
        : await reader.whole(tokenizerConfig, MAX_TOKENIZER_BYTES),
  };
}

/** JSON in a file; `null` if it is malformed, which is reported where it is judged. */
function jsonIn(bytes: Uint8Array): unknown {
  try {
    return parseJsonText(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/** Reads files of a model and parts of them. */
class RemoteReader {
  constructor(
    private readonly client: HubClient,
    private readonly model: RemoteModel,
    private readonly signal: AbortSignal | undefined,
  ) {}

  whole({ path }: HubFile, limit: number): Promise<Uint8Array> {
    return readRemote(this.client, this.model, { path, part: { limit }, signal: this.signal });
  }

  async starts(files: readonly HubFile[]): Promise<FileStart[]> {
    const starts: FileStart[] = [];
    for (const file of files.filter(({ path }) => WEIGHTS.test(path))) {
      const { path, size } = file;
      starts.push({ path, size, bytes: await this.start(file) });
    }
    return starts;
  }

  async opset([file]: readonly HubFile[]): Promise<number | null> {
    if (file === undefined) return null;
    try {
      const { start, opset } = opsetPlace(await this.part(file, 0, FIRST_BYTES));
      if (opset !== null || start >= file.size) return opset;
      return opsetAfterGraph(await this.part(file, start, start + MAX_TAIL_BYTES));
    } catch (thrown) {
      if (thrown instanceof RangeError) return null;
      throw thrown;
    }
  }

  private async start(file: HubFile): Promise<Uint8Array> {
    const bytes = await this.part(file, 0, FIRST_BYTES);
    if (bytes.length < LENGTH_BYTES) return bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = LENGTH_BYTES + Number(view.getBigUint64(0, true));
    const isWhole = end <= bytes.length || end > MAX_HEADER_BYTES;
    return isWhole ? bytes : this.part(file, 0, end);
  }

  private part({ path, size }: HubFile, start: number, end: number): Promise<Uint8Array> {
    const part = { start, end: Math.min(end, size) };
    return readRemote(this.client, this.model, { path, part, signal: this.signal });
  }
}
