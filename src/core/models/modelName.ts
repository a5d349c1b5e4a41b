/**
 * Name of the model in a folder, given by its absolute path: the name of the folder. A run keeps
 * its model in `<run>/model`, so its model has the name of the run; a folder in the cache of the hub
 * is named after a commit, and its model `organization/name`.
 */
export function modelName(folder: string): string {
  const [, owner, name] = CACHED.exec(folder) ?? [];
  if (owner !== undefined && name !== undefined) return `${owner}/${name}`;
  const names = folder.split(/[\\/]/).filter((name) => name !== '');
  const last = names.at(-1) ?? '';
  return last === 'model' ? (names.at(-2) ?? last) : last;
}

const CACHED = /(?:^|[\\/])models--([\w.-]+?)--([\w.-]+)[\\/]snapshots[\\/][^\\/]+[\\/]?$/;
