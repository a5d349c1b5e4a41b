import module from 'node:module';
import path from 'node:path';

/** Compiled code of earlier starts, in the storage folder; Node 20 has no such cache. */
const COMPILED = 'compiled';

// Compiling the code of the server takes a tenth of the time until its first answer.
const { enableCompileCache } = module as {
  readonly enableCompileCache?: (folder: string) => unknown;
};
const [, , storage] = process.argv;
if (storage !== undefined) enableCompileCache?.(path.join(storage, COMPILED));
module.createRequire(__filename)('./modelServerMain.js');
