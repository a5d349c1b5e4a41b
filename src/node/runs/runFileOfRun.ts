import path from 'node:path';
import { POLICY_GALLERY } from '../../core/masking/policy/gallery.js';
import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { BUNDLED_MODEL_FOLDER } from '../../core/models/bundled.js';
import { RUN_OPTIONS, type RunOptions } from '../../core/runs/options.js';
import type { NewModelSpec, RunSpec } from '../../core/runs/schema.js';
import { maskingOfSpec, optionsOfSpec } from '../../core/specs/optionsOfSpec.js';
import type { RunFile } from '../../core/specs/runFile.js';
import { readPolicy } from '../policies/readPolicy.js';
import { keepPolicy } from './keptPolicy.js';
import { isInside } from './runSpecFile.js';

/**
 * The run file that creates a run like this one, with paths relative to a folder. It names each data
 * file, since a folder can have other files by now.
 */
export async function runFileOfSpec(
  spec: RunSpec,
  { name, folder }: { readonly name?: string; readonly folder: string },
): Promise<RunFile> {
  const { workspaceFolder, data, model, newModel, experiment } = spec;
  const place = (given: string): string =>
    placeIn(path.resolve(workspaceFolder, given), { workspaceFolder, folder });
  const { policy, options } = await knownMasking(maskingOfSpec(spec).policy);
  const isBundled = model.path.split(path.sep).join('/').endsWith(`/${BUNDLED_MODEL_FOLDER}`);
  return {
    ...(name === undefined ? {} : { name }),
    ...(experiment === experimentOf(newModel) ? {} : { experiment }),
    data: data.files.map((file) => place(file.path)),
    exclude: [],
    ...(newModel === null
      ? isBundled
        ? {}
        : { model: place(model.path) }
      : { newModel: withPlace(newModel, place) }),
    ...(policy === null ? {} : { policy }),
    options: {
      ...optionsOfSpec(spec),
      ...options,
      ...(await debiasPlaces(spec, place)),
    },
  };
}

/** Files of debiasing; its words are written to a file unless they are a policy of the gallery. */
async function debiasPlaces(
  { workspaceFolder, data: { shifted }, debias }: RunSpec,
  place: (file: string) => string,
): Promise<Pick<RunOptions, 'shiftedData' | 'debiasWords' | 'debiasModel'>> {
  const words = debias?.words ?? null;
  const known = words === null ? null : await knownMasking(words);
  return {
    ...(shifted === null ? {} : { shiftedData: shifted.files.map((file) => place(file.path)) }),
    ...(words === null
      ? {}
      : {
          debiasWords:
            known?.options.masking !== undefined && known.options.maskingRate === undefined
              ? known.options.masking
              : place(await keepPolicy(words, workspaceFolder)),
        }),
    ...(debias?.model == null ? {} : { debiasModel: place(debias.model.path) }),
  };
}

function experimentOf(newModel: NewModelSpec | null): string {
  return newModel === null ? 'default' : 'pretraining';
}

function withPlace(newModel: NewModelSpec, place: (file: string) => string): NewModelSpec {
  const { vocabulary } = newModel;
  return vocabulary.kind === 'trained'
    ? newModel
    : { ...newModel, vocabulary: { ...vocabulary, path: place(vocabulary.path) } };
}

/** A path of the workspace relative to a folder of it; any other path is absolute. */
export function placeIn(
  file: string,
  { workspaceFolder, folder }: { readonly workspaceFolder: string; readonly folder: string },
): string {
  if (!isInside(file, workspaceFolder) || !isInside(folder, workspaceFolder)) return file;
  return path.relative(folder, file).split(path.sep).join('/') || '.';
}

/** A policy by its name in the gallery if it is one of it, perhaps with another rate. */
async function knownMasking(policy: MaskingPolicy | null): Promise<{
  readonly policy: MaskingPolicy | null;
  readonly options: Pick<RunOptions, 'masking' | 'maskingRate'>;
}> {
  if (policy === null) return { policy, options: {} };
  for (const { id } of POLICY_GALLERY) {
    const known = await readPolicy(id, { folder: '.' });
    if (isSame(policy, known)) return { policy: null, options: { masking: id } };
    const { rate } = policy;
    const isOption = rate > 0 && rate <= RUN_OPTIONS.maskingRate.most;
    if (isOption && isSame(policy, { ...known, rate, schedule: null }))
      return { policy: null, options: { masking: id, maskingRate: rate } };
  }
  return { policy, options: {} };
}

function isSame(one: object, other: object): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

/** Keys in one order: a policy that was read from a run has that of the schema. */
function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
