import type { ModelClient } from './modelClient.js';

/**
 * Selects a model for hovers once the model server has loaded it, as the next hover would need it
 * to. Rejects with `Model`, naming the file at fault, and then changes nothing.
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
