import { statfs } from 'node:fs/promises';
import type * as vscode from 'vscode';
import { message } from '../../core/messages/message.js';
import { RUN_OPTIONS } from '../../core/runs/options.js';
import type { RunOption } from '../../core/runs/options/runOption.js';
import type { DataSnapshot } from '../../core/runs/dataSnapshot.js';
import type { RunSpec } from '../../core/runs/schema.js';
import {
  draftProblems,
  LAUNCH_OPTION_NAMES,
  runFilesOfDraft,
  type LaunchDraft,
} from '../../core/specs/launchDraft.js';
import { shortList } from '../../core/text/shortList.js';
import { optionsOfSpec } from '../../core/specs/optionsOfSpec.js';
import type { RunFile } from '../../core/specs/runFile.js';
import { objectiveOf } from '../../core/objectives/objectives.js';
import { runFilePlaceProblems } from '../../node/runs/runFilePlaces.js';
import type { LaunchFindings, LaunchProblem } from '../../protocol/launchPanelMessages.js';
import { workspaceFoldersOnDisk } from '../platform/workspace.js';
import { DataInspection } from '../training/dataInspection.js';
import { runOfRunFile, type WrittenRun } from '../training/runOfRunFile.js';
import { estimateToCreate, type EstimateDependencies } from '../training/runRequest.js';
import { runWarnings } from '../training/runWarnings.js';
import { problemOfRun, problemsOfFields } from './launchProblems.js';

/** Time without an edit after which the data is read and the run is estimated. */
const SETTLE_MILLISECONDS = 400;
/** Age of an inspection after which files may have changed. */
const FRESH_MILLISECONDS = 30_000;

export const NO_FINDINGS: LaunchFindings = {
  ...{ phase: null, problems: [], data: null, profile: [], warnings: [], size: [] },
  ...{ isText: null, task: null, planned: {}, masking: [], estimate: null, freeBytes: null },
};

export interface LaunchCheckOptions extends EstimateDependencies {
  readonly folder: vscode.WorkspaceFolder;
  /** Policies whose effect on the data is shown, by their names in a draft. */
  readonly policies: () => readonly string[];
  readonly onDidFind: (findings: LaunchFindings) => void;
}

/**
 * Finds out about a draft in the background: problems, data, warnings, effect of policies, time,
 * memory and disk. Each edit cancels the work that it makes obsolete.
 */
export class LaunchCheck implements vscode.Disposable {
  private findings: LaunchFindings = NO_FINDINGS;
  private ofFields: readonly LaunchProblem[] = [];
  private ofRun: readonly LaunchProblem[] = [];
  /** Run that the findings are about. */
  private key: string | null = null;
  private work: AbortController | null = null;
  private settle: NodeJS.Timeout | null = null;
  private inspected: {
    readonly key: string;
    readonly since: number;
    readonly inspection: DataInspection;
  } | null = null;

  constructor(private readonly options: LaunchCheckOptions) {}

  get current(): LaunchFindings {
    return this.findings;
  }

  /** Whether files may have changed since they were read. */
  get isOld(): boolean {
    return this.inspected !== null && Date.now() - this.inspected.since > FRESH_MILLISECONDS;
  }

  /** Checks a draft; at once what needs no data. */
  check(draft: LaunchDraft): void {
    const run = this.withoutProblems(draft);
    const key = run === null ? null : keyOf(run);
    if (key !== null && key === this.key) {
      this.show({});
      return;
    }
    this.stop();
    this.key = key;
    this.ofRun = [];
    if (run === null) {
      this.show({ phase: null, estimate: null });
      return;
    }
    this.show({ phase: 'reading' });
    this.settle = setTimeout(() => void this.find(run), SETTLE_MILLISECONDS);
  }

  /** Checks a draft with the files as they are now. */
  checkAgain(draft: LaunchDraft): void {
    this.forget();
    this.check(draft);
  }

  /** Problems of single fields; the run file if there are none. */
  private withoutProblems(draft: LaunchDraft): RunFile | null {
    const found = draftProblems(draft);
    const [run] = runFilesOfDraft(draft);
    const { fsPath } = this.options.folder.uri;
    this.ofFields = problemsOfFields([...found, ...runFilePlaceProblems(run, fsPath)]);
    return this.ofFields.length === 0 ? run : null;
  }

  /**
   * An inspection of the data of a run that is about to be created: the current one unless it is old.
   * The caller disposes of it.
   */
  takeInspection({ inspection: request }: WrittenRun): DataInspection {
    const isOld = this.isOld;
    const inspection = this.inspectionOf(request);
    this.inspected = null;
    this.forget();
    if (!isOld) return inspection;
    inspection.dispose();
    return new DataInspection(this.options.dataClient, inspection.request);
  }

  dispose(): void {
    this.stop();
    this.inspected?.inspection.dispose();
    this.inspected = null;
  }

  private forget(): void {
    this.stop();
    this.inspected?.inspection.dispose();
    this.inspected = null;
    this.key = null;
  }

  private stop(): void {
    if (this.settle !== null) clearTimeout(this.settle);
    this.settle = null;
    this.work?.abort();
    this.work = null;
  }

