import { fork, spawn } from 'node:child_process';
import fs from 'node:fs';
import { AppError, cancelled, inputError } from '../../core/errors.js';
import { problem } from '../../core/messages/message.js';
import { storing } from '../files/storage.js';
import { childEnvironment } from './childEnvironment.js';

export interface CommandLineOptions {
  /** `dist/cli.js`. */
  readonly cliPath: string;
  /** `process.execPath`: Node, or Electron run as Node. */
  readonly execPath: string;
}

interface CommandOptions extends CommandLineOptions {
  /** Working directory, which the paths of the command are relative to. */
  readonly cwd: string;
}

const MAX_REASON = 600;
/** Time that a command has to end by itself. */
const ENDING_MILLISECONDS = 10_000;
/** Characters of output that are kept: a command may run as long as the window. */
const MOST_OUTPUT = 4_000_000;

interface FollowOptions {
  readonly signal?: AbortSignal;
  /** Called with each message of `sendToParent`. */
  readonly onMessage?: (message: unknown) => void;
}

/**
 * Runs a command of the command line, such as `study create`, and returns its output. Throws
 * `UserInput` with its error, or `Cancelled`.
 */
export function runCommandLine(
  command: string,
  args: readonly string[],
  { cliPath, execPath, cwd, signal, onMessage }: CommandOptions & FollowOptions,
): Promise<string> {
  if (signal?.aborted === true) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const child = spawn(execPath, [cliPath, ...command.split(' '), ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe', ...(onMessage === undefined ? [] : ['ipc' as const])],
      windowsHide: true,
      env: childEnvironment(process.env),
    });
    if (onMessage !== undefined) child.on('message', onMessage);
    let out = '';
    let err = '';
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      out = (out + chunk).slice(-MOST_OUTPUT);
    });
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      err = (err + chunk).slice(-MAX_REASON);
    });
    const abort = (): void => {
      if (process.platform !== 'win32' || !child.connected) {
        child.kill();
        return;
      }
      // There, a signal would end it before it has stopped what it started.
      child.disconnect();
      setTimeout(() => child.kill(), ENDING_MILLISECONDS).unref();
      // `close` does not come for a child that was disconnected.
      child.once('exit', () => {
        reject(cancelled());
      });
    };
    signal?.addEventListener('abort', abort, { once: true });
    child.once('error', (thrown) => {
      reject(failed(command, thrown.message));
    });
    child.once('close', (exitCode) => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted === true) reject(cancelled());
      else if (exitCode === 0) resolve(out);
      else reject(failed(command, err.trim().slice(-MAX_REASON)));
    });
  });
}

/** Sends a message to the process that runs this command and follows it, if one does. */
export function sendToParent(message: object): void {
  if (process.connected) process.send?.(message);
}

/** Starts a command as a detached process that outlives the window, and appends its output to a log. */
export function startCommandLine(
  command: string,
  args: readonly string[],
  { cliPath, execPath, cwd, logFile }: CommandOptions & { readonly logFile: string },
): Promise<number> {
  const log = storing(logFile, () => fs.openSync(logFile, 'a'));
  return new Promise((resolve, reject) => {
    const child = spawn(execPath, [cliPath, ...command.split(' '), ...args], {
      cwd,
      detached: true,
      stdio: ['ignore', log, log],
      windowsHide: true,
      env: childEnvironment(process.env),
    });
    fs.closeSync(log);
    child.once('error', (thrown) => {
      reject(failed(command, thrown.message));
    });
    child.once('spawn', () => {
      child.unref();
      resolve(child.pid!);
    });
  });
}

/** A command that ends with this process. */
export interface ForkedCommand {
  /** First line of its output. Rejects with `UserInput` if it ends before. */
  readonly firstLine: Promise<string>;
  /** Resolves once it has ended, with the error unless it was asked to. */
  readonly ended: Promise<AppError | null>;
  /** Asks it to end. */
  readonly stop: () => void;
}

/** Starts a command that runs until it is stopped, such as `serve`, and ends with this process. */
export function forkCommandLine(
  command: string,
  args: readonly string[],
  { cliPath, cwd }: Omit<CommandOptions, 'execPath'>,
): ForkedCommand {
  const child = fork(cliPath, [...command.split(' '), ...args], {
    cwd,
    env: childEnvironment(process.env),
    // The debugger flags of this process are not for the child.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let out = '';
  let err = '';
  let isStopped = false;
  const ended = new Promise<AppError | null>((resolve) => {
    const end = (reason: string): void => {
      resolve(isStopped ? null : failed(command, reason));
    };
    child.once('error', ({ message }) => {
      end(message);
    });
    // `close` does not come for a child that was disconnected.
    child.once('exit', (exitCode, signal) => {
      end(err.trim().slice(-MAX_REASON) || `ended with ${signal ?? `exit code ${exitCode}`}`);
    });
  });
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    err = (err + chunk).slice(-MAX_REASON);
  });
  const firstLine = new Promise<string>((resolve, reject: (error: AppError) => void) => {
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      if (out.includes('\n')) return;
      out += chunk;
      if (out.includes('\n')) resolve(out.slice(0, out.indexOf('\n')));
    });
    void ended.then((error) => {
      reject(error ?? new AppError({ code: 'Cancelled', details: {} }));
    });
  });
  // Without anybody who waits, the rejection is not unhandled.
  firstLine.catch(() => undefined);
  return {
    firstLine,
    ended,
    stop: () => {
      if (isStopped) return;
      isStopped = true;
      if (child.connected) child.disconnect();
      setTimeout(() => child.kill('SIGKILL'), ENDING_MILLISECONDS).unref();
    },
  };
}

function failed(command: string, reason: string): AppError {
  return inputError(problem('run.commandFailed', { command, reason }));
}
