import path from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { joinSentences } from '../../core/format.js';
import { parseJsonText } from '../../core/jsonText.js';
import { runCommandLine, type CommandLineOptions } from '../../node/runs/commandLineProcess.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { plural } from '../platform/editorWords.js';
import { followInNotification } from '../platform/followInNotification.js';
import { confirm } from '../platform/notify.js';
import type { Reporter } from '../platform/reporter.js';
import { isTrustedForSending } from '../platform/trust.js';
import { whole } from './tree/runTooltip.js';

export interface SendRunMetricsOptions {
  readonly commandLine: CommandLineOptions;
  readonly reporter: Pick<Reporter, 'ask'>;
  /** Keeps the address that was entered last. */
  readonly memory: Pick<vscode.Memento, 'get' | 'update'>;
}

const ADDRESS_KEY = 'masklab.mlflow.address';

const sentSchema = z.object({
  host: z.string(),
  created: z.number(),
  unchanged: z.number(),
  notFinite: z.number(),
});

/**
 * Creates runs on an MLflow tracking server whose address the person enters, after a question that
 * names its host and what is sent.
 */
export async function sendRunMetrics(
  { commandLine, reporter, memory }: SendRunMetricsOptions,
  runs: readonly RunSummary[],
): Promise<void> {
  if (!(await isTrustedForSending())) return;
  const title = vscode.l10n.t('Export to MLflow Server');
  const url = await askAddress(title, memory);
  if (url === null) return;
  const send = vscode.l10n.t('Send');
  if ((await confirm(questionOf(runs.length, url), detailOf(url), send)) !== send) return;
  await memory.update(ADDRESS_KEY, url.href);
  const directories = runs.map(({ directory }) => directory);
  const output = await followInNotification(title, (_report, signal) =>
    runCommandLine(
      'metrics',
      [...directories, '--format', 'mlflow-server', '--tracking-uri', url.href, '--json'],
      { ...commandLine, cwd: path.resolve(runs[0]!.directory, '../../..'), signal },
    ),
  );
  const sent = sentSchema.parse(parseJsonText(output));
  void reporter.ask('info', outcomeOf(sent), []);
}

async function askAddress(
  title: string,
  memory: SendRunMetricsOptions['memory'],
): Promise<URL | null> {
  const answer = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Address of the MLflow tracking server'),
    placeHolder: 'http://127.0.0.1:5000',
    value: memory.get(ADDRESS_KEY, process.env['MLFLOW_TRACKING_URI'] ?? ''),
    ignoreFocusOut: true,
    validateInput: (value) =>
      value.trim() === '' || addressOf(value) !== null
        ? null
        : vscode.l10n.t('Enter an address that starts with http:// or https://.'),
  });
  return answer === undefined ? null : addressOf(answer);
}

function addressOf(text: string): URL | null {
  const address = text.trim();
  const url = URL.canParse(address) ? new URL(address) : null;
  return url !== null && /^https?:$/.test(url.protocol) ? url : null;
}

function questionOf(count: number, { host }: URL): string {
  return plural(
    count,
    vscode.l10n.t('Send {0} run to {1}?', whole(count), host),
    vscode.l10n.t('Send {0} runs to {1}?', whole(count), host),
  );
}

function detailOf({ href, protocol, hostname }: URL): string {
  const isLoopback = /^(?:localhost|127\..*|\[::1\])$/.test(hostname);
  return joinSentences(
    vscode.l10n.t(
      'Names, parameters and metrics are sent to {0}. Data, predictions and models stay on this machine.',
      href,
    ),
    protocol === 'http:' && !isLoopback ? vscode.l10n.t('The connection is not encrypted.') : '',
  );
}

function outcomeOf({ host, created, unchanged, notFinite }: z.infer<typeof sentSchema>): string {
  return joinSentences(
    plural(
      created,
      vscode.l10n.t('{0} run was created on {1}.', whole(created), host),
      vscode.l10n.t('{0} runs were created on {1}.', whole(created), host),
    ),
    pluralUnlessNone(
      unchanged,
      vscode.l10n.t('{0} run was already there.', whole(unchanged)),
      vscode.l10n.t('{0} runs were already there.', whole(unchanged)),
    ),
    pluralUnlessNone(
      notFinite,
      vscode.l10n.t('{0} value that is not finite was left out.', whole(notFinite)),
      vscode.l10n.t('{0} values that are not finite were left out.', whole(notFinite)),
    ),
  );
}

function pluralUnlessNone(count: number, one: string, many: string): string {
  return count === 0 ? '' : plural(count, one, many);
}
