import fs from 'node:fs';
import path from 'node:path';
import type { ParameterTensor } from '../../core/models/model.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { asideOf, renameWithRetriesSync, storing } from '../files/storage.js';
import { writeWeightFile } from './weightFiles.js';

export interface AdapterContent {
  readonly spec: RunSpec;
  /** Adapters by the names of the weights they adapt. */
  readonly adapters: ReadonlyMap<string, ParameterTensor>;
  /** All trained parameters, including a new head. */
  readonly trained: ReadonlyMap<string, ParameterTensor>;
}

/** Writes low-rank adapters in the layout of the PEFT library. */
export function writeAdapterFolder(folder: string, content: AdapterContent): void {
  const { spec, adapters, trained } = content;
  const { lora } = spec.method;
  if (lora === null) throw new RangeError('adapters of a run without their settings');
  const whole = [...trained.keys()].filter((name) => !adapters.has(name));
  const config = {
    peft_type: 'LORA',
    task_type: objectiveOf(spec.task).names.adapter,
    base_model_name_or_path: spec.model.name,
    r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    target_modules: modulesOf([...adapters.keys()].map((name) => name.replace(/\.lora_[AB]/, ''))),
    modules_to_save: whole.length === 0 ? null : modulesOf(whole),
  };
  const tensors = new Map(
    [...trained].map(([name, tensor]) => [`base_model.model.${name}`, tensor] as const),
  );
  const aside = asideOf(folder);
  storing(folder, () => {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(aside, { recursive: true });
    fs.writeFileSync(
      path.join(aside, 'adapter_config.json'),
      JSON.stringify(config, null, 2) + '\n',
    );
    writeWeightFile(path.join(aside, 'adapter_model.safetensors'), tensors, {
      halfPrecision: false,
    });
    renameWithRetriesSync(aside, folder);
  });
}

/** Unique module names of parameters, such as `classifier` for `classifier.weight`. */
function modulesOf(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.slice(0, name.lastIndexOf('.'))))];
}
