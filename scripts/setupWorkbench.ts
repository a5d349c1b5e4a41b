// Installs the VS Code server build that `npm test` and `npm run editor` use, once.
import { installWorkbench } from '../test/workbench/kit/setup.js';

const { serverMain } = installWorkbench((line) => {
  console.error(line);
});
console.log(serverMain);
