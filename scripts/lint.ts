// Lints every zone, and what lies outside the zones, each in a process by itself: with types, the
// whole repository at once needs more than the 4 GB that Node.js gives a process.
import path from 'node:path';
import { checkZones, ROOT, zones } from './zones.js';

const eslint = [path.join(ROOT, 'node_modules/eslint/bin/eslint.js'), '--max-warnings', '0'];

checkZones('lint', (zone) => [...eslint, zone], [
  ...eslint,
  ...zones().flatMap((zone) => ['--ignore-pattern', `${zone}/**`]),
  '.',
]);
