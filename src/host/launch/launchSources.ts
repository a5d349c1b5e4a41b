import path from 'node:path';
import * as vscode from 'vscode';
import { modelReferenceIn } from '../../core/hub/repository.js';
import { BUNDLED_MODEL_FOLDER } from '../../core/models/bundled.js';
import { toAppErrorData } from '../../core/errors.js';
import { parseRunFile, RUN_FILE_EXTENSION, type RunFile } from '../../core/specs/runFile.js';
import { draftOf, type LaunchDraft } from '../../core/specs/launchDraft.js';
import { runsFolderOf } from '../../node/runs/runDirectory.js';
import { runFileOfSpec } from '../../node/runs/runFileOfRun.js';
import { movedRunFile } from '../../node/runs/readRunFile.js';
import type { RunSummary } from '../../node/runs/runReader.js';
import { readRunSpec } from '../../node/runs/runSpecFile.js';
import type { LaunchChoice } from '../../protocol/launchPanelMessages.js';
import { say } from '../platform/editorWords.js';
import { ownExcludedGlobs } from '../platform/excludedGlobs.js';
import { trainingOptions } from '../platform/settings.js';
import type { Reporter } from '../platform/reporter.js';
import type { RunStore } from '../runs/runStore.js';
import { modelChoice } from './launchLists.js';

/** Limits for the lists of runs and run files. */
const MOST_RUNS = 50;
const MOST_FILES = 50;

const SETTINGS = 'settings';
const RUN = 'run:';
const FILE = 'file:';
const MODEL = 'model:';

export interface SourcesOptions {
  readonly runStore: Pick<RunStore, 'list' | 'ready'>;
  readonly reporter: Reporter;
}

/** Value of a run among the sources. */
export function sourceOfRun(directory: string): string {
  return RUN + directory;
}

/** Value of the settings with a model, by its folder or its name on the hub. */
export function sourceOfModel(model: string): string {
  return MODEL + model;
}

/** Runs, run files and settings that a new run can start from. */
export class LaunchSources {
  constructor(
    readonly folder: vscode.WorkspaceFolder,
    private readonly options: SourcesOptions,
  ) {}

  /** The newest run, or the settings if there is none. */
  async usual(): Promise<string> {
    const [last] = await this.runs();
    return last === undefined ? SETTINGS : sourceOfRun(last.directory);
  }

  /** Sources to choose from, and the present one if it is a model. */
  async list(current: string): Promise<LaunchChoice[]> {
    const [newest, ...others] = await this.runs();
    const { folder } = this;
    const pattern = new vscode.RelativePattern(folder, `**/*${RUN_FILE_EXTENSION}`);
    const files = await vscode.workspace.findFiles(pattern, undefined, MOST_FILES);
    return [
      ...(current.startsWith(MODEL) ? [modelSource(current)] : []),
      ...(newest === undefined
        ? []
        : [{ ...choiceOf(newest), label: vscode.l10n.t('Last run: {0}', newest.name) }]),
      {
        value: SETTINGS,
        label: vscode.l10n.t('Settings'),
        description: vscode.l10n.t('Defaults, and the settings that you changed'),
      },
      ...files
        .map((uri) => vscode.workspace.asRelativePath(uri, false))
        .sort((a, b) => a.localeCompare(b))
        .map((file) => ({ value: FILE + file, label: file, description: '' })),
      ...others.slice(0, MOST_RUNS).map(choiceOf),
    ];
  }

  /** Draft of a source. Throws what reading the run or the run file throws. */
  async draftOf(source: string): Promise<LaunchDraft> {
    if (source.startsWith(RUN)) return this.ofRun(source.slice(RUN.length));
    if (source.startsWith(FILE)) return draftOf(await this.ofFile(source.slice(FILE.length)));
    const settings = this.ofSettings();
    if (!source.startsWith(MODEL)) return settings;
    return { ...settings, model: source.slice(MODEL.length) };
  }

  private async ofRun(directory: string): Promise<LaunchDraft> {
    const folder = this.folder.uri.fsPath;
    return draftOf(await runFileOfSpec(await readRunSpec(directory), { folder }));
  }

  private async ofFile(relative: string): Promise<RunFile> {
    const uri = vscode.Uri.joinPath(this.folder.uri, relative);
    const document = await vscode.workspace.openTextDocument(uri);
    const written = parseRunFile(document.getText(), uri.fsPath);
    return movedRunFile(written, path.dirname(uri.fsPath), this.folder.uri.fsPath);
  }

  private ofSettings(): LaunchDraft {
    const { uri } = this.folder;
    const run = { data: ['.'], exclude: ownExcludedGlobs(uri) };
    try {
      return draftOf({ ...run, options: trainingOptions(uri) });
    } catch (thrown) {
      void this.options.reporter.error(toAppErrorData(thrown));
      return draftOf({ ...run, options: {} });
    }
  }

  /** Readable runs of the folder, newest first. */
  private async runs(): Promise<RunSummary[]> {
    const { runStore } = this.options;
    await runStore.ready();
    const folder = runsFolderOf(this.folder.uri.fsPath);
    return runStore
      .list()
      .filter(({ directory, facts }) => facts !== null && path.dirname(directory) === folder);
  }
}

function modelSource(source: string): LaunchChoice {
  const model = source.slice(MODEL.length);
  const isName = modelReferenceIn(model) !== null;
  const name = isName ? model : modelChoice(model === '' ? BUNDLED_MODEL_FOLDER : model).label;
  return {
    value: source,
    label: vscode.l10n.t('Model: {0}', name),
    description: vscode.l10n.t('Defaults, and the settings that you changed'),
  };
}

function choiceOf({ directory, name, facts }: RunSummary): LaunchChoice {
  const description = facts === null ? '' : `${facts.experiment} · ${say(facts.learns)}`;
  return { value: sourceOfRun(directory), label: name, description };
}
