import type { Handlers } from '../protocol/channel.js';
import type { DataWorkerSide } from '../protocol/dataWorker.js';
import { folderBytes } from '../node/files/folderBytes.js';
import { judgeRemote } from '../node/hub/inspectRemote.js';
import { listLocalModels } from '../node/hub/modelList.js';
import { planRemoval, remove, type Removal } from '../node/hub/removeModel.js';
import type { modelCalls } from '../protocol/modelsOnDisk.js';

interface Snapshot {
  readonly cacheFolder: string;
  readonly repository: string;
  readonly commit: string;
}

function planned({ cacheFolder, repository, commit }: Snapshot): Removal {
  return planRemoval(cacheFolder, { repository, revision: commit });
}

/** Handlers of the calls about models on this machine. */
export const modelHandlers: Pick<Handlers<DataWorkerSide>, keyof typeof modelCalls> = {
  listModels: (request) => listLocalModels(request),
  judgeModel: (facts) => {
    const { needed, verdict } = judgeRemote(facts);
    const { weights, companions, absent } = needed;
    return Promise.resolve({
      needed: {
        ...needed,
        ...{ weights: [...weights], companions: [...companions], absent: [...absent] },
      },
      verdict: { ...verdict, uses: [...verdict.uses] },
    });
  },
  planRemoval: (snapshot) => {
    const { freedBytes, sharedBytes } = planned(snapshot);
    return Promise.resolve({ freedBytes, sharedBytes });
  },
  removeModel: (snapshot) => {
    const removal = planned(snapshot);
    remove(removal);
    return Promise.resolve(removal.freedBytes);
  },
  writeCheckpointModel: async ({ run, root }) => {
    // Reads weights, which other calls of this process do not.
    const { writeCheckpointModel } = await import('../node/models/checkpointModel.js');
    return writeCheckpointModel(run, root);
  },
  measureFolder: ({ folder }) => folderBytes(folder),
};
