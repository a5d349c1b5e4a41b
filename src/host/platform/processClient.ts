import { fork, type ChildProcess } from 'node:child_process';
import { AppError, cancelled, type AppErrorDetails } from '../../core/errors.js';
import { childEnvironment } from '../../node/runs/childEnvironment.js';
import type { CancellationSignal } from '../../core/ports.js';
import {
  Channel,
  SILENT_SIDE,
  type CallName,
  type EventName,
  type EventOf,
  type FollowedCallName,
  type FollowOptions,
  type Port,
  type ProgressOf,
  type RequestOf,
  type ResponseOf,
  type Side,
} from '../../protocol/channel.js';
import { CRASH_LIMITS, CrashHistory, type CrashLimits } from './crashHistory.js';

export interface ProcessClientOptions<S extends Side> {
  /** Process under whose name crashes are reported. */
  readonly process: AppErrorDetails['ProcessCrashed']['process'];
  /** Path of the built bundle. */
  readonly serverPath: string;
  readonly serverArguments?: readonly string[];
  /** Calls and events of the process. */
  readonly side: S;
  readonly log: (line: string) => void;
  /** The process is stopped after this long without a request. */
  readonly idleMilliseconds?: number;
  /** When it is started again after a crash. Default: `CRASH_LIMITS`. */
  readonly crashLimits?: CrashLimits;
}

const DEFAULT_IDLE_MILLISECONDS = 10 * 60_000;
const STDERR_TAIL = 2000;

interface Server<S extends Side> {
  readonly child: ChildProcess;
  readonly channel: Channel<typeof SILENT_SIDE, S>;
  readonly startedAt: number;
}

/**
 * Calls a process of ours. It is started by the first call, stopped when nobody has called for a
 * while, and started again by the next call. After a crash, calls fail with the crash until a
 * back-off that doubles with each crash of a series has passed; after several crashes they fail
 * until a person asks for a restart.
 */
export class ProcessClient<S extends Side> {
  private readonly listeners = new Set<(channel: Channel<typeof SILENT_SIDE, S>) => void>();
  private server: Server<S> | null = null;
  private outstanding = 0;
  private idle: NodeJS.Timeout | null = null;
  protected readonly crashes: CrashHistory;
  private isDisposed = false;

  constructor(private readonly options: ProcessClientOptions<S>) {
    this.crashes = new CrashHistory(options.crashLimits ?? CRASH_LIMITS);
  }

  /** True while the process exists. */
  get isRunning(): boolean {
    return this.server !== null;
  }

  /** The process id, for diagnostics and tests. */
  get pid(): number | undefined {
    return this.server?.child.pid;
  }

  /** Calls the process. Rejects with `AppError` only. */
  async call<K extends CallName<S>>(
    name: K,
    request: RequestOf<S, K>,
    signal?: CancellationSignal,
  ): Promise<ResponseOf<S, K>> {
    return this.send((channel) => channel.call(name, request, signal), signal);
  }

  /** The same with a listener to the call's progress. */
  async follow<K extends FollowedCallName<S>>(
    name: K,
    request: RequestOf<S, K>,
    options: FollowOptions<ProgressOf<S, K>>,
  ): Promise<ResponseOf<S, K>> {
    return this.send((channel) => channel.follow(name, request, options), options.signal);
  }

  private async send<R>(
    call: (channel: Channel<typeof SILENT_SIDE, S>) => Promise<R>,
    signal: CancellationSignal | undefined,
  ): Promise<R> {
    if (signal?.aborted === true) throw cancelled();
    const { channel } = this.connect();
    this.outstanding++;
    this.cancelIdleStop();
    try {
      return await call(channel);
    } finally {
      this.outstanding--;
      if (this.outstanding === 0) this.scheduleIdleStop();
    }
  }

