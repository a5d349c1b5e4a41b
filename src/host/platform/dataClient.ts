import { randomUUID } from 'node:crypto';
import type { EventOf } from '../../protocol/channel.js';
import { dataWorkerSide, type DataWorkerSide } from '../../protocol/dataWorker.js';
import { ProcessClient, type ProcessClientOptions } from './processClient.js';

export type DataClientOptions = Omit<ProcessClientOptions<DataWorkerSide>, 'process' | 'side'>;

/** Calls the data worker, whose bundle is `dataWorker.js`. */
export class DataClient extends ProcessClient<DataWorkerSide> {
  constructor(options: DataClientOptions) {
    super({ ...options, process: 'dataWorker', side: dataWorkerSide });
    this.on('log', ({ message }) => {
      options.log(message);
    });
  }

  /** Does a job that tells of its progress: `run` gets the name to put into its request. */
  async withProgress<R>(
    onProgress: (progress: EventOf<DataWorkerSide, 'progress'>) => void,
    run: (job: string) => Promise<R>,
  ): Promise<R> {
    const job = randomUUID();
    const subscription = this.on('progress', (progress) => {
      if (progress.job === job) onProgress(progress);
    });
    try {
      return await run(job);
    } finally {
      subscription.dispose();
    }
  }
}
