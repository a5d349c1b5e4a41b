import { checkPolicy } from './checkPolicy.js';
import type { Handlers } from '../protocol/channel.js';
import type { DataWorkerSide } from '../protocol/dataWorker.js';
import type { ProfileSoFar } from '../protocol/profilePanelMessages.js';
import { maskDatasetCall, type Progress } from './maskDatasetCall.js';
import { maskedDocument, replacementAt } from './preview/maskedDocument.js';
import { collectPlan } from './preview/planText.js';
import { Previews } from './preview/previews.js';
import { answerProfile } from './profileCall.js';
import { TokenizerStore } from './tokenizerStore.js';

/** So long a plan may take before what there is of it is shown. */
const PREVIEW_MILLISECONDS = 150;

/** Answers to the data worker's calls; `onProgress` tells the caller how far a job is. */
export function createHandlers(
  onProgress: (progress: Progress) => void,
  onProfileSoFar: (soFar: ProfileSoFar) => void,
): Handlers<DataWorkerSide> {
  const tokenizers = new TokenizerStore();
  const previews = new Previews((modelFolder) => tokenizers.get(modelFolder));
  return {
    profile: (request, signal) => answerProfile(request, signal, onProfileSoFar),
    planPreview: async ({ inSight, ...request }, signal) => {
      const hurry = { ...inSight, milliseconds: PREVIEW_MILLISECONDS };
      return collectPlan(await previews.plan(request, signal, hurry));
    },
    maskText: async (request, signal) => ({
      text: maskedDocument(request.text, await previews.plan(request, signal)),
    }),
    explainMask: async ({ offset, ...request }, signal) =>
      replacementAt(offset, await previews.plan(request, signal)),
    maskDataset: (request, signal) => maskDatasetCall(request, { signal, onProgress }),
    checkPolicy: async ({ policy }) => ({ problems: await checkPolicy(policy) }),
  };
}
