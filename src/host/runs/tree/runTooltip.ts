import * as vscode from 'vscode';
import { formatDuration, joinSentences } from '../../../core/format.js';
import type { Message } from '../../../core/messages/message.js';
import { describeError } from '../../../core/errors.js';
import { objectiveOfRun } from '../../../core/objectives/objectives.js';
import { endingNotes } from '../../../core/runs/endingNotes.js';
import { bestMetric, HELD_OUT_METRICS } from '../../../core/runs/metrics.js';
import { statusTextOf } from '../../../core/runs/statusText.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { EDITOR_WORDS, say } from '../../platform/editorWords.js';
import { originalName } from '../../../core/specs/runFacts.js';
import type { RunSummary } from '../../../node/runs/runReader.js';

/** Markdown with everything about a run that its row has no room for. */
export function tooltipOf(run: RunSummary, waitsFor: Message | null = null): string {
  const { facts, state, problem, annotations } = run;
  const { metrics } = objectiveOfRun(facts);
  const title = `**${escapeMarkdown(run.name)}** · ${say(statusTextOf(run).word)}`;
  const rows: [string, string][] = [];
  if (waitsFor !== null) rows.push([vscode.l10n.t('Waiting'), say(waitsFor)]);
  const original = originalName(run);
  if (run.name !== original) rows.push([vscode.l10n.t('Original name'), original]);
  if (state !== null && state.totalSteps > 0) {
    rows.push([
      vscode.l10n.t('Step'),
      vscode.l10n.t('{0} of {1}', whole(state.step), whole(state.totalSteps)),
    ]);
  }
  for (const name of metrics) {
    const now = state?.latest?.[name];
    if (now === undefined) continue;
    const { label, format } = HELD_OUT_METRICS[name];
    const before = state?.before?.[name];
    const values = before === undefined ? format(now) : `${format(before)} → ${format(now)}`;
    rows.push([vscode.l10n.t('Held-out {0}', say(label)), values]);
  }
  if (state?.best) {
    rows.push([
      vscode.l10n.t('Best'),
      vscode.l10n.t(
        '{0} at step {1}',
        say(bestMetric(metrics, state.best)),
        whole(state.best.step),
      ),
    ]);
  }
  const ending = state === null ? [] : endingNotes(state);
  if (ending.length > 0) rows.push([vscode.l10n.t('Ending'), joinSentences(...ending.map(say))]);
  if (state !== null && state.trainingSeconds > 0) {
    rows.push([
      vscode.l10n.t('Training time'),
      formatDuration(state.trainingSeconds, EDITOR_WORDS.locale),
    ]);
  }
  if (facts !== null) {
    const { data, names } = objectiveOfRun(facts);
    if (data === 'labelled') rows.push([vscode.l10n.t('Task'), say(names.choice)]);
    rows.push([vscode.l10n.t('Base model'), facts.modelName]);
    if (facts.imported === null) {
      rows.push([vscode.l10n.t('Files'), whole(facts.files)]);
      rows.push([vscode.l10n.t('Seed'), String(facts.seed)]);
    } else rows.push([vscode.l10n.t('Imported from'), facts.imported]);
    rows.push([vscode.l10n.t('Started'), formatTime(facts.createdAt)]);
  }
  const { tags, hypothesis, notes } = annotations;
  if (tags !== undefined) rows.push([vscode.l10n.t('Tags'), tags.join(', ')]);
  if (hypothesis !== undefined) rows.push([vscode.l10n.t('Hypothesis'), hypothesis]);
  if (notes !== undefined) rows.push([vscode.l10n.t('Note'), notes]);
  const table = rows.map(([name, value]) => `| ${name} | ${escapeMarkdown(value)} |`);
  return [
    title,
    ...(problem === null ? [] : [escapeMarkdown(describeError(problem, EDITOR_WORDS).message)]),
    ...(table.length === 0 ? [] : [['| | |', '|:--|:--|', ...table].join('\n')]),
  ].join('\n\n');
}

/** A count in the language of the editor. */
export function whole(value: number): string {
  return value.toLocaleString(EDITOR_WORDS.locale);
}

/** Date and time in the person's time zone. */
export function formatTime(time: string): string {
  return new Intl.DateTimeFormat(EDITOR_WORDS.locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(new Date(time));
}
