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
}
