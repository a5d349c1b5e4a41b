import type { ModelClient } from './modelClient.js';

/**
 * Selects a model for hovers after the model server has loaded it. Rejects with `Model` and keeps the
 * current model if loading fails.
 */
export async function selectChecked(
  modelFolder: string,
  {
    modelClient,
    modelSelection,
  }: {
    readonly modelClient: Pick<ModelClient, 'call'>;
    readonly modelSelection: { select(modelFolder: string): Promise<void> };
  },
): Promise<void> {
  await modelClient.call('describeModel', { modelFolder, lane: 'interactive', kind: 'masked-lm' });
  await modelSelection.select(modelFolder);
}
