import { AppError, modelError, problemOf } from '../../core/errors.js';
import type { HubFile } from '../../core/hub/hubAnswers.js';
import { loadCheck, missingFiles, type LoadVerdict } from '../../core/hub/loadCheck.js';
import { neededFiles, type NeededFiles } from '../../core/hub/neededFiles.js';
import { opsetAfterGraph, opsetPlace } from '../../core/hub/onnxOpset.js';
import { parseJsonText } from '../../core/jsonText.js';
import { message, problem } from '../../core/messages/message.js';
import {
  headerLength,
  parseHeader,
  type TensorPlace,
} from '../../core/models/weights/safetensors.js';
import { readRemote, type RemoteModel } from './hubApi.js';
import type { HubClient } from './hubClient.js';

/** Larger than the tokenizer of any encoder. */
const MAX_JSON_BYTES = 1 << 27;
const MAX_HEADER_BYTES = 1 << 25;
/** First bytes of weights: most headers are no longer. */
const FIRST_BYTES = 1 << 16;
/** Fields after the graph of an export: opset, metadata and functions. */
const MAX_TAIL_BYTES = 1 << 20;
const WEIGHTS = /\.safetensors$/;

/** Files of a model on the hub, and whether it loads here. */
export interface RemoteInspection {
  readonly needed: NeededFiles;
  readonly verdict: LoadVerdict;
}

/**
 * Finds out whether a model loads here from its configuration, its tokenizer, and the first bytes of
 * its weights. Rejects with `UserInput` if the hub does not answer, and `Cancelled`.
 */
export async function inspectRemote(
  client: HubClient,
  model: RemoteModel,
  signal?: AbortSignal,
): Promise<RemoteInspection> {
  const reader = new RemoteReader(client, model, signal);
  let needed = neededFiles(model.files, null);
  const facts = { configJson: null, tokenizerJson: null, tokenizerConfigJson: null };
  const none = { files: needed, ...facts, tensors: null, opset: null };
  try {
    const configJson = needed.config === null ? null : await reader.json(needed.config);
    needed = neededFiles(model.files, configJson);
    const known = { ...none, files: needed, configJson };
    if (missingFiles(needed) !== null) return { needed, verdict: loadCheck(known) };
    const tensors = needed.form === 'safetensors' ? await reader.tensors(needed.weights) : null;
    const opset = needed.form === 'onnx' ? await reader.opset(needed.weights) : null;
    const config = needed.companions.find(({ path }) => path === 'tokenizer_config.json');
    const verdict = loadCheck({
      ...known,
      ...{ tensors, opset },
      tokenizerJson: await reader.json(needed.tokenizer!),
      tokenizerConfigJson: config === undefined ? null : await reader.json(config),
    });
    return { needed, verdict };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'Model') throw thrown;
    const unusable = { family: null, uses: [], parameters: null };
    return { needed, verdict: { ...unusable, problem: problemOf(thrown.data) } };
  }
}

/** Reads parts of the files of a model. Rejects with `Model` for malformed files. */
class RemoteReader {
  constructor(
    private readonly client: HubClient,
    private readonly model: RemoteModel,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async json({ path }: HubFile): Promise<Record<string, unknown>> {
    const bytes = await readRemote(this.client, this.model, {
      ...{ path, part: { limit: MAX_JSON_BYTES }, signal: this.signal },
    });
    try {
      const value = parseJsonText(new TextDecoder().decode(bytes));
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        return value as Record<string, unknown>;
      }
    } catch (cause) {
      throw modelError(path, problem('models.notJsonObject'), cause);
    }
    throw modelError(path, problem('models.notJsonObject'));
  }

  /** Tensors of all files of the weights, without their values. */
  async tensors(files: readonly HubFile[]): Promise<Map<string, TensorPlace>> {
    const tensors = new Map<string, TensorPlace>();
    for (const file of files.filter(({ path }) => WEIGHTS.test(path))) {
      for (const [name, place] of await this.header(file)) tensors.set(name, place);
    }
    return tensors;
  }

  /** Opset of an export; `null` if it cannot be told from its ends. */
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

  private async header(file: HubFile): Promise<Map<string, TensorPlace>> {
    const { path, size } = file;
    let bytes = await this.part(file, 0, FIRST_BYTES);
    const end = 8 + headerLength(bytes, path);
    if (end > MAX_HEADER_BYTES) {
      const reason = message('models.headerMalformed');
      throw modelError(path, problem('models.unreadableWeights', { reason }));
    }
    if (end > bytes.length) bytes = await this.part(file, 0, end);
    return parseHeader(bytes.subarray(8, end), { path, dataLength: size - end });
  }

  private part({ path, size }: HubFile, start: number, end: number): Promise<Uint8Array> {
    const part = { start, end: Math.min(end, size) };
    return readRemote(this.client, this.model, { path, part, signal: this.signal });
  }
}
