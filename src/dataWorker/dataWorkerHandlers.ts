import { checkPolicy } from './checkPolicy.js';
import type { Handlers } from '../protocol/channel.js';
import type { DataWorkerSide } from '../protocol/dataWorker.js';
import type { ProfileSoFar } from '../protocol/profilePanelMessages.js';
import { maskDatasetCall, type Progress } from './maskDatasetCall.js';
import { PreviewSessions } from './preview/previewSessions.js';
import { answerProfile } from './profileCall.js';
import { TokenizerStore } from './tokenizerStore.js';

/** Answers to the data worker's calls; `onProgress` tells the caller how far a job is. */
export function createHandlers(
  onProgress: (progress: Progress) => void,
  onProfileSoFar: (soFar: ProfileSoFar) => void,
): Handlers<DataWorkerSide> {
  const tokenizers = new TokenizerStore();
  const previews = new PreviewSessions((modelFolder) => tokenizers.get(modelFolder));
  return {
    profile: (request, signal) => answerProfile(request, signal, onProfileSoFar),
    openPreview: previews.openPreview,
    editPreview: previews.editPreview,
    configurePreview: previews.configurePreview,
    planPreview: previews.planPreview,
    maskPreview: previews.maskPreview,
    explainPreview: previews.explainPreview,
    closePreview: previews.closePreview,
    maskDataset: (request, signal) => maskDatasetCall(request, { signal, onProgress }),
    checkPolicy: async ({ policy }) => ({ problems: await checkPolicy(policy) }),
  };
}
