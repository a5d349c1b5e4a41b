import { headlineText } from '../../core/runs/metrics.js';
import { fillsMasks, objectiveOfRun } from '../../core/objectives/objectives.js';
import { isUsable } from '../../core/runs/status.js';
import { modelName } from '../../core/models/modelName.js';
import { runModelFolder } from '../../node/runs/runDirectory.js';
import type { RunSummary } from '../../node/runs/runReader.js';

/** A model that a person can choose from a list. */
export interface ModelChoice {
  readonly folder: string;
  readonly name: string;
  readonly description: string;
  readonly origin: 'bundled' | 'run' | 'folder';
  readonly isCurrent: boolean;
}

export interface ModelsInput {
  readonly bundledModel: string;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** The folder of the model in use, where the question is about one in use. */
  readonly current?: string;
  /** Also offers the models of runs that learned labels, which predict no masked words. */
  readonly withClassifiers?: boolean;
}

/**
 * The models to choose from, wherever one is chosen: the bundled one, those of the usable runs, and
 * the one in use where it is none of these.
 */
export function collectModels({
  bundledModel,
  runs,
  current,
  withClassifiers = false,
}: ModelsInput): ModelChoice[] {
  const choice = (fields: Omit<ModelChoice, 'isCurrent'>): ModelChoice => ({
    ...fields,
    isCurrent: fields.folder === current,
  });
  const known = [
    choice({
      folder: bundledModel,
      name: modelName(bundledModel),
      description: 'comes with Masklab',
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
  ];
  if (current === undefined || known.some(({ isCurrent }) => isCurrent)) return known;
  return [
    ...known,
    choice({
      folder: current,
      name: modelName(current),
      description: current,
      origin: 'folder',
    }),
  ];
}

function describe({ state, facts }: RunSummary): string {
  const headline = state === null ? null : headlineText(objectiveOfRun(facts).metrics, state);
  return [
    ...(headline === null ? [] : [headline]),
    ...(facts === null ? [] : [`from ${facts.modelName}`]),
  ].join(' · ');
}
