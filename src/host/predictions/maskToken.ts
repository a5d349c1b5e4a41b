import type { Lane } from '../../core/predict/jobs.js';
import type { ModelClient } from '../models/modelClient.js';

/**
 * Mask token of a model, or `null` if it has none. Requested each time, because the server checks
 * whether the files of the model have changed.
 */
export async function maskTokenOf(
  modelClient: Pick<ModelClient, 'call'>,
  modelFolder: string,
  options: { readonly lane: Lane; readonly signal: AbortSignal },
): Promise<string | null> {
  const { lane, signal } = options;
  const described = await modelClient.call('describeModel', { modelFolder, lane }, signal);
  return described.kind === 'masked-lm' ? described.maskToken : null;
}
