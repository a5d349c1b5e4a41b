import * as vscode from 'vscode';
import { isLive } from '../../../core/runs/status.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import { contextValueOf } from '../../platform/contributions.js';
import { plural } from '../../platform/editorWords.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { whole } from './runTooltip.js';
import type { TreeRow } from './treeRow.js';

/** Row of an experiment with those of its runs that are shown. */
export function experimentRow(
  slug: string | null,
  {
    shown,
    total,
    children,
  }: {
    readonly shown: readonly RunSummary[];
    readonly total: number;
    readonly children: readonly TreeRow[];
  },
): TreeRow {
  const label = experimentName(slug);
  const description = countText(shown, total);
  return {
    key: slug === null ? 'unreadable' : `experiment/${slug}`,
    label,
    description,
    icon: slug === null ? 'warning' : 'beaker',
    tone: 'quiet',
    color: null,
    tooltip: () => `**${escapeMarkdown(label)}**\n\n${description}`,
    contextValue: contextValueOf(['experiment']),
    accessibleLabel: `${label}, ${description}`,
    directory: null,
    experiment: slug,
    runs: shown,
    study: null,
    isExpanded: true,
    children,
  };
}

/** `5 runs, 1 active`, or `3 of 5 runs` of which a filter shows some. */
export function countText(shown: readonly RunSummary[], total: number): string {
  const live = shown.filter(({ status }) => isLive(status)).length;
  const count =
    shown.length === total
      ? plural(
          total,
          vscode.l10n.t('{0} run', whole(total)),
          vscode.l10n.t('{0} runs', whole(total)),
        )
      : vscode.l10n.t('{0} of {1} runs', whole(shown.length), whole(total));
  return live === 0 ? count : vscode.l10n.t('{0}, {1} active', count, whole(live));
}

/** `opinion-words` reads `Opinion words`. */
export function experimentName(slug: string | null): string {
  if (slug === null) return vscode.l10n.t('Unreadable runs');
  if (slug === 'default') return vscode.l10n.t('Default experiment');
  const words = slug.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
