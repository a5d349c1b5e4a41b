import './plainSchemas.js';
import fs from 'node:fs';
import path from 'node:path';
import { ENGLISH_WORDS_FILE } from '../core/predict/englishWords.js';
import { ENGLISH_SAMPLE_FILE } from '../core/predict/sampleExcess.js';
import { readText } from '../node/files/regularFile.js';
import type { GraphForm } from '../core/models/inferenceGraphs.js';
import { loadServedModel, type ServedModel } from '../node/models/servedModel.js';
import { readWordList } from '../node/models/wordList.js';
import { Channel, SILENT_SIDE } from '../protocol/channel.js';
import { modelServerSide } from '../protocol/modelServer.js';
import { serverThreads } from './serverThreads.js';
import { createHandlers, type HandlerOptions } from './modelServerHandlers.js';
import { FormChooser } from '../node/serving/formChooser.js';
import { versionOf } from '../node/serving/modelStore.js';
import { ModelJobs } from '../node/serving/modelJobs.js';
import { RememberedForms } from '../node/serving/rememberedForms.js';
import { StoredAnswers } from '../node/serving/storedAnswers.js';
import { settleHeap } from '../node/runtime/collectGarbage.js';
import { parentPort } from '../node/runtime/parentPort.js';
import { onUncaught, reportStack } from '../node/runtime/uncaught.js';

const MOST_SAMPLE_BYTES = 1 << 20;

/** Time after loading a model until its garbage is collected, so that first answers do not wait. */
const SETTLE_MILLISECONDS = 2000;

/** Answers of earlier sessions, in the storage folder. */
const ANSWERS_FILE = 'answers.json';
/** Interval at which new answers are stored for the next session. */
const STORE_MILLISECONDS = 60_000;

onUncaught(reportStack);
const port = parentPort();
if (port === null) {
  console.error('modelServer.js is started by the Masklab extension and talks over fork IPC.');
  process.exitCode = 2;
} else {
  /**
   * Folder of remembered choices; without it, all models predict in float32. Folder with the models of
   * checkpoints.
   */
  const [, , storage, checkpoints = ''] = process.argv;
  const threads = serverThreads();
  const load = async (folder: string, form: GraphForm = {}): Promise<ServedModel> => {
    const started = performance.now();
    const model = await loadServedModel(folder, { threads, form });
    const took = Math.round(performance.now() - started);
    channel.emit('log', {
      level: 'info',
      message: `loaded ${model.name} (${model.parameterCount} parameters) in ${took} ms`,
    });
    setTimeout(settleHeap, SETTLE_MILLISECONDS).unref();
    return model;
  };
  const options: HandlerOptions = {
    load: (folder) => load(folder),
    versionOf,
    readWords: () => readWordList(path.join(__dirname, '..', ENGLISH_WORDS_FILE)),
    spelled: { folder: storage, program: programVersion() },
    scales: {
      readSample: () =>
        readText(path.join(__dirname, '..', ENGLISH_SAMPLE_FILE), MOST_SAMPLE_BYTES),
      folder: storage,
    },
    ...(storage !== undefined && {
      stored: new StoredAnswers(path.join(storage, ANSWERS_FILE), programVersion()),
      forms: new FormChooser({ remembered: new RememberedForms(storage), load }),
    }),
    isPassing: (folder) => checkpoints !== '' && folder.startsWith(checkpoints + path.sep),
    onDidChooseForm: (modelFolder, form) => {
      channel.emit('form', { modelFolder, ...form });
    },
    warn: (message) => {
      channel.emit('log', { level: 'warning', message });
    },
  };
  const jobs = new ModelJobs(options);
  const channel = new Channel({
    port,
    local: modelServerSide,
    remote: SILENT_SIDE,
    handlers: createHandlers(options, jobs),
  });
  const store = (): void => {
    try {
      jobs.storeAnswers();
    } catch (thrown) {
      // Answers that are not kept are computed again.
      if (!process.connected) return;
      channel.emit('log', { level: 'warning', message: `no answers stored: ${String(thrown)}` });
    }
  };
  setInterval(store, STORE_MILLISECONDS).unref();
  const leave = (): void => {
    store();
    process.exit(0);
  };
  // Without a parent process, the model's memory would be held for nothing.
  process.once('disconnect', leave);
  process.once('SIGTERM', leave);
}

/** Changes with each build, whose answers may differ. */
function programVersion(): string {
  const { size, mtimeMs } = fs.statSync(__filename);
  return `${size} ${mtimeMs}`;
}
