import path from 'node:path';
import { designStudy, type FoundArm } from '../../core/experiments/study/designStudy.js';
import type { NamedPolicy } from '../../core/experiments/study/study.js';
import type { StudyFile } from '../../core/experiments/study/studyFile.js';
import { BERT_MASKING, type MaskingPolicy } from '../../core/masking/policy/policy.js';
import type { RunOptions } from '../../core/runs/options.js';
import { groupKeyOf, parametersOf } from '../../core/specs/runParameters.js';
import type { CreateRunOptions } from '../runs/createRun.js';
import {
  MEASURING,
  policyOf,
  withoutOptions,
  type PlannedStudy,
  type SharedPlan,
  type StudyPlace,
} from './studyPlan.js';

/** Plans a study of masking policies for masked language models. */
export async function planMaskingStudy(
  file: StudyFile,
  place: StudyPlace,
  { request, spec, warnings }: SharedPlan,
): Promise<PlannedStudy> {
  const arms = await Promise.all(
    file.arms.map(async ({ name, masking, maskingRate, ...rest }): Promise<FoundArm> => {
      const rates = maskingRate === undefined ? [] : [maskingRate].flat();
      const policy = await policyOf(masking, place);
      return { ...rest, name, given: nameOf(masking), policy, rates };
    }),
  );
  const masks = await Promise.all(
    (file.masks ?? []).map(async (mask): Promise<NamedPolicy> => {
      const policy = await policyOf(mask, place);
      return { name: nameOf(mask) ?? 'mask', policy };
    }),
  );
  const shared = groupKeyOf(parametersOf({ ...spec, masking: BERT_MASKING }));
  const hasTest =
    spec.data.testFraction > 0 || spec.data.files.some(({ split }) => split === 'test');
  const design = designStudy(file, { arms, masks, shared, hasTest });
  // Measured values, such as an automatic batch size, are the same for all runs.
  const { batchSize, accumulation } = spec.training;
  const options: RunOptions = {
    ...withoutOptions(request.options ?? {}, MEASURING),
    ...{ batchSize, accumulation, learningRate: spec.optimizer.learningRate },
  };
  const requests = design.arms.map(({ name, policy }): [string, CreateRunOptions] => [
    name,
    { ...request, masking: policy, options },
  ]);
  return { design, requests: new Map(requests), candidates: new Map(), spec, warnings };
}

/** `opinion-words`, or the name of a file without its extension. */
function nameOf(given: string | MaskingPolicy | undefined): string | null {
  if (given === undefined) return null;
  if (typeof given !== 'string') return given.name ?? 'policy';
  return path.basename(given).replace(/(\.mask)?\.json$/, '');
}
