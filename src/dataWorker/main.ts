import path from 'node:path';
import { ENGLISH_WORDS_FILE } from '../core/predict/englishWords.js';
import { readWordList } from '../node/models/wordList.js';
import { parentPort } from '../node/runtime/parentPort.js';
import { onUncaught, reportStack } from '../node/runtime/uncaught.js';
import { Channel, SILENT_SIDE } from '../protocol/channel.js';
import { dataWorkerSide } from '../protocol/dataWorker.js';
import { createHandlers } from './dataWorkerHandlers.js';

onUncaught(reportStack);
const port = parentPort();
if (port === null) {
  console.error('dataWorker.js is started by the Masklab extension and talks over fork IPC.');
  process.exitCode = 2;
} else {
  new Channel({
    port,
    local: dataWorkerSide,
    remote: SILENT_SIDE,
    handlers: createHandlers({
      readWords: () => readWordList(path.join(__dirname, '..', ENGLISH_WORDS_FILE)),
    }),
  });
  // Without its parent, the process would keep its caches and continue writing for nobody.
  process.once('disconnect', () => {
    process.exit(0);
  });
}
