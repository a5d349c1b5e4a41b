import * as vscode from 'vscode';
import { isLive } from '../../../core/runs/status.js';
import { contextValueOf } from '../../platform/contributions.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import type { StudySummary } from '../studyStore.js';
import { progressTexts } from './groupRow.js';
import type { TreeRow } from './treeRow.js';

/** Row of a study, above the groups of its arms. `known` is null if the study's file is missing. */
export function studyRow(
  id: string,
  known: StudySummary | null,
  { runs, children }: Pick<TreeRow, 'runs' | 'children'>,
): TreeRow {
  const label = known?.name ?? id;
  const isReported = known !== null && known.report !== null;
  const live = runs.filter(({ status }) => isLive(status)).length;
  const progress = progressTexts(runs, live);
  const texts = [
    vscode.l10n.t('study'),
    ...(progress.length === 0 ? [vscode.l10n.t('all runs finished')] : progress),
    ...(isReported ? [vscode.l10n.t('report ready')] : []),
  ];
  const description = texts.join(' · ');
  return {
    key: `study/${id}`,
    label,
    description,
    icon: live > 0 ? 'loading~spin' : 'microscope',
    tone: live > 0 ? 'live' : 'quiet',
    color: null,
    tooltip: () => tooltipOf(label, description, known),
    contextValue: isReported ? contextValueOf(['reported']) : 'study',
    accessibleLabel: [label, ...texts].join(', '),
    directory: null,
    runs,
    report: known?.report ?? null,
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
