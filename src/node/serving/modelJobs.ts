import { createHash } from 'node:crypto';
import type { JobProgress, Lane } from '../../core/predict/jobs.js';
import type { KeptResults } from '../../core/predict/keptResults.js';
import type { MaskedLanguageModel } from '../../core/predict/maskedLanguageModel.js';
import type { CancellationSignal } from '../../core/ports.js';
import type { PredictionModel } from '../models/predictionModel.js';
import { asMasked, type ServedModel } from '../models/servedModel.js';
import type { FormChooser } from './formChooser.js';
import { ModelStore, type ModelStoreOptions } from './modelStore.js';
import type { RememberedForm } from './rememberedForms.js';
import { SharedJobs, type JobAnswer, type JobContext } from './sharedJobs.js';
import type { StoredAnswers } from './storedAnswers.js';
import { takingTurns } from './turns.js';

/** Limit of the answers in memory: about 2,500 hovers, or 40 screens of the surprise map. */
export const CACHE_BYTES = 4 * 2 ** 20;

/** Start of the keys of results of model runs, of which answers are made. */
const RESULT = 'result';
/**
 * Calls whose answers are kept over sessions: those of hovers, fills and shades. Beside them, the results
 * of their model runs are kept, for texts that have changed elsewhere since.
 */
const STORED_CALLS = ['predictWord', 'fillMasks', 'fillJointly', 'scoreWords', 'suggestWords'];
const STORED = [...STORED_CALLS, RESULT];

export interface ModelJobsOptions extends ModelStoreOptions {
  /** Version of the files of a model folder, used as part of the cache key. */
  readonly versionOf: (folder: string) => Promise<string>;
  /** Chooses the fastest form of models that fill masks. Default: none. */
  readonly forms?: FormChooser;
  /** Whether a model is soon replaced, so that its form is not worth choosing. Default: no. */
  readonly isPassing?: (folder: string) => boolean;
  /** Answers of earlier sessions. Default: none. */
  readonly stored?: StoredAnswers;
  /** Called when the form of a model was chosen. */
  readonly onDidChooseForm?: (folder: string, form: RememberedForm) => void;
}

/** A call that a job answers with the model of its request. */
export interface ModelCall<
  Q extends { readonly modelFolder: string; readonly lane: Lane } = {
    readonly modelFolder: string;
    readonly lane: Lane;
  },
> {
  /** Name of the call, used as part of the cache key. */
  readonly call: string;
  readonly request: Q;
  readonly signal: CancellationSignal;
  readonly report?: (progress: JobProgress) => void;
}

/** A masked language model of a job, which passes the turn on before each model run. */
export type MaskedModelOfJob = MaskedLanguageModel & { readonly name: string };

/** A running job with the version of the files of its model. */
export interface ModelJobContext extends JobContext {
  readonly version: string;
}

/** Answers calls with models that are loaded on demand; calls of all models take turns. */
export class ModelJobs {
  private readonly models: ModelStore;
  private readonly jobs: SharedJobs;

  constructor(private readonly options: ModelJobsOptions) {
    this.models = new ModelStore({
      ...options,
      load: (folder, version) => this.load(folder, version),
    });
    this.jobs = new SharedJobs(CACHE_BYTES, options.stored?.read());
  }

  /** Stores the answers for the next session if there is a new one. Throws `Storage`. */
  storeAnswers(): void {
    const answers = this.jobs.newAnswers((key) =>
      STORED.some((kind) => key.startsWith(`${kind} `)),
    );
    if (answers !== null) this.options.stored?.write(answers);
  }

  /** Runs `work` with a loaded model, in a job of the request's lane. */
  async withModel<R>(
    { call, request, signal, report }: ModelCall,
    work: (model: ServedModel, context: ModelJobContext) => Promise<JobAnswer<R>>,
  ): Promise<R> {
    const { lane, ...rest } = request;
    const version = await this.options.versionOf(request.modelFolder);
    const job = {
      key: `${call} ${hashOf(JSON.stringify([version, rest]))}`,
      ...{ lane, signal, onProgress: report ?? (() => undefined) },
    };
    return this.jobs.answer(job, async (context) => {
      const { model, giveBack } = await this.models.borrow(request.modelFolder, version);
      try {
        return await work(model, { ...context, version });
      } finally {
        giveBack();
      }
    });
  }

