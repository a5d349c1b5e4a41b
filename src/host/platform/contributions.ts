import { RUN_OPTION_NAMES, RUN_OPTIONS, type RunOptionName } from '../../core/runs/options.js';

/**
 * Entries of the explorer's context menu whose titles name what they act on; each runs the command
 * that its name begins with.
 */
export const EXPLORER_COMMANDS = {
  fineTuneOnFile: 'masklab.fineTuneOnFile',
  fineTuneOnFolder: 'masklab.fineTuneOnFolder',
  fineTuneOnSelected: 'masklab.fineTuneOnSelected',
  profileDataOnFile: 'masklab.profileDataOnFile',
  profileDataOnFolder: 'masklab.profileDataOnFolder',
  profileDataOnSelected: 'masklab.profileDataOnSelected',
  maskDatasetOnFile: 'masklab.maskDatasetOnFile',
  maskDatasetOnFolder: 'masklab.maskDatasetOnFolder',
  maskDatasetOnSelected: 'masklab.maskDatasetOnSelected',
  newPolicyOnFolder: 'masklab.newPolicyOnFolder',
} as const;

/** Tools that chats can call. */
export const LANGUAGE_MODEL_TOOLS = {
  listRuns: 'masklab_list_runs',
  readRun: 'masklab_read_run',
  startRun: 'masklab_start_run',
  stopRun: 'masklab_stop_run',
} as const;

/**
 * Every identifier that `package.json` contributes, typed once. A unit test compares these lists
 * with the manifest in both directions.
 */
export const COMMANDS = {
  fineTune: 'masklab.fineTune',
  newRun: 'masklab.newRun',
  newRunLike: 'masklab.newRunLike',
  openRun: 'masklab.openRun',
  stopRun: 'masklab.stopRun',
  pauseRun: 'masklab.pauseRun',
  resumeRun: 'masklab.resumeRun',
  startRun: 'masklab.startRun',
  openStudyReport: 'masklab.openStudyReport',
  openStudyReportPage: 'masklab.openStudyReportPage',
  filterRuns: 'masklab.filterRuns',
  clearFilter: 'masklab.clearFilter',
  sortRuns: 'masklab.sortRuns',
  groupRuns: 'masklab.groupRuns',
  editTags: 'masklab.editTags',
  editNote: 'masklab.editNote',
  editHypothesis: 'masklab.editHypothesis',
  setColor: 'masklab.setColor',
  moveToExperiment: 'masklab.moveToExperiment',
  runAgain: 'masklab.runAgain',
  runAgainWithSeed: 'masklab.runAgainWithSeed',
  runAgainWithLowerRate: 'masklab.runAgainWithLowerRate',
  exportMetrics: 'masklab.exportMetrics',
  importRuns: 'masklab.importRuns',
  restoreRuns: 'masklab.restoreRuns',
  emptyTrash: 'masklab.emptyTrash',
  deleteRun: 'masklab.deleteRun',
  revealRun: 'masklab.revealRun',
  renameRun: 'masklab.renameRun',
  starRun: 'masklab.starRun',
  removeStar: 'masklab.removeStar',
  useForHovers: 'masklab.useForHovers',
  followCheckpoints: 'masklab.followCheckpoints',
  exportRun: 'masklab.exportRun',
  auditRun: 'masklab.auditRun',
  openAuditReport: 'masklab.openAuditReport',
  showAudit: 'masklab.showAudit',
  crossValidate: 'masklab.crossValidate',
  hideAudit: 'masklab.hideAudit',
  draftStudy: 'masklab.draftStudy',
  saveAsRunFile: 'masklab.saveAsRunFile',
  copyAsCommand: 'masklab.copyAsCommand',
  runAgainWithChanges: 'masklab.runAgainWithChanges',
  runFile: 'masklab.runFile',
  estimateRunFile: 'masklab.estimateRunFile',
  compareRunFile: 'masklab.compareRunFile',
  compareRuns: 'masklab.compareRuns',
  openComparison: 'masklab.openComparison',
  runStudy: 'masklab.runStudy',
  planStudy: 'masklab.planStudy',
  runSweep: 'masklab.runSweep',
  planSweep: 'masklab.planSweep',
  stopStudy: 'masklab.stopStudy',
  resumeStudy: 'masklab.resumeStudy',
  pauseQueue: 'masklab.pauseQueue',
  resumeQueue: 'masklab.resumeQueue',
  moveToFront: 'masklab.moveToFront',
  classifySelection: 'masklab.classifySelection',
  classifyDocument: 'masklab.classifyDocument',
  classifyFile: 'masklab.classifyFile',
  classifyRows: 'masklab.classifyRows',
  refresh: 'masklab.refresh',
  profileData: 'masklab.profileData',
  selectHoverModel: 'masklab.selectHoverModel',
  toggleSurprisal: 'masklab.toggleSurprisal',
  setSurprisalPercentile: 'masklab.setSurprisalPercentile',
  nextSurprisingWord: 'masklab.nextSurprisingWord',
  previousSurprisingWord: 'masklab.previousSurprisingWord',
  /** Run by the status bar item of a search. */
  stopSurprisalSearch: 'masklab.stopSurprisalSearch',
  surprisalActions: 'masklab.surprisalActions',
  restartProcesses: 'masklab.restartProcesses',
  /** Run by the links of a hover, with `ReplaceWordArguments`. */
  replaceWord: 'masklab.replaceWord',
  /** Run by links, too, with the place and the word to explain. */
  explainPrediction: 'masklab.explainPrediction',
  showExplanation: 'masklab.showExplanation',
  clearExplanation: 'masklab.clearExplanation',
  acceptFill: 'masklab.acceptFill',
  showPredictions: 'masklab.showPredictions',
  suggestWord: 'masklab.suggestWord',
  makeCloze: 'masklab.makeCloze',
  /** Run by code actions, too, for the question at the cursor alone. */
  showAnswers: 'masklab.showAnswers',
  clearAnswers: 'masklab.clearAnswers',
  generateVariations: 'masklab.generateVariations',
  generateText: 'masklab.generateText',
  neverSuggest: 'masklab.neverSuggest',
  listChangedPredictions: 'masklab.listChangedPredictions',
  /** Run by quick fixes, with the word and the document in which it is ignored. */
  ignoreSuggestion: 'masklab.ignoreSuggestion',
  compareHovers: 'masklab.compareHovers',
  stopComparingHovers: 'masklab.stopComparingHovers',
  fillAllMasks: 'masklab.fillAllMasks',
  fillFromLineAbove: 'masklab.fillFromLineAbove',
  newPolicy: 'masklab.newPolicy',
  previewMasking: 'masklab.previewMasking',
  stopPreview: 'masklab.stopPreview',
  rerollPreview: 'masklab.rerollPreview',
  showMasked: 'masklab.showMasked',
  previewActions: 'masklab.previewActions',
  alwaysMask: 'masklab.alwaysMask',
  neverMask: 'masklab.neverMask',
  maskDataset: 'masklab.maskDataset',
  addFromHub: 'masklab.addFromHub',
  setHubToken: 'masklab.setHubToken',
  removeHubToken: 'masklab.removeHubToken',
  refreshModels: 'masklab.refreshModels',
  useModelForHovers: 'masklab.useModelForHovers',
  fineTuneModel: 'masklab.fineTuneModel',
  showModelCard: 'masklab.showModelCard',
  revealModel: 'masklab.revealModel',
  copyModelPath: 'masklab.copyModelPath',
  copyModelSnippet: 'masklab.copyModelSnippet',
  serveModel: 'masklab.serveModel',
  stopServing: 'masklab.stopServing',
  copyServedAddress: 'masklab.copyServedAddress',
  deleteModel: 'masklab.deleteModel',
  pauseDownload: 'masklab.pauseDownload',
  continueDownload: 'masklab.continueDownload',
  discardDownload: 'masklab.discardDownload',
  ...EXPLORER_COMMANDS,
} as const;
export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEWS = { experiments: 'masklab.experiments', models: 'masklab.models' } as const;
export const VIEW_CONTAINER = 'masklab';
export const RUN_PANEL_TYPE = 'masklab.run';
export const COMPARE_PANEL_TYPE = 'masklab.compare';
export const PROFILE_PANEL_TYPE = 'masklab.profile';
/** `openWalkthrough` wants the extension's id in front. */
export const WALKTHROUGH = 'masklab.masklab#masklab.start';

