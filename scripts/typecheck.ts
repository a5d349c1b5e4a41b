// Typechecks every zone with its own tsconfig, so that no zone sees types it may not use. What was
// found is kept in `.cache/`, so that only what has changed is checked again.
import { createRequire } from 'node:module';
import path from 'node:path';
import { checkZones, ROOT } from './zones.js';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');

checkZones('typecheck', (zone) => [
  tsc,
  '-p',
  path.join(ROOT, zone),
  '--incremental',
  '--tsBuildInfoFile',
  path.join(ROOT, '.cache/typecheck', `${zone.replaceAll('/', '-')}.tsbuildinfo`),
]);
