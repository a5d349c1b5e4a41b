import * as vscode from 'vscode';
import { formatParameter, parameterTitle } from '../../../core/experiments/differences.js';
import type { ParameterValue } from '../../../core/specs/runParameters.js';
import { contextValueOf } from '../../platform/contributions.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { countText } from './experimentRow.js';
import type { TreeRow } from './treeRow.js';

export interface BucketOptions {
  /** Unique among the places that have buckets. */
  readonly place: string;
  readonly parameter: string;
  readonly experiment: string | null;
  readonly children: readonly TreeRow[];
}

/** Row above those whose runs have one value of a parameter. */
export function bucketRow(
  value: ParameterValue | null,
  { place, parameter, experiment, children }: BucketOptions,
): TreeRow {
  const title = parameterTitle(parameter);
  const label =
    value === null
      ? vscode.l10n.t('{0}: not set', title)
      : vscode.l10n.t('{0}: {1}', title, formatParameter(value));
  const runs = children.flatMap((child) => child.runs);
  const description = countText(runs, runs.length);
  return {
    key: `bucket/${place}/${parameter}/${JSON.stringify(value)}`,
    label,
    description,
    icon: 'symbol-parameter',
    tone: 'quiet',
    color: null,
    tooltip: () => `**${escapeMarkdown(label)}**\n\n${escapeMarkdown(parameter)} · ${description}`,
    contextValue: contextValueOf(['group']),
    accessibleLabel: `${label}, ${description}`,
    directory: null,
    experiment,
    runs,
    study: null,
    isExpanded: true,
    children,
  };
}
