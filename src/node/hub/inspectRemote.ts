import { AppError, modelError, problemOf } from '../../core/errors.js';
import { missingFiles } from '../../core/hub/listedModel.js';
import { loadCheck, type LoadVerdict } from '../../core/hub/loadCheck.js';
import { neededFiles, type NeededFiles } from '../../core/hub/neededFiles.js';
import { parseJsonText } from '../../core/jsonText.js';
import { message, problem } from '../../core/messages/message.js';
import {
  headerLength,
  parseHeader,
  type TensorPlace,
} from '../../core/models/weights/safetensors.js';
import type { RemoteModel } from './hubApi.js';
import type { HubClient } from './hubClient.js';
import {
  MAX_HEADER_BYTES,
  readRemoteFacts,
  type FileStart,
  type RemoteFacts,
} from './remoteFacts.js';

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
  return judgeRemote(await readRemoteFacts(client, model, signal));
}

/** Judges the bytes of a repository: malformed files are reasons why its model does not load. */
export function judgeRemote(facts: RemoteFacts): RemoteInspection {
  let needed = neededFiles(facts.files, null);
  const unread = { configJson: null, tokenizerJson: null, tokenizerConfigJson: null };
  const none = { files: needed, ...unread, tensors: null, opset: null };
  try {
    const configJson = jsonOf('config.json', facts.config);
    needed = neededFiles(facts.files, configJson);
    const known = { ...none, files: needed, configJson };
    if (missingFiles(needed, configJson) !== null) return { needed, verdict: loadCheck(known) };
    const verdict = loadCheck({
      ...known,
      tensors: needed.form === 'safetensors' ? tensorsOf(facts.starts) : null,
      opset: facts.opset,
      tokenizerJson: jsonOf('tokenizer.json', facts.tokenizer),
      tokenizerConfigJson: jsonOf('tokenizer_config.json', facts.tokenizerConfig),
    });
    return { needed, verdict };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code !== 'Model') throw thrown;
    const unusable = { family: null, uses: [], parameters: null };
    return { needed, verdict: { ...unusable, problem: problemOf(thrown.data) } };
  }
}

/** The object in a file of a repository; `null` for a file that it lacks. */
function jsonOf(path: string, bytes: Uint8Array | null): Record<string, unknown> | null {
  if (bytes === null) return null;
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
function tensorsOf(starts: readonly FileStart[]): Map<string, TensorPlace> {
  const tensors = new Map<string, TensorPlace>();
  for (const { path, size, bytes } of starts) {
    const end = 8 + headerLength(bytes, path);
    if (end > Math.min(MAX_HEADER_BYTES, bytes.length)) {
      const reason = message('models.headerMalformed');
      throw modelError(path, problem('models.unreadableWeights', { reason }));
    }
    const header = parseHeader(bytes.subarray(8, end), { path, dataLength: size - end });
    for (const [name, place] of header) tensors.set(name, place);
  }
  return tensors;
}
