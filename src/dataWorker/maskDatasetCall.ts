import fs from 'node:fs';
import { manifestFileOf } from '../node/data/datasetWriters/manifest.js';
import { maskDataset } from '../node/data/writeMaskedDataset.js';
import type { CancellationSignal } from '../core/ports.js';
import type { ProgressOf } from '../protocol/channel.js';
import type {
  DataWorkerRequest,
  DataWorkerResponse,
  DataWorkerSide,
} from '../protocol/dataWorker.js';
import { abortSignalOf } from './abortSignal.js';

/** Answers the `maskDataset` call: writes a masked dataset and returns its counts. */
export async function maskDatasetCall(
  request: DataWorkerRequest<'maskDataset'>,
  {
    signal,
    report,
  }: {
    readonly signal: CancellationSignal;
    readonly report: (progress: ProgressOf<DataWorkerSide, 'maskDataset'>) => void;
  },
): Promise<DataWorkerResponse<'maskDataset'>> {
  const { counts, skipped, formulas } = await maskDataset({
    ...request,
    signal: abortSignalOf(signal),
    onProgress: ({ bytes, total, message }) => {
      report({ message, fraction: total === 0 ? null : Math.min(1, bytes / total) });
    },
  });
  return {
    records: counts.records,
    masks: counts.masks,
    skipped: skipped.count,
    formulas: formulas?.cells ?? 0,
    bytes: (await fs.promises.stat(request.out)).size,
    manifest: manifestFileOf(request.out),
  };
}
