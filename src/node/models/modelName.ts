import path from 'node:path';

/** What to call a model folder; a run keeps its model in `<run>/model`, whose name says little. */
export function modelName(folder: string): string {
  const resolved = path.resolve(folder);
  const base = path.basename(resolved);
  return base === 'model' ? path.basename(path.dirname(resolved)) : base;
}
