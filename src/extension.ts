import './host/platform/zodInEditor.js';
import * as vscode from 'vscode';
import { BUNDLED_MODEL_FOLDER } from './core/models/bundled.js';
import { AuditShadingController } from './host/audits/auditShadingController.js';
import { registerAudits } from './host/audits/registerAudits.js';
import { showAudit } from './host/audits/showAudit.js';
import { registerClassifiers } from './host/classifiers/registerClassifiers.js';
import { LaunchPages } from './host/launch/launchPages.js';
import { registerLaunch } from './host/launch/registerLaunch.js';
import { registerFineTune } from './host/training/fineTune.js';
import { registerRunFiles } from './host/runFiles/registerRunFiles.js';
import { registerRunTools } from './host/runs/registerRunTools.js';
import { auditRun, openLastAudit } from './host/runs/auditRun.js';
import { crossValidateInEditor } from './host/runs/crossValidateInEditor.js';
import { studyOfAudit } from './host/runs/studyOfAudit.js';
import { registerRunCommands } from './host/runs/registerRunCommands.js';
import { LocalLauncher } from './node/runs/localLauncher.js';
import { MoveToExperiment } from './host/runs/annotations/moveToExperiment.js';
import { registerImports } from './host/runs/registerImports.js';
import { registerSelectionCommands } from './host/runs/registerSelectionCommands.js';
import { RunQueue } from './host/runs/runQueue.js';
import { RunActions } from './host/runs/runActions.js';
import { FollowedRuns } from './host/runs/followedRuns.js';
import { RunFollowUp } from './host/runs/runFollowUp.js';
import { RunStatusItem } from './host/runs/runStatusItem.js';
import { COMMANDS } from './host/platform/contributions.js';
import { registerExplorerCommands } from './host/platform/explorerCommands.js';
import { DataClient } from './host/platform/dataClient.js';
import { registerCompare } from './host/runs/compare/registerCompare.js';
import { ExperimentsView } from './host/runs/tree/experimentsView.js';
import { RunStore } from './host/runs/runStore.js';
import { StudyStore } from './host/runs/studyStore.js';
import { RunFollowers } from './node/runs/runFollowers.js';
import { RunReader } from './node/runs/runReader.js';
import { registerPredictions } from './host/predictions/registerPredictions.js';
import { registerMasking } from './host/masking/registerMasking.js';
import { DownloadRecords } from './node/hub/downloadRecords.js';
import { AddFromHub } from './host/models/hub/addFromHub.js';
import { HubAccess } from './host/models/hub/editorHubAccess.js';
import { ModelDownloads } from './host/models/hub/modelDownloads.js';
import { LocalModelStore } from './host/models/localModelStore.js';
import { ServedModels } from './host/models/serving/servedModels.js';
import { registerModels } from './host/models/registerModels.js';
import { ModelClient } from './host/models/modelClient.js';
import { LiveCheckpoints } from './host/models/liveCheckpoints.js';
import { ModelForms } from './host/models/modelForms.js';
import { ModelSelection } from './host/models/modelSelection.js';
import type { PanelFocus } from './host/runs/panel/runPanel.js';
import { RunPanels } from './host/runs/panel/runPanels.js';
import { registerProfile } from './host/profile/registerProfile.js';
import { commandsReportingTo } from './host/platform/commands.js';
import { DisposableStore } from './host/platform/disposables.js';
import { ReadOnlyDocuments } from './host/platform/readOnlyDocuments.js';
import { Reporter } from './host/platform/reporter.js';
import { logUnhandledRejections } from './host/platform/unhandledRejections.js';

/**
 * Builds the services, each on one visible line. Nothing here reads a model or waits for a disk:
 * the trainer and the model server are separate processes, started when first needed.
 */
