import path from 'node:path';
import * as vscode from 'vscode';
import type { LocalModel, ModelOrigin } from '../../../core/hub/localModel.js';
import { contextValueOf, type ModelContext } from '../../platform/contributions.js';
import type { Download } from '../hub/modelDownloads.js';
import { shortProgressText, sizeText } from '../modelTexts.js';
import { modelRow, nameWithRevision, type ModelTreeRow, type ServingState } from './modelRow.js';

/** Meaning of a row: a model, an unfinished download, or a heading. */
export type ModelTarget = LocalModel | Download | null;
export type ModelsRow = ModelTreeRow<ModelTarget>;

export interface ModelRowsInput {
  readonly models: readonly LocalModel[];
  readonly downloads: readonly Download[];
  /** Model folders that hovers use. */
  readonly usedForHovers: readonly string[];
  /** Servers of this window by model folder. */
  readonly serving: ReadonlyMap<string, ServingState>;
  /** The form in which the model of a folder computes, in a sentence; `null` while it is not known. */
  readonly formOf: (folder: string) => string | null;
  readonly workspaceFolders: readonly string[];
}

/** Rows of the Models view: unfinished downloads, and the models by their places. */
export function modelRows(input: ModelRowsInput): ModelsRow[] {
  const { models, downloads } = input;
  const of = (origin: ModelOrigin): ModelsRow[] =>
    models
      .filter((model) => model.origin === origin)
      .sort((a, b) => rankOf(a) - rankOf(b))
      .map((model) => rowOf(model, input));
  return [
    ...section('downloads', vscode.l10n.t('Downloads'), downloads.map(downloadRow)),
    ...section('bundled', vscode.l10n.t('Bundled'), of('bundled')),
    ...section('folder', vscode.l10n.t('In the Workspace'), of('folder')),
    {
      ...headingRow('cache', vscode.l10n.t('In the Shared Cache'), of('cache')),
      contextValue: contextValueOf(['cacheSection']),
    },
    ...section('run', vscode.l10n.t('From Runs'), of('run')),
  ];
}

/** Models that can be used come first. */
function rankOf({ uses }: LocalModel): number {
  return uses.length === 0 ? 1 : 0;
}

function rowOf(
  model: LocalModel,
  { usedForHovers, serving, formOf, workspaceFolders }: ModelRowsInput,
): ModelsRow {
  const around = workspaceFolders.find((folder) => model.folder.startsWith(folder + path.sep));
  const isPlace = model.origin === 'folder' && around !== undefined;
  return modelRow(model, {
    label: isPlace ? path.relative(around, model.folder) : nameWithRevision(model),
    isUsedForHovers: usedForHovers.includes(model.folder),
    serving: serving.get(model.folder) ?? null,
    form: formOf(model.folder),
    isWorkspaceFolder: workspaceFolders.includes(model.folder),
  });
}

function section(key: string, label: string, children: readonly ModelsRow[]): ModelsRow[] {
  return children.length === 0 ? [] : [headingRow(key, label, children)];
}

function headingRow(key: string, label: string, children: readonly ModelsRow[]): ModelsRow {
  const description = children.length === 0 ? vscode.l10n.t('none yet') : '';
  return {
    key: `section/${key}`,
    ...{ label, description, children },
    icon: '',
    tooltip: null,
    contextValue: '',
    accessibleLabel: description === '' ? label : `${label}, ${description}`,
    target: null,
  };
}

/** Row of an unfinished download. */
export function downloadRow(download: Download): ModelsRow {
  const { model, state } = download;
  const description = stateText(download);
  const contexts: readonly ModelContext[] = {
    active: ['pausable'] as const,
    paused: ['download', 'continuable'] as const,
    interrupted: ['download', 'continuable'] as const,
    elsewhere: [],
  }[state];
  return {
    key: `download/${model.repository}@${model.commit}`,
    label: model.repository,
    description,
    icon: { active: 'sync~spin', paused: 'debug-pause', interrupted: 'warning', elsewhere: 'sync' }[
      state
    ],
    tooltip: null,
    contextValue: contextValueOf(contexts),
    accessibleLabel: `${model.repository}, ${description}`,
    target: download,
    children: [],
  };
}

function stateText({ state, progress, leftBytes }: Download): string {
  const left = leftBytes === null ? null : vscode.l10n.t('{0} left', sizeText(leftBytes));
  const withLeft = (text: string): string => (left === null ? text : `${text} · ${left}`);
  switch (state) {
    case 'active':
      return progress === null ? vscode.l10n.t('starting') : shortProgressText(progress);
    case 'paused':
      return withLeft(vscode.l10n.t('paused'));
    case 'interrupted':
      return withLeft(vscode.l10n.t('interrupted'));
    case 'elsewhere':
      return vscode.l10n.t('another window downloads this model');
  }
}
