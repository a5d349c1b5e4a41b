import type { Problem } from '../messages/message.js';
import { licenseOf, type FoundModel } from './hubAnswers.js';
import { listedProblem, usesOf, type ModelUse } from './listedModel.js';

/** Tasks of models that are searched for by default, by their names on the hub. */
export const SEARCHED_TASKS = ['fill-mask', 'text-classification'] as const;

/** A model that a search has found, as lists show it. */
export interface FoundRow {
  readonly name: string;
  readonly task: string | null;
  readonly family: string | null;
  /** `null` if the hub does not know it. */
  readonly parameters: number | null;
  readonly license: string | null;
  readonly downloads: number | null;
  readonly isGated: boolean;
  /** Why the model does not load here; `null` if nothing speaks against it. */
  readonly problem: Problem | null;
  /** Empty for a model that does not load. */
  readonly uses: readonly ModelUse[];
}

/** Rows of the answers to several searches: each model once, most downloaded first. */
export function foundRows(answers: readonly (readonly FoundModel[])[]): FoundRow[] {
  const models = new Map(answers.flat().map((model) => [model.id, model]));
  return [...models.values()].map(rowOf).sort((a, b) => (b.downloads ?? 0) - (a.downloads ?? 0));
}

function rowOf(model: FoundModel): FoundRow {
  const problem = listedProblem(model);
  const task = model.pipeline_tag ?? null;
  return {
    ...{ name: model.id, task, problem },
    family: model.config?.model_type ?? null,
    parameters: model.safetensors?.total ?? null,
    license: licenseOf(model),
    downloads: model.downloads ?? null,
    isGated: model.gated !== null && model.gated !== undefined && model.gated !== false,
    uses: problem === null ? usesOf(task === 'fill-mask' ? 'masked-lm' : 'sequence') : [],
  };
}