  /** The same with a masked language model. Throws `Model` for other models. */
  withMasked<R>(
    asked: ModelCall,
    compute: (model: MaskedModelOfJob, context: ModelJobContext) => Promise<R>,
  ): Promise<R> {
    return this.answerMasked(asked, async (model, context) => ({
      response: await compute(model, context),
      isFinal: true,
    }));
  }

  /** The same for answers that may not be complete, and are then not kept. */
  answerMasked<R>(
    asked: ModelCall,
    compute: (model: MaskedModelOfJob, context: ModelJobContext) => Promise<JobAnswer<R>>,
  ): Promise<R> {
    return this.withModel(asked, async (served, context) => {
      const model = asMasked(served, asked.request.modelFolder);
      const { forms, isPassing } = this.options;
      const { modelFolder } = asked.request;
      if (isPassing?.(modelFolder) !== true && forms?.isDue(model) === true) {
        this.chooseForm(forms, modelFolder, model);
      }
      const kept = this.keptResults(modelFolder, context.version);
      const turns = {
        ...takingTurns(model, {
          ...{ turn: context.turn, lane: asked.request.lane },
          ...(STORED_CALLS.includes(asked.call) && { kept }),
        }),
        name: model.name,
      };
      return compute(turns, context);
    });
  }

  /** The same with two models, of which that in `other` need not be the one of the request. */
  async withMaskedPair<R>(
    asked: ModelCall,
    other: string,
    compute: (
      models: { readonly model: MaskedModelOfJob; readonly other: MaskedModelOfJob },
      context: JobContext,
    ) => Promise<R>,
  ): Promise<R> {
    const version = await this.options.versionOf(other);
    const request = { ...asked.request, versionOfOther: version };
    return this.withMasked({ ...asked, request }, async (model, context) => {
      const { model: served, giveBack } = await this.models.borrow(other, version);
      try {
        const second = asMasked(served, other);
        const turns = takingTurns(second, { turn: context.turn, lane: asked.request.lane });
        return await compute({ model, other: { ...turns, name: second.name } }, context);
      } finally {
        giveBack();
      }
    });
  }

  /** Loads a model in the form that an earlier session chose, else as it is. */
  private async load(folder: string, version: string): Promise<ServedModel> {
    const { forms, isPassing, onDidChooseForm } = this.options;
    if (forms !== undefined && isPassing?.(folder) !== true) {
      try {
        const known = await forms.loadRemembered(folder, version);
        if (known !== null) {
          onDidChooseForm?.(folder, known.form);
          return known.model;
        }
      } catch (thrown) {
        this.options.warn(
          `could not load ${folder} in the form of earlier sessions: ${String(thrown)}`,
        );
      }
    }
    return this.options.load(folder, version);
  }

  private keptResults(folder: string, version: string): KeptResults {
    const hashed = (key: string): string =>
      `${RESULT} ${hashOf(JSON.stringify([folder, version, key]))}`;
    return {
      get: (key, schema) => schema.safeParse(this.jobs.known(hashed(key))).data,
      set: (key, result) => {
        this.jobs.keep(hashed(key), result);
      },
    };
  }

  /** Chooses the form of a model behind the calls that wait. */
  private chooseForm(forms: FormChooser, folder: string, model: PredictionModel): void {
    const choose = async (): Promise<void> => {
      const version = await this.options.versionOf(folder);
      const job = {
        key: `form ${folder} ${version} ${performance.now()}`,
        ...{ lane: 'background' as const, signal: new AbortController().signal },
        onProgress: () => undefined,
      };
      await this.jobs.answer(job, async ({ turn }) => {
        const { model: current, giveBack } = await this.models.borrow(folder, version);
        try {
          if (current !== model) return { response: null, isFinal: false };
          const chosen = await forms.choose({ folder, version, model }, turn);
          if (chosen.model !== null) this.models.replace(folder, model, chosen.model);
          this.options.onDidChooseForm?.(folder, chosen.form);
        } finally {
          giveBack();
        }
        return { response: null, isFinal: false };
      });
    };
    choose().catch((thrown: unknown) => {
      this.options.warn(`could not choose the form of ${model.name}: ${String(thrown)}`);
    });
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
