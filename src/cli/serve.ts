import os from 'node:os';
import { systemCodeOf } from '../core/fileProblem.js';
import { SERVED_PORT } from '../core/models/servedAddress.js';
import { loadServedModel } from '../node/models/servedModel.js';
import { ModelJobs } from '../node/serving/modelJobs.js';
import { versionOf } from '../node/serving/modelStore.js';
import { CommandLineError, usageError } from './commandLineError.js';
import { interruptible } from './interruptible.js';
import { modelFolderOf } from './modelArgument.js';
import { print, printError, printJson } from './output.js';
import { InferenceServer } from './serving/inferenceServer.js';
import { ModelEndpoints, TASKS_OF_KINDS } from './serving/modelEndpoints.js';
import { RequestQueue } from './serving/requestQueue.js';
import { routesOf } from './serving/routes.js';
import { countOf, type CommandShape, type CommandValues } from './usage.js';

const DEFAULT_QUEUE = 32;
const HOSTS = ['127.0.0.1', '::1', 'localhost'];
const TOKEN_VARIABLE = 'MASKLAB_SERVE_TOKEN';

export const SERVE: CommandShape = {
  name: 'serve',
  group: 'models',
  usage: '[--model <folder>] [options]',
  summary: 'Serve a model over HTTP on this machine',
  notes: [
    'The server answers POST / and /models/<name> in the shapes of Hugging Face (fill-mask, text-classification), POST /predict and /score, and GET /info and /health. It ends on Ctrl+C.',
    `Other machines cannot reach it: use a tunnel such as "ssh -L ${SERVED_PORT}:127.0.0.1:${SERVED_PORT} <host>".`,
  ],
  flags: {
    model: {
      shape: '<folder>',
      help: 'Run or model folder, or organization/name of a downloaded model',
      otherwise: 'the bundled model',
    },
    port: {
      shape: '<n>',
      help: 'Port to listen on; 0 for any free one',
      otherwise: `${SERVED_PORT}, or any free one if it is in use`,
    },
    host: {
      shape: '<name>',
      help: `Address of this machine to listen on (${HOSTS.join(', ')})`,
      otherwise: '127.0.0.1',
    },
    token: {
      shape: '<text>',
      help: `Require this bearer token. Other users of the machine can read the arguments of a command; the variable ${TOKEN_VARIABLE} keeps it from them`,
      otherwise: `${TOKEN_VARIABLE}, or no token`,
    },
    queue: {
      shape: '<n>',
      help: 'Number of requests that may wait while one is answered; more are refused with status 429',
      otherwise: String(DEFAULT_QUEUE),
    },
    json: { help: 'Print one JSON object with the address instead of lines' },
  },
  examples: [
    'masklab serve',
    'masklab serve --model .masklab/runs/20261123-1200-calm-river --port 9000',
    'masklab serve --model my-model --queue 100 --json',
  ],
};

export async function serveCommand(values: CommandValues): Promise<void> {
  if (values.positionals.length > 0) {
    throw usageError(
      `"masklab serve" takes the model with --model, but "${values.positionals[0]!}" was given.`,
      SERVE.name,
    );
  }
  const place = placeOf(values);
  const token = tokenOf(values);
  const queue = new RequestQueue(countOf(SERVE, values, 'queue') ?? DEFAULT_QUEUE);
  const folder = modelFolderOf(values.text('model'));
  const jobs = new ModelJobs({
    load: (of) => loadServedModel(of, { threads: os.availableParallelism() }),
    versionOf,
    warn: printError,
  });
  await untilAsked(values, async (signal) => {
    const endpoints = await ModelEndpoints.load(jobs, folder, signal);
    const server = new InferenceServer({ routes: routesOf(endpoints, queue), queue, token });
    const { port, isOther } = await listen(server, place);
    const url = `http://${place.host.includes(':') ? `[${place.host}]` : place.host}:${port}`;
    const { name, kind } = endpoints.facts;
    if (values.has('json')) {
      printJson({ url, model: name, task: TASKS_OF_KINDS[kind], token: token !== null });
    } else {
      if (isOther) print(`Port ${place.port} is in use. Listening on ${port} instead.`);
      print(`Serving ${name} (${TASKS_OF_KINDS[kind]}) at ${url}`);
      print('Press Ctrl+C to stop.');
    }
    await aborted(signal);
    await server.close();
  });
}

interface Place {
  readonly host: string;
  readonly port: number;
  /** Whether another port will do. */
  readonly isFlexible: boolean;
}

function placeOf(values: CommandValues): Place {
  const host = values.text('host') ?? '127.0.0.1';
  if (!HOSTS.includes(host)) {
    throw usageError(
      `--host must be an address of this machine alone (${HOSTS.join(', ')}), but "${host}" was given.`,
      SERVE.name,
    );
  }
  const given = values.text('port');
  const port = given === undefined ? SERVED_PORT : Number(given);
  if (given?.trim() === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw usageError(
      `--port must be a whole number between 0 and 65535, but "${String(given)}" was given.`,
      SERVE.name,
    );
  }
  return { host, port, isFlexible: given === undefined };
}

function tokenOf(values: CommandValues): string | null {
  const flag = values.text('token');
  const token = flag ?? process.env[TOKEN_VARIABLE];
  if (token === undefined || (flag === undefined && token === '')) return null;
  // The token is never shown, not even in the error.
  if (/^[\x21-\x7e]{1,1000}$/u.test(token)) return token;
  throw usageError(
    `${flag === undefined ? TOKEN_VARIABLE : '--token'} must be 1 to 1000 printable ASCII characters without spaces.`,
    SERVE.name,
  );
}

async function listen(
  server: InferenceServer,
  { host, port, isFlexible }: Place,
): Promise<{ port: number; isOther: boolean }> {
  try {
    const address = await server.listen({ host, port });
    return { port: address.port, isOther: false };
  } catch (thrown) {
    const code = systemCodeOf(thrown);
    if (code === 'EADDRINUSE' && isFlexible) {
      const address = await server.listen({ host, port: 0 });
      return { port: address.port, isOther: true };
    }
    if (code === 'EADDRINUSE') {
      throw new CommandLineError(
        `Port ${port} of ${host} is in use.`,
        'Select another one with --port, or leave it out to use any free one.',
      );
    }
    if (code === 'EACCES') {
      throw new CommandLineError(
        `Listening on port ${port} is not allowed.`,
        'Select a port of at least 1024 with --port.',
      );
    }
    if (code === 'EADDRNOTAVAIL') {
      throw new CommandLineError(
        `This machine has no address ${host}.`,
        'Select another one with --host.',
      );
    }
    throw thrown;
  }
}

/** Runs work with a signal that aborts on Ctrl+C and when the process that forked this one ends. */
async function untilAsked(
  values: CommandValues,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const orphaned = new AbortController();
  const onDisconnect = (): void => {
    orphaned.abort();
  };
  if (process.send !== undefined) process.once('disconnect', onDisconnect);
  await interruptible(values, async ({ signal: interrupted }) => {
    const signal = AbortSignal.any([interrupted, orphaned.signal]);
    try {
      await work(signal);
    } catch (thrown) {
      // Asked to end while the model was being loaded.
      if (!signal.aborted) throw thrown;
    } finally {
      process.off('disconnect', onDisconnect);
      if (process.connected) process.disconnect();
    }
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else {
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    }
  });
}
