import { referenceOfModel, type LocalModel } from '../../core/hub/localModel.js';
import { message, verbatim, type Message } from '../../core/messages/message.js';
import { headline } from '../../core/runs/metrics.js';
import { fillsMasks, objectiveOfRun } from '../../core/objectives/objectives.js';
import { isUsable } from '../../core/runs/status.js';
import { modelName } from '../../core/models/modelName.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';

/** A model in a list to select from. */
export interface ModelChoice {
  readonly folder: string;
  readonly name: string;
  /** Facts about the model, from the most to the least important. */
  readonly description: readonly Message[];
  readonly origin: 'bundled' | 'run' | 'cache' | 'folder';
  /** `organization/name[@revision]` of a model in the shared cache. */
  readonly reference: string | null;
  readonly isCurrent: boolean;
}

export interface ModelsInput {
  readonly bundledModel: string;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** Models on this machine, of which those of the shared cache are listed. Default: none. */
  readonly cached?: readonly LocalModel[];
  /** Folder of the model in use, if any. */
  readonly current?: string;
  /** Also lists models that predict labels instead of masked words. */
  readonly withClassifiers?: boolean;
}

/**
 * Lists the models to select from: the bundled model, the models of usable runs, and the model in use
 * if it is none of these.
 */
export function collectModels({
  bundledModel,
  runs,
  cached = [],
  current,
  withClassifiers = false,
}: ModelsInput): ModelChoice[] {
  const choice = (
    fields: Omit<ModelChoice, 'isCurrent' | 'reference'> & { readonly reference?: string },
  ): ModelChoice => ({
    reference: null,
    ...fields,
    isCurrent: fields.folder === current,
  });
  const known = [
    choice({
      folder: bundledModel,
      name: modelName(bundledModel),
      description: [message('models.bundled')],
      origin: 'bundled',
    }),
    ...runs
      .filter((run) => isUsable(run) && (withClassifiers || fillsMasks(run.facts)))
      .map((run) =>
        choice({
          folder: runModelFolder(run.directory),
          name: run.name,
          description: describe(run),
          origin: 'run',
        }),
      ),
    ...cached
      .filter(
        ({ origin, uses }) =>
          origin === 'cache' && uses.includes(withClassifiers ? 'fine-tuning' : 'hovers'),
      )
      .map((model) =>
        choice({
          folder: model.folder,
          name: referenceOfModel(model),
          reference: referenceOfModel(model),
          description: model.family === null ? [] : [verbatim(model.family)],
          origin: 'cache',
        }),
      ),
  ];
  if (current === undefined || known.some(({ isCurrent }) => isCurrent)) return known;
  return [
    ...known,
    choice({
      folder: current,
      name: modelName(current),
      description: [verbatim(current)],
      origin: 'folder',
    }),
  ];
}

function describe({ state, facts }: RunSummary): Message[] {
  const latest = state === null ? null : headline(objectiveOfRun(facts).metrics, state);
  return [
    ...(latest === null ? [] : [latest]),
    ...(facts === null ? [] : [message('models.startedFrom', { model: facts.modelName })]),
  ];
}