  /** Listens to the events of the process, through all its restarts. */
  on<K extends EventName<S>>(
    name: K,
    listener: (payload: EventOf<S, K>) => void,
  ): { dispose(): void } {
    let subscription: { dispose(): void } | null = null;
    const attach = (channel: Channel<typeof SILENT_SIDE, S>): void => {
      subscription = channel.on(name, listener);
    };
    this.listeners.add(attach);
    if (this.server !== null) attach(this.server.channel);
    return {
      dispose: () => {
        this.listeners.delete(attach);
        subscription?.dispose();
      },
    };
  }

  /** Lets the next call start the process, however often it has crashed: a person asks for it. */
  forgetCrashes(): void {
    this.crashes.forget();
  }

  /** Ends the process, cancels what it was doing, and lets the next call start another. */
  restart(): void {
    this.forgetCrashes();
    this.stop();
  }

  dispose(): void {
    this.isDisposed = true;
    this.stop();
  }

  private connect(): Server<S> {
    if (this.isDisposed) throw cancelled();
    if (this.server !== null) return this.server;
    const refusal = this.crashes.refusal(performance.now());
    if (refusal !== null) throw new AppError(refusal);
    this.server = this.start();
    return this.server;
  }

  private start(): Server<S> {
    const child = fork(this.options.serverPath, [...(this.options.serverArguments ?? [])], {
      env: childEnvironment(process.env),
      // The host's debugger flags are not for the child.
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Typed arrays cross as they are.
      serialization: 'advanced',
    });
    const channel = new Channel({
      port: childPort(child),
      local: SILENT_SIDE,
      remote: this.options.side,
      handlers: {},
    });
    for (const attach of this.listeners) attach(channel);
    const server = { child, channel, startedAt: performance.now() };
    let stderrTail = '';
    child.stderr?.setEncoding('utf8');
    child.stderr?.on('data', (text: string) => {
      stderrTail = (stderrTail + text).slice(-STDERR_TAIL);
    });
    child.once('error', (error) => {
      const { message } = error;
      this.onGone(server, { exitCode: null, signal: null, stderrTail: message });
    });
    // `close` comes after the last of stderr, `exit` may come before it.
    child.once('close', (exitCode, signal) => {
      this.onGone(server, { exitCode, signal, stderrTail: stderrTail.trim() });
    });
    this.options.log(`started the ${this.options.process} (process ${child.pid ?? 'unknown'})`);
    return server;
  }

  /** The process ended without being asked to. */
  private onGone(
    server: Server<S>,
    how: { exitCode: number | null; signal: string | null; stderrTail: string },
  ): void {
    if (this.server !== server) return;
    this.server = null;
    this.cancelIdleStop();
    const details = { process: this.options.process, ...how };
    const now = performance.now();
    this.crashes.record(details, { now, uptime: now - server.startedAt });
    this.options.log(`the ${this.options.process} ended: ${JSON.stringify(how)}`);
    server.channel.close({ code: 'ProcessCrashed', details });
  }

  private stop(): void {
    this.cancelIdleStop();
    const server = this.server;
    this.server = null;
    if (server === null) return;
    server.channel.close({ code: 'Cancelled', details: {} });
    // The process leaves when its pipe closes; the signal is for one that hangs.
    if (server.child.connected) server.child.disconnect();
    server.child.kill();
  }

  private scheduleIdleStop(): void {
    this.cancelIdleStop();
    if (this.server === null) return;
    this.idle = setTimeout(() => {
      this.options.log(`stopped the idle ${this.options.process}`);
      this.stop();
    }, this.options.idleMilliseconds ?? DEFAULT_IDLE_MILLISECONDS);
    this.idle.unref();
  }

  private cancelIdleStop(): void {
    if (this.idle !== null) clearTimeout(this.idle);
    this.idle = null;
  }
}

function childPort(child: ChildProcess): Port {
  return {
    post: (message) => {
      // Without a callback a failed send would be emitted as an `error` of the child. A send
      // fails only when the process is gone, and then `close` rejects whatever waits.
      child.send(message as object, () => undefined);
    },
    onMessage: (listener) => {
      child.on('message', listener);
      return { dispose: () => void child.off('message', listener) };
    },
  };
}
