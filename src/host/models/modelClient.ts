import { modelServerSide, type ModelServerSide } from '../../protocol/modelServer.js';
import { ProcessClient, type ProcessClientOptions } from '../platform/processClient.js';

export type ModelClientOptions = Omit<ProcessClientOptions<ModelServerSide>, 'process' | 'side'>;

/** Client of the model server, which is bundled as `modelServer.js`. */
export class ModelClient extends ProcessClient<ModelServerSide> {
  constructor(options: ModelClientOptions) {
    super({ ...options, process: 'modelServer', side: modelServerSide });
    this.on('log', ({ message }) => {
      options.log(message);
    });
  }
}
