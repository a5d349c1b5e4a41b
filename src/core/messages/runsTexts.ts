import type { ProblemText, Text } from './wording.js';

export const RUNS_MESSAGES = {
  'runs.importedFrom': 'Imported from {tool}',
  'options.wholeFrom': 'a whole number from {least} to {most}',
  'options.wholeAbove': 'a whole number above {above} and at most {most}',
  'options.numberFrom': 'a number from {least} to {most}',
  'options.numberAbove': 'a number above {above} and at most {most}',
  'options.orWord': '{value}, or {word}',
  'options.oneOf': 'one of {choices}',
  'options.trueOrFalse': 'true or false',
  'options.names': 'a list of names',
  'options.listOf': 'a list of {choices}',
  'options.text': 'a text',
  'runs.findingLearningRate': 'Finding a learning rate',
  'runs.findingBatchSize': 'Finding a batch size that fits',
  'queue.isPaused': 'the queue is paused',
  'queue.place': 'number {place} in the queue',
  'queue.waitsForRun': 'after “{run}”',
  'queue.waitsForRuns': {
    one: 'after one of {count} run that is training',
    other: 'after one of {count} runs that are training',
  },
  'queue.waitsForMemory': 'needs about {needed} of memory, {free} are free',
  'queue.tooLarge': 'needs about {needed} of memory, this machine has {total}',
  'status.waiting': 'Waiting',
  'status.queued': 'Starting',
  'status.preparing': 'Preparing',
  'status.running': 'Training',
  'status.paused': 'Paused',
  'status.stopped': 'Stopped',
  'status.finished': 'Finished',
  'status.failed': 'Failed',
  'status.crashed': 'Crashed',
  'status.unreadable': 'Unreadable',
  'ending.early': 'Stopped early at step {step} of {totalSteps}.',
  'status.finishedBut': 'Finished, but falls short',
  'verdict.notBeaten': 'The model ({value}) does not beat {others}.',
  'verdict.before': 'the model before training ({value})',
  'verdict.beforeHeldOut': 'the model before training ({value} on held-out data)',
  'verdict.mostFrequent': 'always predicting the most frequent label ({value})',
  'verdict.mean': 'always predicting the mean ({value})',
  'verdict.bagOfWords': 'a bag of words ({value})',
  'verdict.wordLabels': 'the most frequent label of each word ({value})',
  'ending.bestModel': 'The model is from step {step}, the best evaluation.',
  'answer.none': 'none',
  'runs.waitingForTrainer': 'Waiting for the trainer to start',
  'runs.startingTrainer': 'Starting the trainer',
  'runs.maskingPolicy': '{parts}',
  'runs.namedMaskingPolicy': '{name}: {parts}',
  'runs.maskingRules': { one: '{count} rule', other: '{count} rules' },
  'runs.rateMasked': '{rate} masked',
  'runs.rateAtRandom': '{rate} at random',
  'runs.rateSchedule': '{from} to {to}',
  'runs.staticMasking': 'static masking',
  'runs.labelledTask': '{task}: {outputs}',
  'runs.labelledTaskWithMore': '{task}: {outputs}, …',
  /** `Classify texts: bad, good (words masked by opinion words: 1 rule)` */
  'runs.maskedTask': '{task} ({masks})',
  'runs.wordsMasked': 'words masked in training by {policy}',
  'runs.examplesMasked': '{share} of the training examples masked',
  'runs.partHeldOut': 'part {part} of {parts} held out',
  'runs.shiftedAdded': {
    one: '{count} shifted file added × {weight}',
    other: '{count} shifted files added × {weight}',
  },
  'runs.weightedBy': 'weighted by {column}',
  'runs.debiasedByWords': 'debiased by {method} × {weight} on {policy}',
  'runs.debiasedByModel': 'debiased by {method} × {weight} of {model}',
  'runs.debiasedBy': 'debiased by {method} × {weight}',
  'runs.fileMissing': '{file} is missing.',
  'runs.fileUnreadable': '{file} cannot be read: {reason}',
  'runs.fileUnexpected': '{file} has unexpected content at "{place}": {reason}',
  'runs.checkpointRowsMissing': 'Metrics or samples that belong to it are missing.',
  'runs.checksumDiffers': '{file} does not match its checksum.',
} as const satisfies Record<string, Text>;

