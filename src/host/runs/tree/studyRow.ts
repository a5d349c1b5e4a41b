import * as vscode from 'vscode';
import { isLive } from '../../../core/runs/status.js';
import { contextValueOf } from '../../platform/contributions.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import type { StudySummary } from '../studyStore.js';
import { progressTexts } from './groupRow.js';
import type { TreeRow } from './treeRow.js';

/** Row of a study or sweep, above the groups of its arms or trials. `known` is null if the study's file is missing. */
export function studyRow(
  id: string,
  known: StudySummary | null,
  { runs, children }: Pick<TreeRow, 'runs' | 'children'>,
): TreeRow {
  const label = known?.name ?? id;
  const live = runs.filter(({ status }) => isLive(status)).length;
  const progress = progressTexts(runs, live);
  const isSweep = known?.kind === 'sweep';
  const isActive = live > 0 || known?.isRunning === true;
  const isReported = known !== null && known.report !== null;
  // A sweep leaves trials paused, and removes its report when it continues.
  const isWhole = isReported && (isSweep || progress.length === 0);
  const isResumable = known !== null && !isActive && !isWhole;
  const texts = [
    isSweep ? vscode.l10n.t('sweep') : vscode.l10n.t('study'),
    ...progress,
    ...(progress.length === 0 && isActive && !isSweep
      ? [vscode.l10n.t('comparing the models')]
      : []),
    // A study that was stopped may have a report of the runs until then.
    ...(isResumable ? [vscode.l10n.t('stopped')] : []),
    ...(isWhole && !isActive ? [vscode.l10n.t('report ready')] : []),
  ];
  const description = texts.join(' · ');
  return {
    key: `study/${id}`,
    label,
    description,
    icon: isActive ? 'loading~spin' : isSweep ? 'search' : 'microscope',
    tone: isActive ? 'live' : 'quiet',
    color: null,
    tooltip: () => tooltipOf(label, description, known),
    contextValue: contextValueOf([
      'study',
      ...(isReported ? (['reported'] as const) : []),
      ...(isActive && known !== null ? (['stoppableStudy'] as const) : []),
      ...(isResumable ? (['resumableStudy'] as const) : []),
    ]),
    accessibleLabel: [label, ...texts].join(', '),
    directory: null,
    experiment: runs[0]?.facts?.experiment ?? null,
    runs,
    study: known,
    isExpanded: true,
    children,
  };
}

function tooltipOf(label: string, description: string, known: StudySummary | null): string {
  const hypothesis = known?.hypothesis ?? null;
  return [
    `**${escapeMarkdown(label)}**`,
    escapeMarkdown(description),
    ...(hypothesis === null ? [] : [escapeMarkdown(hypothesis)]),
  ].join('\n\n');
}
