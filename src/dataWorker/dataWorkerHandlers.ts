import { checkPolicy } from './checkPolicy.js';
import type { Handlers } from '../protocol/channel.js';
import { MOST_WORDS } from '../protocol/modelServer.js';
import type { DataWorkerSide } from '../protocol/dataWorker.js';
import { cueRows } from '../node/data/cueRows.js';
import { inspectData } from '../node/data/inspectData.js';
import { listData } from '../node/data/listData.js';
import { listWords } from '../node/data/listWords.js';
import { inspectModel } from '../node/models/inspectModel.js';
import { readProfiledModel } from '../node/models/profiledModel.js';
import { sampleMasking } from '../node/preparation/sampleMasking.js';
import { rehearseRun } from '../node/preparation/rehearsal.js';
import { abortSignalOf } from './abortSignal.js';
import { maskDatasetCall } from './maskDatasetCall.js';
import { PreviewSessions } from './preview/previewSessions.js';
import { modelHandlers } from './modelHandlers.js';
import { answerProfile } from './profileCall.js';
import { TokenizerStore } from './tokenizerStore.js';

interface HandlerOptions {
  /** Reads the built-in list of words. Default: an empty list. */
  readonly readWords?: () => Promise<readonly string[]>;
}

/** Handlers of the data worker's calls. */
export function createHandlers({
  readWords = () => Promise.resolve([]),
}: HandlerOptions = {}): Handlers<DataWorkerSide> {
  const tokenizers = new TokenizerStore();
  const previews = new PreviewSessions((modelFolder) => tokenizers.get(modelFolder));
  return {
    listData: (request, signal) => listData(request, abortSignalOf(signal)),
    listWords: async ({ folders }, signal) => {
      const known = new Set((await readWords()).map((word) => word.toLowerCase()));
      const options = { folders, known, most: MOST_WORDS };
      return { words: await listWords(options, abortSignalOf(signal)) };
    },
    inspectData: ({ selection, reading, modelFolder }, signal, report) =>
      inspectData(selection, reading, {
        modelFolder,
        signal: abortSignalOf(signal),
        onProgress: report,
      }),
    inspectModel: ({ folder }, signal) => inspectModel(folder, { signal: abortSignalOf(signal) }),
    rehearseRun: async ({ spec }) => {
      const { summary, warnings } = await rehearseRun(spec);
      return { summary: [...summary], warnings: [...warnings] };
    },
    sampleMasking: async ({ spec, policies, workspaceFolders }, signal, onSampled) => {
      const { tokenizer, model } = await readProfiledModel(spec.model.path);
      const maxLength = Math.min(spec.training.maxLength, model.maxLength);
      await sampleMasking(spec, {
        ...{ tokenizer, maxLength, policies, workspaceFolders, onSampled },
        signal: abortSignalOf(signal),
      });
      return null;
    },
    profile: answerProfile,
    cueRows: ({ selection, cue, most }, signal) =>
      cueRows(selection, cue, { most, signal: abortSignalOf(signal) }),
    ...modelHandlers,
    openPreview: previews.openPreview,
    editPreview: previews.editPreview,
    configurePreview: previews.configurePreview,
    planPreview: previews.planPreview,
    maskPreview: previews.maskPreview,
    explainPreview: previews.explainPreview,
    closePreview: previews.closePreview,
    maskDataset: (request, signal, report) => maskDatasetCall(request, { signal, report }),
    checkPolicy: async ({ policy }) => ({ problems: await checkPolicy(policy) }),
  };
}
