import { findStartModel } from '../models/findStartModel.js';
import { refuseChangedFiles } from '../preparation/refuseChangedFiles.js';
import { readRunSpec } from '../runs/runSpecFile.js';

/**
 * Checks what runs train on before the first of them starts, so that one message says what is missing
 * and not each run by itself. Throws `Model` for a model that is gone or has changed, and `Data` for a
 * file.
 */
export async function checkInputs(directories: readonly string[]): Promise<void> {
  const checked = new Set<string>();
  // The arms of a study share most of what they read.
  const once = async (what: unknown, check: () => Promise<unknown>): Promise<void> => {
    const key = JSON.stringify(what);
    if (!checked.has(key)) await check();
    checked.add(key);
  };
  for (const directory of directories) {
    const { data, debias, model, newModel, workspaceFolder } = await readRunSpec(directory);
    await once(model, () => findStartModel({ model, newModel }));
    const judge = debias?.model ?? null;
    if (judge !== null) await once(judge, () => findStartModel({ model: judge }));
    const { files, shifted } = data;
    await once([files, shifted], () => refuseChangedFiles({ data, workspaceFolder }));
  }
}
