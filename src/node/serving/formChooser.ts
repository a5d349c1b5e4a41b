import path from 'node:path';
import { AppError } from '../../core/errors.js';
import type { GraphForm } from '../../core/models/inferenceGraphs.js';
import { modelName } from '../../core/models/modelName.js';
import type { PredictionModel } from '../models/predictionModel.js';
import type { ServedModel } from '../models/servedModel.js';
import { asMasked } from '../models/servedModel.js';
import { measureForm, TRIED_FORMS } from './measureForms.js';
import type { RememberedForm, RememberedForms } from './rememberedForms.js';
import type { Turn } from './scheduler.js';

export interface FormChooserOptions {
  readonly remembered: Pick<RememberedForms, 'get' | 'set'>;
  /** Loads a model in a form. */
  readonly load: (folder: string, form: GraphForm) => Promise<ServedModel>;
}

/** A model whose form is chosen. */
export interface ChoosableModel {
  readonly folder: string;
  /** Identifies the content of the folder. */
  readonly version: string;
  readonly model: PredictionModel;
}

/** The chosen form, with the model in it; `null` for float32, which is loaded already. */
export interface ChosenForm {
  readonly form: RememberedForm;
  readonly model: PredictionModel | null;
}

/** A model in the form that an earlier session chose. */
export interface RememberedModel extends ChosenForm {
  readonly model: PredictionModel;
}

/** Larger models are not loaded a second time. */
const MOST_WEIGHT_BYTES = 2 ** 29;

const FLOAT32: RememberedForm = { precision: 'float32', portable: false, speedup: 1 };

/**
 * Chooses the form in which a model predicts fastest on this machine and within one point of float32.
 * Measured once for a model, a version of ONNX Runtime and a processor.
 */
export class FormChooser {
  /** Models for which a form was chosen since they were loaded. */
  private readonly seen = new WeakSet<ServedModel>();

  constructor(private readonly options: FormChooserOptions) {}

  /** Whether the form of a model is still to be chosen; true once for each loaded model. */
  isDue(model: ServedModel): boolean {
    if (this.seen.has(model) || model.kind !== 'masked-lm' || model.isExport === true) return false;
    if (model.weightBytes > MOST_WEIGHT_BYTES) return false;
    this.seen.add(model);
    return true;
  }

  /**
   * Loads a model in the form that an earlier session chose; `null` if none did. `version` identifies the
   * content of the folder. Rejects with the error of a model that cannot be loaded any more.
   */
  async loadRemembered(folder: string, version: string): Promise<RememberedModel | null> {
    const name = modelName(path.resolve(folder));
    const form = await this.options.remembered.get(keyOf(name, version));
    return form === null ? null : { form, model: await this.load(folder, form) };
  }

  /**
   * Chooses the form of a model that is loaded in float32, and remembers it. Must hold the turn. Rejects
   * with the error of a model that cannot be loaded any more.
   */
  async choose(choosable: ChoosableModel, turn: Turn): Promise<ChosenForm> {
    const chosen = await this.measure(choosable, turn);
    const key = keyOf(choosable.model.name, choosable.version);
    // The choice is made again in the next session if it cannot be stored.
    await this.options.remembered.set(key, chosen.form).catch((thrown: unknown) => {
      if (!(thrown instanceof AppError)) throw thrown;
    });
    return chosen;
  }

  private async measure(choosable: ChoosableModel, turn: Turn): Promise<ChosenForm> {
    for (const tried of TRIED_FORMS) {
      await turn.pass();
      const model = await this.load(choosable.folder, tried);
      const { speedup, agrees, isChosen } = await measureForm(model, choosable.model, turn);
      if (isChosen) {
        const { precision = 'float32', portable = false } = tried;
        return { form: { precision, portable, speedup }, model };
      }
      await model.release();
      // Other ways of rounding are as fast.
      if (agrees) break;
    }
    return { form: FLOAT32, model: null };
  }

  private async load(folder: string, form: GraphForm): Promise<PredictionModel> {
    const model = asMasked(await this.options.load(folder, form), folder);
    this.seen.add(model);
    return model;
  }
}

function keyOf(name: string, version: string): string {
  return `${name} ${version}`;
}
