import { toAppErrorData, problemOf } from '../errors.js';
import { problem, type Problem } from '../messages/message.js';
import { canBeBuilt, parseModelConfig } from '../models/createModel.js';
import { loadingClass } from '../models/pickles.js';
import { headOf, isBareEncoder } from '../models/labels.js';
import type { HeadKind } from '../models/model.js';
import { isSafePath, type FoundModel } from './hubAnswers.js';
import { neededFiles, type NeededFiles } from './neededFiles.js';

/** Uses of a model: hovers and fills, a start for training, or labels for texts. */
export const MODEL_USES = ['hovers', 'fine-tuning', 'classification'] as const;
export type ModelUse = (typeof MODEL_USES)[number];

/** Uses of a model by the class that its `config.json` names. */
export function usesOfConfig(configJson: unknown): ModelUse[] {
  return isBareEncoder(configJson) ? ['fine-tuning'] : usesOf(headOf(configJson) ?? 'masked-lm');
}

/** Uses of a model by its head. */
export function usesOf(head: HeadKind): ModelUse[] {
  return head === 'masked-lm' ? ['hovers', 'fine-tuning'] : ['fine-tuning', 'classification'];
}

/** Problem of files that are missing, before anything is read; `null` if none is. */
export function missingFiles(files: NeededFiles, configJson: unknown): Problem | null {
  const { config, tokenizer, form, pickle } = files;
  if (config === null) return problem('hub.noConfig');
  if (form === null) {
    return pickle === null
      ? problem('hub.noWeights')
      : problem('hub.onlyPickle', { file: pickle, loader: loadingClass(configJson ?? {}) });
  }
  return tokenizer === null ? problem('hub.noTokenizer') : null;
}

/**
 * Reason why a model of a list does not load, by its type and the names of its files alone; `null` if
 * none is known.
 */
export function listedProblem(model: Pick<FoundModel, 'siblings' | 'config'>): Problem | null {
  const names = model.siblings ?? [];
  const paths = names.map(({ rfilename }) => rfilename).filter(isSafePath);
  const files = neededFiles(
    paths.map((path) => ({ path, size: 0, oid: '' })),
    model.config,
  );
  const missing = missingFiles(files, model.config);
  if (missing !== null || files.form === 'onnx' || canBeBuilt(model.config)) return missing;
  try {
    parseModelConfig(model.config, 'config.json');
    return null;
  } catch (thrown) {
    return problemOf(toAppErrorData(thrown));
  }
}
