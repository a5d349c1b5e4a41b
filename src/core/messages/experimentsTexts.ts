/** Comparisons of runs. */
export const EXPERIMENTS_MESSAGES = {
  'verdict.better': 'better',
  'verdict.worse': 'worse',
  'verdict.equal': 'practically equal',
  'verdict.tooFewSeeds': 'too few seeds to tell: p cannot fall below {floor}',
  'verdict.unresolved': 'no detectable difference; {detectable} would have been detected',
  'verdict.unresolvedAlone': 'no detectable difference',
  'compare.otherItems': 'not comparable: evaluated on other items ({parameters} differs)',
  'compare.otherMasks': 'not comparable: held-out text is masked differently',
  'compare.otherData': 'not comparable: evaluated on other data',
  'compare.maskedDifferently':
    'Each policy masks its own held-out text. Loss, perplexity and accuracy of different policies are on different words and cannot be compared; a masking study scores all models on the same masks.',
  'compare.noCommonSeed': 'no seed in common with the baseline',
  'compare.noResult': 'no finished run with this metric',
  'compare.baseline': 'baseline',
  'study.maskingItems': 'Masking the scored text: {name}',
  'study.runFinished': '{run} finished.',
  'study.runStarted': '{run} started ({number} of {count}).',
  'study.runFailed': '{run} ended without a result and is left out. {reason}',
  'study.runResumed': '{run} ended without a result and is resumed once.',
  'study.scoring': 'Scoring {run} ({number} of {count}).',
} as const;

export const EXPERIMENTS_PROBLEMS = {
  'metrics.folderExists': {
    problem: 'The folder {folder} exists already.',
    remedy: 'Choose a folder that does not exist yet.',
  },
  'study.empty': {
    problem: 'The study file is empty.',
    remedy: 'Write a study that starts with {example}.',
  },
  'study.repeatedSeed': {
    problem: 'The seed {seed} is listed twice.',
    remedy: 'Remove one of them: each seed is one pair of runs.',
  },
  'study.oneArm': {
    problem: 'This study has only plain random masking of 15%, with nothing to compare it with.',
    remedy: 'Add an arm with another policy or another mask rate.',
  },
  'study.unknownMask': {
    problem: 'No mask of the study is called "{name}".',
    remedy: 'Use {known}.',
  },
  'study.repeatedName': {
    problem: 'Two arms or masks are called "{name}".',
    remedy: 'Give each of them a unique name.',
  },
  'study.otherTask': {
    problem: 'A masking study trains masked language models, but this data is read for {task}.',
    remedy: 'Set "task" of the run to "masked-lm".',
  },
  'study.emptySplit': {
    problem: 'The {split} split has no text in which "{name}" masks anything.',
    remedy: 'Enlarge the split, or remove the mask.',
  },
  'study.notAStudy': {
    problem: '{folder} is not the folder of a study: {reason}',
    remedy: 'Choose a folder in .masklab/studies.',
  },
  'study.otherItems': {
    problem: 'The models of this study were scored on different text ("{mask}" in {run}).',
    remedy:
      'Restore the data that the study was created with, then delete the folder "scores" and resume the study.',
  },
  'study.commandFailed': {
    problem: 'The study could not be started: {reason}',
    remedy: 'Correct the study file and try again.',
  },
  'runFile.empty': {
    problem: 'The run file is empty.',
    remedy: 'Write a run that starts with {example}.',
  },
  'runFile.twoModels': {
    problem: 'The run names a model to start from and a new model.',
    remedy: 'Remove "model" or "newModel".',
  },
  'runFile.pathNotFound': {
    problem: '{path} does not exist.',
    remedy: 'Enter a path relative to the folder of this file.',
  },
  'runFile.nothingMatches': {
    problem: 'The folder of the glob {glob} does not exist.',
    remedy: 'Enter a glob relative to the folder of this file.',
  },
  'runFile.notAModel': {
    problem: '{path} contains neither a model nor a run.',
    remedy: 'Enter the path of a run or model folder, relative to the folder of this file.',
  },
  'compare.noSuchRun': {
    problem: 'No run is called "{name}".',
    remedy: {
      editor: 'Select a run in the Experiments view.',
      commandLine:
        'List the runs with "masklab runs", and name one by its id, its name or its folder.',
    },
  },
  'compare.runsGone': {
    problem: 'No run of the comparison "{name}" is in this workspace.',
    remedy: 'Open the workspace that has its runs, or compare other runs.',
  },
  'compare.severalTasks': {
    problem: 'These runs were trained on different tasks: {tasks}.',
    remedy: 'Compare runs of the same task.',
  },
  'compare.unknownMetric': {
    problem: 'Runs of this task have no metric "{metric}".',
    remedy: 'Use one of {metrics}.',
  },
} as const;