export function activate(context: vscode.ExtensionContext): void {
  const disposables = new DisposableStore();
  context.subscriptions.push(disposables);
  const { extensionUri } = context;
  const trainer = {
    trainerPath: context.asAbsolutePath('dist/trainer.js'),
    execPath: process.execPath,
  };
  const launcher = new LocalLauncher(trainer);
  const bundledModel = context.asAbsolutePath(BUNDLED_MODEL_FOLDER);

  const log = disposables.add(vscode.window.createOutputChannel('Masklab', { log: true }));
  disposables.add(logUnhandledRejections(log, context.extensionPath));
  const reporter = new Reporter(log);
  const registerCommand = commandsReportingTo(reporter);
  const modelSelection = disposables.add(new ModelSelection(context));
  const logLine = (line: string): void => {
    log.info(line);
  };
  const modelClient = disposables.add(
    new ModelClient({
      serverPath: context.asAbsolutePath('dist/modelServer.js'),
      serverArguments: [context.globalStorageUri.fsPath, modelSelection.checkpointsRoot ?? ''],
      log: logLine,
    }),
  );
  const dataClient = disposables.add(
    new DataClient({ serverPath: context.asAbsolutePath('dist/dataWorker.js'), log: logLine }),
  );
  disposables.add(
    registerCommand(COMMANDS.restartProcesses, () => {
      for (const client of [modelClient, dataClient]) client.restart();
    }),
  );
  disposables.add(registerExplorerCommands(registerCommand));
  const { storageUri } = context;
  const runReader = new RunReader({
    factsFile: storageUri && vscode.Uri.joinPath(storageUri, 'runFacts.json').fsPath,
  });
  const runFollowers = disposables.add(new RunFollowers(runReader));
  const onError = (thrown: unknown): void => {
    void reporter.error(thrown);
  };
  const runStore = disposables.add(new RunStore({ runReader, runFollowers, onError }));
  const studyStore = disposables.add(new StudyStore(onError));
  const remembered = new FollowedRuns(context.workspaceState);
  const followUp = disposables.add(new RunFollowUp(runStore, { reporter, remembered }));
  followUp.resume().catch(onError);
  disposables.add(new RunStatusItem(runStore));
  const actions = new RunActions({
    ...{ runStore, modelSelection, launcher, followUp, modelClient, reporter },
  });
  const queue = disposables.add(
    new RunQueue({ runStore, actions, launcher, registerCommand, onError }),
  );
  const panels = disposables.add(
    new RunPanels({
      ...{ extensionUri, runStore, runFollowers, actions, modelSelection, modelClient },
      restoreOther: (panel, state) => launchPages.restore(panel, state),
    }),
  );
  const modelStore = disposables.add(
    new LocalModelStore({ dataClient, runStore, bundledModel, onError }),
  );
  const access = new HubAccess(context.secrets);
  const records = new DownloadRecords(
    vscode.Uri.joinPath(context.globalStorageUri, 'downloads').fsPath,
  );
  const downloads = disposables.add(new ModelDownloads({ access, records, reporter }));
  const addFromHub = new AddFromHub({ access, downloads, modelStore, dataClient, reporter });
  const models = { modelStore, addFromHub };
  const starting = { ...models, runStore, actions, reporter, dataClient, trainer, bundledModel };
  const launchPages: LaunchPages = disposables.add(
    new LaunchPages({ ...starting, extensionUri, panels }),
  );
  const openPanel = (directory: string, focus?: PanelFocus): void => {
    panels.open(directory, focus);
  };

  const moveToExperiment = new MoveToExperiment({ runStore, actions, reporter });
  const reports = disposables.add(new ReadOnlyDocuments('masklab-report'));
  const experiments = disposables.add(
    new ExperimentsView({
      ...{ runStore, studyStore, queue, modelSelection, registerCommand, reports },
      memory: context.workspaceState,
      moveRuns: (directories, experiment) => moveToExperiment.drop(directories, experiment),
    }),
  );
  const sources = {
    activeRun: () => panels.active(),
    selectedRows: () => experiments.selectedRows(),
  };
  disposables.add(
    registerCompare({
      ...{ extensionUri, runStore, runFollowers, registerCommand, sources },
      openRun: openPanel,
    }),
  );
  disposables.add(registerRunTools({ runStore, actions }));
  const commandLine = {
    cliPath: context.asAbsolutePath('dist/cli.js'),
    execPath: process.execPath,
  };
  const onAudited = (directory: string): void => {
    panels.refreshAudit(directory);
  };
  const shading = disposables.add(new AuditShadingController());
  disposables.add(registerAudits({ controller: shading, registerCommand }));
  disposables.add(
    registerRunCommands({
      ...{ runStore, actions, registerCommand, openPanel, queue, sources },
      newRunLike: (directory) => launchPages.openLike(directory),
      audit: (directory) =>
        auditRun({ runStore, commandLine, reporter, reports, dataClient, onAudited }, directory),
      openAuditReport: (directory) => openLastAudit({ runStore, reporter, reports }, directory),
      showAudit: (directory) => showAudit(directory, { controller: shading, runStore }),
      crossValidate: (directory) =>
        crossValidateInEditor({ runStore, commandLine, reporter, reports, dataClient }, directory),
      draftStudy: (directory) => studyOfAudit(directory, { dataClient, runStore }),
    }),
  );
  disposables.add(
    registerSelectionCommands({
      ...{ runStore, actions, modelSelection, moveToExperiment, reporter, commandLine },
      ...{ registerCommand, sources, openPanel, memory: context.workspaceState },
    }),
  );
  disposables.add(registerImports({ commandLine, registerCommand, reporter }));
  const liveCheckpoints = disposables.add(
    new LiveCheckpoints({ runStore, modelSelection, modelClient, dataClient, log: logLine }),
  );
  const modelForms = disposables.add(new ModelForms(modelClient));
  const servedModels = disposables.add(new ServedModels({ commandLine, onError }));
  disposables.add(
    registerModels({
      ...{ ...models, access, downloads, dataClient, modelSelection, modelClient, runStore },
      ...{ servedModels, modelForms, registerCommand, onError },
      newRunWith: (folder, model) => launchPages.openWithModel(folder, model),
    }),
  );
  disposables.add(
    registerPredictions({
      ...{ ...models, modelClient, modelSelection, modelForms, liveCheckpoints, runStore },
      ...{ dataClient, registerCommand, sources, log },
      memory: context.workspaceState,
    }),
  );
  disposables.add(registerClassifiers({ modelClient, runStore, reporter, registerCommand }));
  disposables.add(
    registerProfile({ extensionUri, dataClient, modelClient, modelSelection, registerCommand }),
  );
  disposables.add(registerMasking({ dataClient, modelSelection, reporter, registerCommand, log }));
  const launching = { ...starting, openPanel };
  disposables.add(registerLaunch(registerCommand, launchPages));
  disposables.add(
    registerFineTune({ ...launching, registerCommand, memory: context.workspaceState }),
  );
  disposables.add(
    registerRunFiles({
      ...{ ...launching, studyStore, registerCommand, log, commandLine },
    }),
  );
}
