import path from 'node:path';
import { inputError } from '../core/errors.js';
import { formatBytes, formatDuration, groupThousands } from '../core/format.js';
import { licenseOf } from '../core/hub/hubAnswers.js';
import { downloadsOf } from '../core/hub/neededFiles.js';
import { parseModelReference, referenceText } from '../core/hub/repository.js';
import { problem } from '../core/messages/message.js';
import { ENGLISH, renderProblem } from '../core/messages/render.js';
import { downloadModel, missingInCache, type MissingFiles } from '../node/hub/downloadModel.js';
import { remoteModel, type RemoteModel } from '../node/hub/hubApi.js';
import { hostOf } from '../node/hub/hubFailure.js';
import { inspectRemote, type RemoteInspection } from '../node/hub/inspectRemote.js';
import type { TransferProgress, TransferState } from '../node/hub/transfer.js';
import { usageError } from './commandLineError.js';
import { commandHubClient } from './hubAccess.js';
import { interruptible } from './interruptible.js';
import { print, printError, printJson } from './output.js';
import type { CommandShape, CommandValues } from './usage.js';

export const MODELS_ADD: CommandShape = {
  name: 'models add',
  group: 'models',
  usage: '<organization/name>[@<revision>] [options]',
  summary: 'Download a model from the Hugging Face hub into the shared cache',
  notes: [
    'The model is checked first: its family, its tokenizer, and the names and shapes of its weights. Only files that are needed and not there yet are downloaded, and their checksums are compared. Ctrl+C pauses; the same command continues.',
    'The cache is that of Python tools: HF_HUB_CACHE, or hub in HF_HOME, or ~/.cache/huggingface/hub. HF_TOKEN gives access to gated models, HF_ENDPOINT names a mirror, and HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS are honored.',
  ],
  flags: {
    'dry-run': { help: 'Check the model and print what would be downloaded' },
    json: { help: 'Print one JSON object at the end' },
  },
  examples: [
    'masklab models add google-bert/bert-base-uncased',
    'masklab models add distilbert/distilroberta-base@main --dry-run',
  ],
};

export async function modelsAddCommand(values: CommandValues): Promise<void> {
  const [given, ...others] = values.positionals;
  if (given === undefined || others.length > 0) {
    throw usageError('"masklab models add" requires one organization/name.', MODELS_ADD.name);
  }
  const reference = parseModelReference(given);
  await interruptible(values, async ({ signal, show }) => {
    const client = await commandHubClient();
    const model = await remoteModel(client, reference, { signal });
    const found = await inspectRemote(client, model, signal);
    const missing = await missingInCache(client.settings.cacheFolder, model, found.needed);
    const host = hostOf(client.settings);
    const isDry = values.has('dry-run');
    const isJson = values.has('json');
    const facts = factsOf(model, found, missing);
    if (isDry && isJson) printJson(facts);
    if (isDry && !isJson) print(describe(facts, host));
    const { problem: reason } = found.verdict;
    if (reason !== null && isDry) process.exitCode = 1;
    if (isDry) return;
    if (reason !== null) {
      const name = referenceText(reference);
      throw inputError(problem('hub.doesNotLoad', { name, reason, remedy: { remedyOf: reason } }));
    }
    if (missing.bytes > 0) {
      printError(`Downloading ${formatBytes(missing.bytes)} from ${host}.`);
    }
    const { folder, commit, downloadedBytes } = await downloadModel({
      ...{ client, model, needed: found.needed, signal },
      onProgress: (progress) => {
        show(progressLine(progress));
      },
    });
    show(null);
    if (isJson) printJson({ ...facts, folder, commit, downloadedBytes });
    else {
      const what = downloadedBytes === 0 ? 'is already' : 'is now';
      print(`${referenceText(reference)} ${what} in ${folder}`);
      print(`Use it with --model ${referenceText(reference)}.`);
    }
  });
}

interface AddFacts {
  readonly name: string;
  readonly revision: string;
  readonly commit: string;
  readonly family: string | null;
  readonly license: string | null;
  readonly parameters: number | null;
  readonly uses: readonly string[];
  readonly loads: boolean;
  /** Why it does not load. */
  readonly problem: string | null;
  readonly remedy: string | null;
  readonly missingBytes: number;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

function factsOf(
  { repository, revision, commit, answer }: RemoteModel,
  { needed, verdict }: RemoteInspection,
  missing: MissingFiles,
): AddFacts {
  const said = verdict.problem === null ? null : renderProblem(verdict.problem, ENGLISH);
  return {
    ...{ name: repository, revision, commit },
    family: verdict.family,
    license: licenseOf(answer),
    parameters: verdict.parameters,
    uses: verdict.uses,
    loads: said === null,
    problem: said?.message ?? null,
    remedy: said?.remedy ?? null,
    missingBytes: missing.bytes,
    files: downloadsOf(needed).map(({ path: name, size }) => ({ path: name, bytes: size })),
  };
}

function describe(facts: AddFacts, host: string): string {
  const { parameters, files, missingBytes } = facts;
  const loads = facts.problem === null ? 'yes' : `no: ${facts.problem}`;
  return [
    `model         ${facts.name}@${facts.commit}`,
    `family        ${facts.family ?? 'unknown'}`,
    `license       ${facts.license ?? 'not given'}`,
    ...(parameters === null ? [] : [`parameters    ${groupThousands(parameters)}`]),
    `loads here    ${loads}`,
    ...(facts.remedy === null ? [] : [`              ${facts.remedy}`]),
    ...(facts.uses.length === 0 ? [] : [`usable for    ${facts.uses.join(', ')}`]),
    `to download   ${formatBytes(missingBytes)} from ${host}`,
    ...files.map(({ path: name, bytes }) => `              ${name} (${formatBytes(bytes)})`),
  ].join('\n');
}

const STATES: Readonly<Record<TransferState, string>> = {
  transferring: '',
  stalled: 'stalled',
  retrying: 'retrying',
  waiting: 'another process downloads this file',
  checking: 'checking',
};

function progressLine(progress: TransferProgress): string {
  const { file, bytes, totalBytes, bytesPerSecond, state, reason } = progress;
  const left = bytesPerSecond > 0 ? (totalBytes - bytes) / bytesPerSecond : null;
  return [
    `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
    ...(state === 'transferring' ? [`${formatBytes(bytesPerSecond)}/s`] : [STATES[state]]),
    ...(reason === null ? [] : [reason]),
    ...(state === 'transferring' && left !== null ? [`${formatDuration(left)} left`] : []),
    path.posix.basename(file),
  ].join(', ');
}
