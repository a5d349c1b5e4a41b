import path from 'node:path';
import * as vscode from 'vscode';
import { formatBytes } from '../../core/format.js';
import { isTooLarge, type MemoryWait } from '../../core/runs/queueWaits.js';
import { withFirst } from '../../core/runs/queueOrder.js';
import { changeQueue } from '../../node/runs/queueFile.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { confirm } from '../platform/notify.js';
import { EDITOR_WORDS, plural } from '../platform/editorWords.js';
import { whole } from './tree/runTooltip.js';

/**
 * Asks whether a run is to start beside others. A waiting run can be moved to the front of the queue
 * instead.
 */
export async function confirmSharing(
  { directory, name, status, id }: RunSummary,
  others: readonly RunSummary[],
): Promise<boolean> {
  const isWaiting = status === 'waiting';
  const now = isWaiting ? vscode.l10n.t('Start Now') : vscode.l10n.t('Resume Now');
  const next = vscode.l10n.t('Start Next');
  const [other] = others;
  const answer = await confirm(
    plural(
      others.length,
      vscode.l10n.t('“{0}” is training. Train “{1}” at the same time?', other?.name ?? '', name),
      vscode.l10n.t(
        '{0} runs are training. Train “{1}” at the same time?',
        whole(others.length),
        name,
      ),
    ),
    vscode.l10n.t('The runs share the cores of this machine, so each of them becomes slower.'),
    now,
    ...(isWaiting ? [next] : []),
  );
  if (answer === next) {
    await changeQueue(path.dirname(directory), (queue) => withFirst(queue, id));
  }
  return answer === now;
}

/** Asks whether a run that waits for memory is to start in spite of that. */
export async function confirmMemory({ name }: RunSummary, wait: MemoryWait): Promise<boolean> {
  const { locale } = EDITOR_WORDS;
  const { neededBytes, freeBytes, totalBytes } = wait;
  const needed = formatBytes(neededBytes, locale);
  const start = vscode.l10n.t('Start Now');
  const answer = await confirm(
    isTooLarge(wait)
      ? vscode.l10n.t(
          '“{0}” needs about {1} of memory, more than the {2} of this machine. Start it anyway?',
          ...[name, needed, formatBytes(totalBytes, locale)],
        )
      : vscode.l10n.t(
          '“{0}” needs about {1} of memory, and {2} are free. Start it anyway?',
          ...[name, needed, formatBytes(freeBytes ?? totalBytes, locale)],
        ),
    vscode.l10n.t('When memory runs out, the system slows down or ends programs.'),
    start,
  );
  return answer === start;
}
