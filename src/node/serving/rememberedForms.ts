import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { WEIGHT_PRECISIONS } from '../../core/models/exportFormats.js';
import { packageVersions } from '../runs/packageVersions.js';
import { RememberedFacts } from './rememberedFacts.js';

const FILE = 'forms.json';

const formSchema = z.object({
  precision: z.enum(WEIGHT_PRECISIONS),
  portable: z.boolean(),
  /** Time of float32 over that of this form, here. */
  speedup: z.number().min(0),
});
/** The form in which a model is used on this machine. */
export type RememberedForm = z.infer<typeof formSchema>;

/** Forms that were measured, by model, version of ONNX Runtime and processor, in a file. */
export class RememberedForms {
  private readonly facts: RememberedFacts<RememberedForm>;

  constructor(folder: string) {
    this.facts = new RememberedFacts(path.join(folder, FILE), formSchema);
  }

  /** `model` identifies the content of a model folder. */
  get(model: string): Promise<RememberedForm | null> {
    return this.facts.get(keyOf(model));
  }

  set(model: string, form: RememberedForm): Promise<void> {
    return this.facts.set(keyOf(model), form);
  }
}

function keyOf(model: string): string {
  const processor = os.cpus()[0]?.model ?? '';
  return JSON.stringify([model, packageVersions()['onnxruntime'], processor]);
}
