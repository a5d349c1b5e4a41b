import * as vscode from 'vscode';
import { dataReadingOf, selectionOf } from '../../core/runs/dataSnapshot.js';
import { trainingOptions } from '../platform/settings.js';
import { dataPlaceOf } from '../platform/excludedGlobs.js';
import type { DataClient } from '../platform/dataClient.js';
import { askForData } from '../platform/pickData.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import { isInside } from '../../node/runs/runSpecFile.js';
import { BACK } from '../platform/question.js';
import { decided, NO_ANSWERS, TEXT_ALONE, type Answers } from './wizardAnswers.js';
import { DataInspection } from './dataInspection.js';
import type { LastAnswers } from './lastAnswers.js';
import type { SeriesQuestion } from './questionSeries.js';

type DataAnswers = Pick<Answers, 'folder' | 'paths' | 'columns' | 'choices'>;

/** The inspection of data in progress; selecting other data replaces it. */
export class CurrentInspection implements vscode.Disposable {
  private current: { readonly key: string; readonly inspection: DataInspection } | null = null;

  constructor(
    private readonly dataClient: DataClient,
    private readonly options: { readonly bundledModel: string; readonly isTextAlone: boolean },
  ) {}

  /** The inspection of these paths: the current one if it is the same. */
  of({ folder, paths, columns, choices }: DataAnswers): DataInspection {
    if (folder === null || paths === null) throw new RangeError('no data is chosen yet');
    // Whether examples are masked does not change how the data is read.
    const read = { ...choices, maskedExamples: undefined };
    const key = JSON.stringify([folder.uri.toString(), paths, columns, read]);
    if (this.current?.key === key) return this.current.inspection;
    this.dispose();
    const { bundledModel, isTextAlone } = this.options;
    const options = {
      ...trainingOptions(folder.uri),
      ...(isTextAlone ? TEXT_ALONE : {}),
      ...decided(choices),
    };
    const selection = selectionOf(options, { ...dataPlaceOf(folder), paths });
    const inspection = new DataInspection(this.dataClient, {
      selection: columns === null ? selection : { ...selection, columns },
      reading: dataReadingOf(options),
      modelFolder: bundledModel,
    });
    this.current = { key, inspection };
    return inspection;
  }

  dispose(): void {
    this.current?.inspection.dispose();
    this.current = null;
  }
}

/** Adds what the next questions depend on: whether the data has columns, and which. */
export async function withColumnsRead(
  known: Answers,
  { inspections, isTextAlone }: Pick<DataQuestionOptions, 'inspections' | 'isTextAlone'>,
): Promise<Answers> {
  const inspection = inspections.of(known);
  const isText = isTextAlone || (await inspection.kind()) === 'text';
  const data = isText ? null : await inspection.snapshot(vscode.l10n.t('Reading the columns'));
  const labelFolders =
    isText && !isTextAlone && !('format' in known.choices) ? await inspection.labelFolders() : [];
  return { ...known, data: data?.table == null ? null : data, labelFolders, task: null };
}

/** Folder that keeps a run on these paths: the one that contains the first of them. */
export function folderOf(
  [first]: readonly string[],
  folders: readonly vscode.WorkspaceFolder[],
): vscode.WorkspaceFolder | null {
  const around =
    first === undefined ? undefined : folders.find(({ uri }) => isInside(first, uri.fsPath));
  return around ?? folders[0] ?? null;
}

export interface DataQuestionOptions {
  readonly title: string;
  readonly dataClient: DataClient;
  readonly inspections: CurrentInspection;
  /** Whether columns do not matter, because a masking policy was given. */
  readonly isTextAlone: boolean;
  readonly last: LastAnswers;
}

/** Asks for the data, and counts the questions that would follow from what Enter accepts. */
export function dataQuestion({
  title,
  dataClient,
  inspections,
  isTextAlone,
  last,
}: DataQuestionOptions): SeriesQuestion<Answers> {
  return {
    isAsked: ({ paths }) => paths === null,
    ask: async (known, { totalStepsFor, ...place }) => {
      const folders = known.folder === null ? workspaceFoldersOnDisk() : [known.folder];
      const found = new Map<string, Answers | null>();
      const onDidFind = new vscode.EventEmitter<void>();
      const lookAhead = async (paths: readonly string[]): Promise<void> => {
        const key = paths.join('\n');
        found.set(key, null);
        try {
          const chosen = { ...NO_ANSWERS, folder: folderOf(paths, folders), paths };
          const inspection = inspections.of(chosen);
          const data = isTextAlone ? null : await inspection.labeled();
          const [task = null] = data?.tasks ?? [];
          const labelFolders = isTextAlone || data !== null ? [] : await inspection.labelFolders();
          found.set(key, { ...chosen, data, labelFolders, task });
          onDidFind.fire();
        } catch {
          // An error of the inspection shows once the data is chosen.
          found.delete(key);
        }
      };
      const paths = await askForData(
        folders,
        {
          title,
          placeHolder: vscode.l10n.t('Select the data to train on'),
          all: (name) => vscode.l10n.t('All text files in {0}', name),
          openLabel: vscode.l10n.t('Use This Data'),
          dataClient,
        },
        {
          place: { title, ...place },
          last: last.paths,
          totalSteps: (active) => {
            const ahead = found.get(active.join('\n'));
            if (ahead === undefined) void lookAhead(active);
            return ahead == null ? undefined : totalStepsFor(ahead);
          },
          onDidChange: onDidFind.event,
        },
      ).finally(() => {
        onDidFind.dispose();
      });
      if (paths === null || paths === BACK) return paths;
      const folder = folderOf(paths, folders);
      return withColumnsRead(
        { ...known, folder, paths, columns: null, choices: {} },
        { inspections, isTextAlone },
      );
    },
  };
}
