/**
 * Name of the model in a folder, by its absolute path: the folder's own name. A run keeps its model
 * in `<run>/model`, so its model is named after the run.
 */
export function modelName(folder: string): string {
  const names = folder.split(/[\\/]/).filter((name) => name !== '');
  const last = names.at(-1) ?? '';
  return last === 'model' ? (names.at(-2) ?? last) : last;
}
