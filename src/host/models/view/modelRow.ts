import * as vscode from 'vscode';
import { shortRevision, type LocalModel } from '../../../core/hub/localModel.js';
import { renderProblem } from '../../../core/messages/render.js';
import { contextValueOf, type ModelContext } from '../../platform/contributions.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { escapeMarkdown } from '../../platform/escapeMarkdown.js';
import { HEAD_TASKS, sizeText, usesText } from '../modelTexts.js';

/** Row of the Models view as plain data. */
export interface ModelTreeRow<Target> {
  /** Stable over changes. */
  readonly key: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  /** Markdown, made when it is asked for; `null` for none. */
  readonly tooltip: (() => string) | null;
  readonly contextValue: string;
  readonly accessibleLabel: string;
  readonly target: Target;
  readonly children: readonly ModelTreeRow<Target>[];
}

/** Server of a model, which this window started; the address is `null` until it listens. */
export interface ServingState {
  readonly url: string | null;
  readonly needsToken: boolean;
}

export interface ModelRowOptions {
  readonly isUsedForHovers: boolean;
  readonly serving: ServingState | null;
  /** The form in which it computes, in a sentence; `null` while it is not known. */
  readonly form: string | null;
  /** Whether the model is a folder of the workspace itself, which is not deleted. */
  readonly isWorkspaceFolder: boolean;
  /** Name of the place of a model in the workspace. */
  readonly label: string;
}

/** Name of a model, with its revision unless that is the default branch. */
export function nameWithRevision(model: LocalModel): string {
  const revision = shortRevision(model);
  if (revision === null) return model.name;
  return `${model.name}@${revision === model.commit ? revision.slice(0, 8) : revision}`;
}

export function modelRow(
  model: LocalModel,
  { isUsedForHovers, serving, form, isWorkspaceFolder, label }: ModelRowOptions,
): ModelTreeRow<LocalModel> {
  const descriptionWith = (server: readonly string[]): string =>
    [
      ...stateOf(model),
      ...server,
      ...factsOf(model),
      ...(isUsedForHovers ? [vscode.l10n.t('used for hovers')] : []),
    ].join(' · ');
  // The port alone, because rows are narrow.
  const place = serving === null ? [] : [portOf(serving) ?? vscode.l10n.t('starting the server')];
  const description = descriptionWith(place);
  return {
    key: `model/${model.folder}`,
    ...{ label, description },
    icon: serving === null ? iconOf(model, isUsedForHovers) : 'broadcast',
    tooltip: () => tooltipOf(model, serving, form),
    contextValue: contextValueOf(
      contextsOf(model, { isUsedForHovers, serving, isWorkspaceFolder }),
    ),
    accessibleLabel: `${label}, ${descriptionWith(servingText(serving))}`,
    target: model,
    children: [],
  };
}

function stateOf({ problem, isComplete }: LocalModel): string[] {
  if (!isComplete) return [vscode.l10n.t('incomplete')];
  return problem === null ? [] : [vscode.l10n.t('does not load')];
}

/** `:8123` of a server on this machine, else its host and port. */
function portOf(serving: ServingState): string | null {
  const place = placeOf(serving);
  return place?.replace(/^(127\.0\.0\.1|localhost|\[::1\])(?=:)/, '') ?? null;
}

function placeOf({ url }: ServingState): string | null {
  return url === null ? null : new URL(url).host;
}

function servingText(serving: ServingState | null): string[] {
  if (serving === null) return [];
  const place = placeOf(serving);
  return [
    place === null ? vscode.l10n.t('starting the server') : vscode.l10n.t('served at {0}', place),
  ];
}

function factsOf({ family, head, bytes, license }: LocalModel): string[] {
  return [
    ...(family === null ? [] : [family]),
    ...(head === null ? [] : [HEAD_TASKS[head]]),
    sizeText(bytes),
    ...(license === null ? [] : [license]),
  ];
}

function iconOf({ origin, uses }: LocalModel, isUsedForHovers: boolean): string {
  if (isUsedForHovers) return 'comment';
  if (uses.length === 0) return 'circle-slash';
  return { bundled: 'package', folder: 'folder', cache: 'database', run: 'beaker' }[origin];
}

function contextsOf(
  { origin, uses, hasCard }: LocalModel,
  { isUsedForHovers, serving, isWorkspaceFolder }: Omit<ModelRowOptions, 'label' | 'form'>,
): ModelContext[] {
  return [
    'model',
    ...(uses.includes('hovers') && !isUsedForHovers ? (['hoverable'] as const) : []),
    ...(uses.includes('fine-tuning') ? (['trainable'] as const) : []),
    ...(hasCard ? (['carded'] as const) : []),
    ...(uses.length > 0 ? (['snippable', serving === null ? 'servable' : 'served'] as const) : []),
    ...(serving?.url == null ? [] : (['reachable'] as const)),
    ...(origin === 'bundled' || isWorkspaceFolder ? [] : (['deletable'] as const)),
  ];
}

/** Markdown with everything about a model. */
function tooltipOf(model: LocalModel, serving: ServingState | null, form: string | null): string {
  const { family, head, bytes, license, uses, usedBy, revisions, commit, folder, problem } = model;
  const given = (name: string, value: string | null): [string, string][] =>
    value === null || value === '' ? [] : [[name, value]];
  const rows = [
    ...given(vscode.l10n.t('Address'), serving?.url ?? null),
    ...given(vscode.l10n.t('Family'), family),
    ...given(vscode.l10n.t('Task'), head === null ? null : HEAD_TASKS[head]),
    ...given(vscode.l10n.t('Size'), sizeText(bytes)),
    ...given(vscode.l10n.t('License'), license ?? vscode.l10n.t('not given')),
    ...given(vscode.l10n.t('Uses'), usesText(uses)),
    ...given(vscode.l10n.t('Used by runs'), usedBy.join(', ')),
    ...given(vscode.l10n.t('Revisions'), revisions.join(', ')),
    ...given(vscode.l10n.t('Commit'), commit),
    ...given(vscode.l10n.t('Folder'), folder),
  ];
  const said = problem === null ? null : renderProblem(problem, EDITOR_WORDS);
  return [
    `**${escapeMarkdown(nameWithRevision(model))}**`,
    ...(said === null ? [] : [escapeMarkdown(`${said.message} ${said.remedy}`)]),
    ...(form === null ? [] : [escapeMarkdown(form)]),
    [
      '| | |',
      '|:--|:--|',
      ...rows.map(([name, value]) => `| ${name} | ${escapeMarkdown(value)} |`),
    ].join('\n'),
  ].join('\n\n');
}
