/**
 * Preloaded into every Node process of a test workbench: records each connection or name lookup
 * that would leave this machine, and refuses the connection.
 */
import childProcess from 'node:child_process';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import path from 'node:path';

const LOCAL = new Set(['127.0.0.1', '::1', 'localhost', '0.0.0.0', '::', '']);

function record(address: string): void {
  const file = process.env['MASKLAB_EGRESS_LOG'];
  if (file === undefined) return;
  const script = path.basename(process.argv[1] ?? 'node');
  const type = process.argv.find((argument) => argument.startsWith('--type=')) ?? '';
  appendFileSync(file, `${script} ${type}\t${address}\n`);
}

function hostOf(argument: unknown): string | null {
  if (Array.isArray(argument)) return hostOf(argument[0]);
  if (typeof argument !== 'object' || argument === null) return null;
  if ('path' in argument && typeof argument.path === 'string') return null;
  return 'host' in argument && typeof argument.host === 'string' ? argument.host : null;
}

function refuse(target: object, socket: unknown, args: unknown[]): unknown {
  const [first, second] = args;
  const host = hostOf(first) ?? (typeof second === 'string' ? second : null);
  if (host === null || LOCAL.has(host) || !(socket instanceof net.Socket)) {
    return Reflect.apply(target as (...passed: unknown[]) => unknown, socket, args);
  }
  record(host);
  process.nextTick(() => socket.destroy(new Error(`The test refuses to connect to ${host}.`)));
  return socket;
}

const prototype = net.Socket.prototype;
Object.defineProperty(prototype, 'connect', {
  value: new Proxy(Reflect.get(prototype, 'connect') as object, { apply: refuse }),
});

dns.lookup = new Proxy(dns.lookup, {
  apply(target, self, args: unknown[]) {
    const [host] = args;
    if (typeof host === 'string' && !LOCAL.has(host) && net.isIP(host) === 0) record(host);
    return Reflect.apply(target, self, args) as unknown;
  },
});

/**
 * VS Code removes `NODE_OPTIONS` from its children, so the guard passes itself on: it is among
 * the first arguments of every `fork`, and of every `spawn` of this very Node executable.
 */
function guarded(args: readonly string[]): string[] {
  return args.includes(__filename) ? [...args] : ['--require', __filename, ...args];
}

const fork = childProcess.fork;
childProcess.fork = (modulePath, second?: unknown, third?: unknown) => {
  const args = Array.isArray(second) ? (second as string[]) : [];
  const options = (Array.isArray(second) ? third : second) as childProcess.ForkOptions | undefined;
  return fork(modulePath, args, {
    ...options,
    execArgv: guarded(options?.execArgv ?? process.execArgv),
  });
};

const spawn: unknown = childProcess.spawn;
Object.defineProperty(childProcess, 'spawn', {
  enumerable: true,
  value: (command: unknown, ...rest: unknown[]): unknown => {
    const [args] = rest;
    if (command === process.execPath && Array.isArray(args)) rest[0] = guarded(args as string[]);
    return (spawn as (...passed: unknown[]) => unknown)(command, ...rest);
  },
});

syncBuiltinESMExports();