export const RUNS_PROBLEMS = {
  'runs.nothingToImport': {
    problem: '{path} has no run that can be imported.',
    remedy:
      'Choose a folder with trainer_state.json of Hugging Face, TensorBoard event files, or metrics.json of DVCLive.',
  },
  'runs.noMetricsToImport': {
    problem: '{path} has no loss by step, so there is no curve to show.',
    remedy: 'Choose the folder of a run that has recorded its loss.',
  },
  'runs.linkInRun': {
    problem: '{file} is a link, so the trainer would write somewhere else.',
    remedy: 'Replace the link with the file or folder that it leads to.',
  },
  'runs.metricsTooLarge': {
    problem: '{file} is larger than {limit}, too large to be read row by row.',
    remedy: 'Open the run to see its curves, or read the file with another tool.',
  },
  'runs.notARun': {
    problem: '{directory} is not a readable run folder: {reason}',
    remedy: 'Select a folder that contains a readable run.json.',
  },
  'runs.notOfWorkspace': {
    problem: '{directory} is not a run of an open folder.',
    remedy: 'Open the folder that contains the run, and try again.',
  },
  'runs.notItsData': {
    problem: '{file} is not a data file of this run.',
    remedy: 'Open the file from the Explorer.',
  },
  'runs.fileNotSaved': {
    problem: '{file} has unsaved changes and could not be saved.',
    remedy: 'Check that the file is writable, and try again.',
  },
  'runs.gone': {
    problem: 'This run is no longer on the disk.',
    remedy: '',
  },
  'runs.unreadable': {
    problem: '{reason}',
    remedy: 'Restore the file, or delete the run.',
  },
  'runs.stateUnreadable': {
    problem: '{reason}',
    remedy: 'Resume the run to continue from its last checkpoint.',
  },
  'runs.bindingUnreadable': {
    problem: '{directory} is not a readable run folder: {reason}',
    remedy: {
      editor: 'Delete {file}, then resume the run and select its folder again.',
      commandLine: 'Delete {file}, then resume the run with --root.',
    },
  },
  'runs.annotationsUnreadable': {
    problem: '{file} was not changed because it cannot be read: {reason}',
    remedy: 'Correct the file, or rename it to start with new annotations. Then try again.',
  },
  'runs.inputMissing': {
    problem: '{file} does not exist.',
    remedy: 'Select the folder where this file is now.',
  },
  'runs.inputMissingInRoot': {
    problem: '{file} does not exist.',
    remedy: 'Select the folder that the paths of this run are relative to.',
  },
  'runs.noInputAt': {
    problem: 'This run has no data or model at {path}.',
    remedy: 'Name a missing file, or a folder that contained it.',
  },
  'runs.trainerNotStarted': {
    problem: 'The trainer could not be started: {reason}',
    remedy: {
      editor:
        'Reload the window, because the extension may have been updated. Then resume the run.',
      commandLine: 'Resume the run to try again.',
    },
  },
  'runs.alreadyFinished': {
    problem: 'Run {id} is finished. Training it again would overwrite its results.',
    remedy: 'Start a new run.',
  },
  'runs.noLearningRateFound': {
    problem: 'No learning rate in the sweep decreased the loss.',
    remedy: 'Check the labels of the data, or set a learning rate.',
  },
  'runs.optionOutOfRange': {
    problem: {
      editor: 'The setting masklab.training.{option} cannot be {value}.',
      commandLine: '--{flag} cannot be {value}.',
      file: '"{option}" cannot be {value}.',
    },
    remedy: 'Use {expected}.',
  },
  'runs.learningRateSetAndSearched': {
    problem: 'A learning rate is set, but the run is also to find one.',
    remedy: {
      editor:
        'Reset one of the settings masklab.training.learningRate and masklab.training.findLearningRate.',
      commandLine: 'Remove --learning-rate or --find-learning-rate.',
      file: 'Remove "learningRate" or "findLearningRate".',
    },
  },
  'runs.onlyWithLabels': {
    problem: {
      editor: 'The option {option} is for data with labels, but the task is {task}.',
      commandLine: '--{flag} is for data with labels, but the task is {task}.',
      file: '"{option}" is for data with labels, but the task is {task}.',
    },
    remedy: {
      editor: 'Reset {option}, or select labeled data.',
      commandLine: 'Remove --{flag}, or name labeled data.',
      file: 'Remove "{option}", or name labeled data.',
    },
  },
  'runs.optionNeedsOption': {
    problem: {
      editor: 'The option {option} has no effect without {other}.',
      commandLine: '--{flag} has no effect without --{otherFlag}.',
      file: '"{option}" has no effect without "{other}".',
    },
    remedy: {
      editor: 'Set {other}, or reset {option}.',
      commandLine: 'Add --{otherFlag}, or remove --{flag}.',
      file: 'Add "{other}", or remove "{option}".',
    },
  },
  'runs.debiasNeeds': {
    problem: {
      editor: 'Debiasing by {method} needs the option {option}.',
      commandLine: '--debias {method} needs --{flag}.',
      file: '"debias": "{method}" needs "{option}".',
    },
    remedy: {
      editor: 'Set {option}, or choose another debiasing.',
      commandLine: 'Add --{flag}, or choose another value of --debias.',
      file: 'Add "{option}", or choose another value of "debias".',
    },
  },
  'runs.debiasWithout': {
    problem: {
      editor: 'The option {option} has no effect on debiasing by {method}.',
      commandLine: '--{flag} has no effect with --debias {method}.',
      file: '"{option}" has no effect with "debias": "{method}".',
    },
    remedy: {
      editor: 'Reset {option}.',
      commandLine: 'Remove --{flag}.',
      file: 'Remove "{option}".',
    },
  },
  'runs.debiasTask': {
    problem: 'Debiasing by {method} does not fit this task and its loss.',
    remedy: {
      editor:
        'Use consistency for numbers, and product-of-experts, errors or groups if a text can have several labels. Words of a text are not debiased.',
      commandLine:
        'Use --debias consistency for numbers, and product-of-experts, errors or groups if a text can have several labels. Words of a text are not debiased.',
      file: 'Use "debias": "consistency" for numbers, and "product-of-experts", "errors" or "groups" if a text can have several labels. Words of a text are not debiased.',
    },
  },
  'runs.debiasWordsEmpty': {
    problem: 'The policy {policy} finds no words: it has neither rules nor words under "always".',
    remedy: 'Name a policy with rules, such as the audit.mask.json of an audit.',
  },
  'runs.maskerLastLayer': {
    problem:
      'MASKER trains the layers below the output layer, which the method last-layer freezes.',
    remedy: {
      editor: 'Choose another method or another debiasing.',
      commandLine: 'Choose another value of --method or --debias.',
      file: 'Choose another value of "method" or "debias".',
    },
  },
  'runs.maskedExamplesWithoutLabels': {
    problem:
      'Masked fine-tuning is for texts with labels, but the task is {task}, which masks every text.',
    remedy: {
      editor: 'Reset the setting masklab.training.maskedExamples.',
      commandLine: 'Remove --masked-examples.',
      file: 'Remove "maskedExamples".',
    },
  },
  'runs.strideTooLong': {
    problem:
      'Consecutive windows cannot share {stride} tokens if a sequence has at most {maxLength}.',
    remedy: {
      editor: 'Decrease the setting masklab.training.stride.',
      commandLine: 'Decrease --stride.',
      file: 'Decrease "stride".',
    },
  },
  'runs.windowsWithoutLabels': {
    problem:
      'Windows are for texts with labels, but the task is {task}. Running text is split into sequences without a loss.',
    remedy: {
      editor: 'Reset the setting masklab.training.truncation.',
      commandLine: 'Remove --truncation.',
      file: 'Remove "truncation".',
    },
  },
  'runs.truncationWithoutTexts': {
    problem:
      'Truncation can be chosen for labels and numbers of whole texts, but the task is {task}.',
    remedy: {
      editor: 'Reset the setting masklab.training.truncation.',
      commandLine: 'Remove --truncation.',
      file: 'Remove "truncation".',
    },
  },
  'runs.packingWithoutMasking': {
    problem: 'Only the task masked-lm can pack several texts into one sequence.',
    remedy: 'Turn packing off, or select the task masked-lm.',
  },
  'runs.nothingToTrainOn': {
    problem: 'The held-out and test fractions leave no data to train on.',
    remedy: 'Reduce the held-out fraction or the test fraction.',
  },
  'runs.foldWithOption': {
    problem: {
      editor: 'The options fold and {option} both say which rows are held out.',
      commandLine: '--fold and --{flag} both say which rows are held out.',
    },
    remedy: { editor: 'Reset one of them.', commandLine: 'Remove one of them.' },
  },
  'runs.foldNotFinished': {
    problem: 'Run {run} of the cross-validation has not finished.',
    remedy: 'Repeat the command to continue it.',
  },
  'runs.foldWithoutScores': {
    problem: 'Run {run} has no predictions of its held-out rows.',
    remedy: 'Delete the run and repeat the command.',
  },
  'runs.foldWithFileSplits': {
    problem: 'The name of {path} says that it is held out, but a part of all rows is to be.',
    remedy: {
      editor: 'Ignore split names, or remove the part.',
      commandLine: 'Add --ignore-split-names, or remove --fold.',
    },
  },
  'runs.newModelTask': {
    problem: 'A new model cannot be trained from scratch for the task {task}.',
    remedy: 'Pre-train it on running text first, then fine-tune the result.',
  },
  'runs.newModelMethod': {
    problem: 'All weights of a new model must be trained.',
    remedy: {
      editor: 'Reset the settings masklab.training.method and masklab.training.freeze.',
      commandLine: 'Remove --method and --freeze.',
    },
  },
  'runs.newModelBatchSize': {
    problem: 'The batch size can be chosen automatically only for an existing model.',
    remedy: {
      editor: 'Set masklab.training.batchSize to a number, and reset masklab.training.memory.',
      commandLine: 'Set --batch-size to a number, and remove --memory.',
    },
  },
  'runs.newModelLearningRate': {
    problem: 'A learning rate can be found only for an existing model.',
    remedy: {
      editor: 'Set masklab.training.learningRate, and reset masklab.training.findLearningRate.',
      commandLine: 'Set --learning-rate, and remove --find-learning-rate.',
    },
  },
} as const satisfies Record<string, ProblemText>;
