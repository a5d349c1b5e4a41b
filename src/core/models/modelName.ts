/**
 * Name of the model in a folder, given by its absolute path: the name of the folder. A run keeps
 * its model in `<run>/model`, so its model has the name of the run.
 */
export function modelName(folder: string): string {
  const names = folder.split(/[\\/]/).filter((name) => name !== '');
  const last = names.at(-1) ?? '';
  return last === 'model' ? (names.at(-2) ?? last) : last;
}