/** Settings with the type that `package.json` declares and this code reads. */
export interface Settings {
  'masklab.model': string;
  'masklab.hover.enabled': boolean;
  'masklab.hover.topK': number;
  'masklab.hover.languages': string[];
  'masklab.hover.trigger': string;
  'masklab.hover.code': string;
  'masklab.hover.neverSuggest': string[];
  'masklab.surprisal.percentile': number;
  'masklab.suggestions.enabled': boolean;
  'masklab.suggestions.ignored': string[];
  'masklab.safeCsv': boolean;
  'masklab.hub.enabled': boolean;
  'masklab.hub.endpoint': string;
  'masklab.imports.followedFolders': string[];
}
const OWN_SETTINGS = [
  'masklab.model',
  'masklab.hover.enabled',
  'masklab.hover.topK',
  'masklab.hover.languages',
  'masklab.hover.trigger',
  'masklab.hover.code',
  'masklab.hover.neverSuggest',
  'masklab.surprisal.percentile',
  'masklab.suggestions.enabled',
  'masklab.suggestions.ignored',
  'masklab.safeCsv',
  'masklab.hub.enabled',
  'masklab.hub.endpoint',
  'masklab.imports.followedFolders',
] as const satisfies readonly (keyof Settings)[];

/** The setting that an option of a run has in the editor. */
export function trainingSettingOf(name: RunOptionName): string {
  return `masklab.training.${name}`;
}

/** Every setting: those above, and the options of a run that are settings. */
export const SETTINGS: readonly string[] = [
  ...OWN_SETTINGS,
  ...RUN_OPTION_NAMES.filter((name) => RUN_OPTIONS[name].isSetting).map(trainingSettingOf),
];

/** Words in a tree item's context value, each of which switches on an action in the manifest. */
export const RUN_CONTEXTS = [
  'run',
  'stoppable',
  'pausableRun',
  'startable',
  'resumable',
  'usable',
  'followable',
  /** Has a model or a checkpoint in use that predicts masked words. */
  'predicting',
  /** Has a model that makes one prediction for a whole text. */
  'auditable',
  'exportable',
  'waiting',
  'starred',
  'unstarred',
  /** Several runs below one row: the seeds of a setting, or the runs with one value of a parameter. */
  'group',
  'experiment',
  'study',
  'reported',
  'stoppableStudy',
  'resumableStudy',
] as const;
export type RunContext = (typeof RUN_CONTEXTS)[number];

/** Words in the context value of a row of the Models view. */
export const MODEL_CONTEXTS = [
  'model',
  'hoverable',
  'trainable',
  'carded',
  'deletable',
  'servable',
  'served',
  'reachable',
  'snippable',
  'cacheSection',
  'download',
  'pausable',
  'continuable',
] as const;
export type ModelContext = (typeof MODEL_CONTEXTS)[number];

/** `run;stoppable`: the manifest asks for `viewItem =~ /\bstoppable\b/`. */
export function contextValueOf(contexts: readonly (RunContext | ModelContext)[]): string {
  return contexts.join(';');
}
