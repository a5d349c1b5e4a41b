import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { parseJsonText } from '../../core/jsonText.js';
import { WEIGHT_PRECISIONS } from '../../core/models/exportFormats.js';
import { readText } from '../files/regularFile.js';
import { writeJsonAtomically } from '../files/storage.js';
import { packageVersions } from '../runs/packageVersions.js';

const FILE = 'forms.json';
const MAX_BYTES = 1 << 20;
/** Models that are remembered; the oldest are forgotten. */
const MOST = 200;

const formSchema = z.object({
  precision: z.enum(WEIGHT_PRECISIONS),
  portable: z.boolean(),
  /** Time of float32 over that of this form, here. */
  speedup: z.number().min(0),
});
/** The form in which a model is used on this machine. */
export type RememberedForm = z.infer<typeof formSchema>;

const fileSchema = z.object({
  version: z.literal(1),
  forms: z.array(z.object({ key: z.string(), form: formSchema })),
});
type Entry = z.infer<typeof fileSchema>['forms'][number];

/** Forms that were measured, by model, version of ONNX Runtime and processor, in a file. */
export class RememberedForms {
  private readonly file: string;

  constructor(folder: string) {
    this.file = path.join(folder, FILE);
  }

  /** `model` identifies the content of a model folder. */
  async get(model: string): Promise<RememberedForm | null> {
    const entries = await this.read();
    return entries.find(({ key }) => key === keyOf(model))?.form ?? null;
  }

  async set(model: string, form: RememberedForm): Promise<void> {
    const key = keyOf(model);
    const others = (await this.read()).filter((entry) => entry.key !== key);
    const forms = [...others, { key, form }].slice(-MOST);
    await writeJsonAtomically(this.file, { version: 1, forms });
  }

  /** A file that is missing or cannot be read holds nothing: forms are measured again. */
  private async read(): Promise<readonly Entry[]> {
    try {
      return fileSchema.parse(parseJsonText(await readText(this.file, MAX_BYTES))).forms;
    } catch {
      return [];
    }
  }
}

function keyOf(model: string): string {
  const processor = os.cpus()[0]?.model ?? '';
  return JSON.stringify([model, packageVersions()['onnxruntime'], processor]);
}
