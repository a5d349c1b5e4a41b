import { setTimeout as delay } from 'node:timers/promises';
import { toAppErrorData } from '../../core/errors.js';
import type { CancellationSignal } from '../../core/ports.js';
import type {
  CallName,
  FollowedCallName,
  FollowOptions,
  ProgressOf,
  RequestOf,
  ResponseOf,
} from '../../protocol/channel.js';
import { modelServerSide, type ModelServerSide } from '../../protocol/modelServer.js';
import { ProcessClient, type ProcessClientOptions } from '../platform/processClient.js';

export type ModelClientOptions = Omit<ProcessClientOptions<ModelServerSide>, 'process' | 'side'>;

/** Most by which a timer is early. */
const TIMER_MILLISECONDS = 5;

/** Calls that change nothing, so that they can be sent again. */
const REPEATED: ReadonlySet<CallName<ModelServerSide>> = new Set([
  'describeModel',
  'predictWord',
  'fillMasks',
  'fillJointly',
  'scoreWords',
  'predictionChanges',
  'suggestWords',
  'explainPrediction',
  'generateVariations',
  'maskPredict',
]);

/**
 * Client of the model server, which is bundled as `modelServer.js`. After the first crash of a series,
 * predictions that were lost are requested once more from a new process; if that crashes, too, they
 * fail with the crash.
 */
export class ModelClient extends ProcessClient<ModelServerSide> {
  constructor(options: ModelClientOptions) {
    super({ ...options, process: 'modelServer', side: modelServerSide });
    this.on('log', ({ message }) => {
      options.log(message);
    });
  }

  override call<K extends CallName<ModelServerSide>>(
    name: K,
    request: RequestOf<ModelServerSide, K>,
    signal?: CancellationSignal,
  ): Promise<ResponseOf<ModelServerSide, K>> {
    return this.askAgain(name, () => super.call(name, request, signal));
  }

  override follow<K extends FollowedCallName<ModelServerSide>>(
    name: K,
    request: RequestOf<ModelServerSide, K>,
    options: FollowOptions<ProgressOf<ModelServerSide, K>>,
  ): Promise<ResponseOf<ModelServerSide, K>> {
    return this.askAgain(name, () => super.follow(name, request, options));
  }

  private async askAgain<R>(name: CallName<ModelServerSide>, ask: () => Promise<R>): Promise<R> {
    try {
      return await ask();
    } catch (thrown) {
      const isLost = REPEATED.has(name) && toAppErrorData(thrown).code === 'ProcessCrashed';
      const wait = isLost ? this.crashes.secondTry(performance.now()) : null;
      if (wait === null) throw thrown;
      // Timers can be a little early.
      await delay(Math.ceil(wait) + TIMER_MILLISECONDS);
      return ask();
    }
  }
}