  private async find(run: RunFile): Promise<void> {
    const work = new AbortController();
    this.work = work;
    const { signal } = work;
    const show = (changes: Partial<LaunchFindings>): void => {
      if (!signal.aborted) this.show(changes);
    };
    try {
      const written = this.writtenRun(run);
      const inspection = this.inspectionOf(written.inspection);
      const snapshot = await inspection.inBackground();
      const folders = snapshot.kind === 'text' ? await inspection.labelFolders() : [];
      show({ data: dataOf(snapshot, folders), freeBytes: await this.freeBytes() });
      const { modelFolder } = written.run;
      const { options: labels } = run;
      void runWarnings(this.options.dataClient, {
        ...{ inspection, labels, modelFolder },
        hasClassWeights: labels.classWeights !== undefined,
      }).then(
        (profile) => {
          show({ profile: [...profile] });
        },
        // The estimate says what is wrong with the data.
        () => undefined,
      );
      const estimate = await estimateToCreate(
        this.options,
        () => ({ ...written.run, inspection }),
        {
          signal,
          onPlanned: ({ size, warnings, spec }) => {
            show({ phase: 'estimating', size: [...size], warnings: [...warnings] });
            const isText = objectiveOf(spec.task).data === 'text';
            show({ planned: plannedValues(spec), task: spec.task.kind, isText });
            void this.sampleMasking(spec, { signal, show });
          },
        },
      );
      show({ phase: null, estimate });
    } catch (thrown) {
      if (signal.aborted) return;
      this.ofRun = [problemOfRun(thrown)];
      // The same draft is checked again after the person has corrected a file.
      this.key = null;
      show({ phase: null, estimate: null });
    }
  }

  /** Shows the effect of all policies on a sample of the data. */
  private async sampleMasking(
    spec: RunSpec,
    {
      signal,
      show,
    }: {
      readonly signal: AbortSignal;
      readonly show: (changes: Partial<LaunchFindings>) => void;
    },
  ): Promise<void> {
    const found: LaunchFindings['masking'] = [];
    const workspaceFolders = workspaceFoldersOnDisk().map(({ uri }) => uri.fsPath);
    const request = { spec, policies: [...this.options.policies()], workspaceFolders };
    try {
      await this.options.dataClient.follow('sampleMasking', request, {
        signal,
        onProgress: (sampled) => {
          found.push(sampled);
          show({ masking: [...found] });
        },
      });
      // Those of another policy or task must not stay.
      show({ masking: found });
    } catch {
      // Rates are an extra: what the run would refuse is found by planning it.
    }
  }

  writtenRun(run: RunFile): WrittenRun {
    const { folder, bundledModel } = this.options;
    return runOfRunFile(run, { folder, base: folder.uri.fsPath, bundledModel });
  }

  /** Inspects data for the bundled model; `runWarnings` reads it again for another one. */
  private inspectionOf(request: WrittenRun['inspection']): DataInspection {
    const wanted = { ...request, modelFolder: this.options.bundledModel };
    const key = JSON.stringify(wanted);
    if (this.inspected?.key === key) return this.inspected.inspection;
    this.inspected?.inspection.dispose();
    const inspection = new DataInspection(this.options.dataClient, wanted);
    this.inspected = { key, since: Date.now(), inspection };
    return inspection;
  }

  private async freeBytes(): Promise<number | null> {
    try {
      const { bavail, bsize } = await statfs(this.options.folder.uri.fsPath);
      return bavail * bsize;
    } catch {
      return null;
    }
  }

  private show(changes: Partial<LaunchFindings>): void {
    const problems = [...this.ofFields, ...this.ofRun];
    this.findings = { ...this.findings, ...changes, problems };
    this.options.onDidFind(this.findings);
  }
}

/** Folders that are named; the others are counted. */
const MOST_FOLDERS = 4;

/** Everything that the findings depend on: neither names nor the seed. */
function keyOf({ options, ...run }: RunFile): string {
  const others = {
    name: undefined,
    experiment: undefined,
    options: { ...options, seed: undefined },
  };
  return JSON.stringify({ ...run, ...others });
}

/** Facts about data; folders of running text that may be labels fit classification, too. */
export function dataOf(
  { files, rows, table, tasks }: Pick<DataSnapshot, 'files' | 'rows' | 'table' | 'tasks'>,
  labelFolders: readonly string[],
): NonNullable<LaunchFindings['data']> {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    size: [
      message('files.summary', { count: files.length, size: { bytes } }),
      ...(rows === 0 ? [] : [message('table.rows', { count: rows })]),
      ...(labelFolders.length === 0
        ? []
        : [message('data.foldersMayBeLabels', { labels: shortList(labelFolders, MOST_FOLDERS) })]),
    ],
    tasks: [
      ...tasks.map(({ kind }) => kind),
      ...(labelFolders.length === 0 ? [] : ['classification' as const]),
    ],
    table: table === null ? null : { names: table.names, ...table.columns },
  };
}

/** Values of a planned run, as they are entered. */
function plannedValues(spec: RunSpec): LaunchFindings['planned'] {
  const { masking } = spec;
  const options = {
    ...(masking?.schedule === null ? { maskingRate: masking.rate } : {}),
    ...optionsOfSpec(spec),
  };
  return Object.fromEntries(
    LAUNCH_OPTION_NAMES.flatMap((name) => {
      const option: RunOption = RUN_OPTIONS[name];
      const value = options[name] ?? ('preset' in option ? option.preset : undefined);
      return value === undefined || typeof value === 'boolean' ? [] : [[name, String(value)]];
    }),
  );
}
