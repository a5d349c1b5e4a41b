/** Comparisons of runs. */
export const EXPERIMENTS_MESSAGES = {
  'verdict.better': 'better',
  'verdict.worse': 'worse',
  'verdict.equal': 'practically equal',
  'verdict.insignificant': 'not significant, although the interval excludes 0',
  'verdict.tooFewSeeds': 'too few seeds to tell: p cannot fall below {floor}',
  'verdict.unresolved': 'no detectable difference; {detectable} would have been detected',
  'verdict.unresolvedAlone': 'no detectable difference',
  'compare.otherItems': {
    one: 'not comparable: evaluated on other items ({parameters} differs)',
    other: 'not comparable: evaluated on other items ({count} parameters differ: {parameters})',
  },
  'compare.otherMasks': 'not comparable: held-out text is masked differently',
  'compare.otherData': 'not comparable: evaluated on other data',
  'compare.unknownItems': 'not comparable: the held-out data of a run of another tool is unknown',
  'compare.maskedDifferently':
    'Each policy masks its own held-out text. Loss, perplexity and accuracy of different policies are on different words and cannot be compared; a masking study scores all models on the same masks.',
  'compare.noCommonSeed': 'no seed in common with the baseline',
  'compare.noResult': 'no finished run with this metric',
  'compare.baseline': 'baseline',
  'sweep.trialStarted': 'Trial {trial} started ({run}).',
  'sweep.trialResumed': 'Trial {trial} continues ({run}).',
  'sweep.trialPaused': 'Trial {trial} is paused at step {step}: {value}.',
  'sweep.trialFinished': 'Trial {trial} finished: {value}.',
  'sweep.trialRetried': 'Trial {trial} ended without a result and is tried again. {reason}',
  'sweep.trialFailed': 'Trial {trial} ended without a result and is left out. {reason}',
  'sweep.rungDecided': {
    one: 'Rung {rung} is complete: {count} trial continues, with {cutoff} or better: {trials}.',
    other: 'Rung {rung} is complete: {count} trials continue, with {cutoff} or better: {trials}.',
  },
  'sweep.belowCutoff':
    'Rung {rung} is complete. {value} is worse than the cut-off, {cutoff}, so this trial stays paused. Trials that continue: {trials}.',
  'sweep.passedCutoff':
    'Rung {rung} is complete. {value} passes the cut-off, {cutoff}, so this trial continues.',
  'study.waitsForRun': 'Waiting: {run} is training.',
  'study.waitsForQueue': 'Waiting: the queue is paused.',
  'study.waitsForMemory': 'Waiting: the run needs about {needed} of memory, {free} are free.',
  'sweep.budgetSpent': {
    one: 'The hours of the sweep are used up. {count} trial is not started.',
    other: 'The hours of the sweep are used up. {count} trials are not started.',
  },
  'sweep.repeatStarted': 'Trial {trial} is repeated with seed {seed}.',
  'study.maskingItems': 'Masking the scored text: {name}',
  'study.runFinished': '{run} finished.',
  'study.runStarted': '{run} started ({number} of {count}).',
  'study.runFailed': '{run} ended without a result and is left out. {reason}',
  'study.runResumed': '{run} ended without a result and is resumed once.',
  'study.arm.maskedWords': 'Mask the words in training',
  'study.arm.maskedWords.detail':
    'At the rate of the policy. A mask in a word’s place still tells that it was there.',
  'study.arm.maskedBoth': 'Mask the words, and half of the examples at random',
  'study.arm.maskedBoth.detail': 'Masks are then everywhere and give no word away.',
  'study.arm.randomWords': 'Mask random words (control)',
  'study.arm.randomWords.detail': 'Shows what masking does, whichever words are masked.',
  'study.arm.consistency': 'Consistent predictions without the words',
  'study.arm.consistency.detail':
    'Learns to predict what the text says without them. Takes twice the time.',
  'study.arm.experts': 'Product of experts with a bag of words',
  'study.arm.experts.detail': 'The model learns what single words do not predict.',
  'study.arm.masker': 'MASKER at three strengths',
  'study.arm.masker.detail':
    'Reconstructs the words from their context. Each takes three times as long. With a shifted sample of at least 20 texts, the study chooses one on it.',
  'study.arm.errors': 'More weight on the errors of the plain model',
  'study.arm.errors.detail': 'Rows with wrong labels get more weight, too.',
  'study.arm.groups': 'Balanced groups',
  'study.arm.groups.detail': 'Rows with and without the words count alike for each label.',
  'study.arm.lastLayer': 'Last layer trained on the shifted sample',
  'study.arm.lastLayer.detail': 'Continues the plain model and takes seconds.',
  'study.arm.shiftedSample': 'Shifted sample added to the training data (bar to beat)',
  'study.arm.shiftedSample.detail': 'Each of its rows counts ten times.',
  'study.testOverlaps': {
    one: 'The test set "{name}" shares {count} text with the training data.',
    other: 'The test set "{name}" shares {count} texts with the training data.',
  },
  'study.testNear': {
    one: 'The test set "{name}" has {count} text that is nearly identical to one of the training data.',
    other:
      'The test set "{name}" has {count} texts that are nearly identical to some of the training data.',
  },
  'study.scoring': 'Scoring {run} ({number} of {count}).',
  'study.candidateScored': '{run}: {score} on the development texts.',
  'study.chosen': '{arm}: {values} chosen on the development texts.',
  'study.developmentOverlaps': {
    one: '{count} development text is in a test set, too, and is left out.',
    other: '{count} development texts are in a test set, too, and are left out.',
  },
} as const;

export const EXPERIMENTS_PROBLEMS = {
  'metrics.folderExists': {
    problem: 'The folder {folder} exists already.',
    remedy: 'Choose a folder that does not exist yet.',
  },
  'mlflow.invalidAddress': {
    problem: '"{address}" is not the address of an MLflow tracking server.',
    remedy:
      'Give an address that starts with http:// or https://, without a user name, such as http://127.0.0.1:5000. For a user name and a password, set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.',
  },
  'mlflow.plainAddress': {
    problem:
      'MLFLOW_TRACKING_URI is {address}. The connection is not encrypted, so others on the way can read what is sent.',
    remedy: {
      editor: 'Enter the address explicitly to allow it, or use one with https.',
      commandLine:
        'Pass the address with --tracking-uri to allow it, or use an address with https.',
    },
  },
  'mlflow.unreachable': {
    problem: 'The MLflow server at {host} cannot be reached: {reason}.',
    remedy: 'Check the address, the network and the proxy, and that the server runs.',
  },
  'mlflow.busy': {
    problem: 'The MLflow server at {host} could not handle a request ({status}), several times.',
    remedy: 'Try again later. Runs that are complete on the server are not sent again.',
  },
  'mlflow.unauthorized': {
    problem: 'The MLflow server at {host} refused access ({status}).',
    remedy:
      'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to credentials that may write there.',
  },
  'mlflow.redirected': {
    problem: 'The MLflow server at {host} redirects to {target}. Nothing was sent there.',
    remedy: 'If you trust that address, give it instead.',
  },
  'mlflow.refused': {
    problem: 'The MLflow server at {host} refused a request. {reason}',
    remedy: 'Check the version of the server and that the experiment accepts runs.',
  },
  'mlflow.notAServer': {
    problem: 'The server at {host} does not answer as an MLflow tracking server.',
    remedy: 'Check the address, including its path, such as https://example.com/mlflow.',
  },
  'mlflow.deletedExperiment': {
    problem: 'The experiment "{name}" was deleted on the MLflow server at {host}.',
    remedy: {
      editor: 'Restore it in MLflow, or move the runs to another experiment.',
      commandLine:
        'Restore it in MLflow, or move the runs with "masklab annotate <run> --experiment <name>".',
    },
  },
  'mlflow.leftBehind': {
    problem:
      'The export stopped, and the incomplete run {run} could not be deleted from the MLflow server at {host}. {reason}',
    remedy: 'Delete the run in MLflow, then export again.',
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
  'study.repeatedArm': {
    problem: 'Two arms are called "{name}".',
    remedy: 'Give each of them a unique name.',
  },
  'study.repeatedTest': {
    problem: 'Two tests are called "{name}".',
    remedy: 'Give each of them a unique name.',
  },
  'study.needsAudit': {
    problem: 'The model of {run} has not been audited.',
    remedy: 'Audit the model, then draft the study.',
  },
  'study.notLabelled': {
    problem: '{run} has no labels, so no words of it can be audited.',
    remedy: 'Choose a run of a classifier or regressor.',
  },
  'study.sampleIsTest': {
    problem: '{file} is both a test set and trained on.',
    remedy: 'Test on other texts than those of the run and of the shifted sample.',
  },
  'study.unknownArm': {
    problem:
      'The arm "{arm}" is not known, or needs words or a sample that the audit does not have.',
    remedy: 'Use {known}.',
  },
  'study.needsTests': {
    problem: 'A study of models with labels needs test sets, and this study has none.',
    remedy:
      'Add "tests": a name and labeled files for each, the first one in-domain, such as {example}.',
  },
  'study.testsWithoutLabels': {
    problem: '"{key}" is for models with labels, but this data is read for {task}.',
    remedy: 'Remove "{key}", or set "task" of the run.',
  },
  'study.masksWithLabels': {
    problem: '"{key}" is for masked language models, but this data is read for {task}.',
    remedy: 'Remove "{key}". Models with labels are evaluated on "tests".',
  },
  'study.armOptions': {
    problem:
      'The arm "{name}" sets {options}, but the arms of a study of masked language models differ in their masking only.',
    remedy: 'Set the option in "run", which all arms share.',
  },
  'study.otherMetric': {
    problem: 'This study has no metric "{metric}".',
    remedy: 'Use {known}.',
  },
  'study.sameArms': {
    problem: 'The arms "{first}" and "{second}" have the same settings.',
    remedy: 'Change one of them, or remove it.',
  },
  'study.unnamedArm': {
    problem: 'An arm of a study of models with labels has no name.',
    remedy: 'Add "name" to each arm.',
  },
  'study.severalRates': {
    problem: 'The arm "{name}" has several mask rates.',
    remedy: 'Write one arm for each of them.',
  },
  'study.oneLabelArm': {
    problem: 'This study has one arm, with nothing to compare it with.',
    remedy: 'Add an arm with other options or a masking policy.',
  },
  'study.errorsAlone': {
    problem: 'The arm "{name}" has one of "errorsOf" and "debias": "errors" without the other.',
    remedy: 'Write both, or neither.',
  },
  'study.laterArm': {
    problem: 'The arm "{name}" needs the models of "{needed}", which is not an earlier arm.',
    remedy: 'Name an arm that is listed before it.',
  },
  'study.inArm': {
    problem: 'Arm "{name}": {problem}',
    remedy: '{remedy}',
  },
  'study.inRun': {
    problem: '"run" of the study: {problem}',
    remedy: '{remedy}',
  },
  'study.notAChoice': {
    problem: '"{key}" is neither a value nor a list of values to choose from.',
    remedy: 'Write one value, or at least two as {example}.',
  },
  'study.repeatedValue': {
    problem: '"{key}" lists a value twice.',
    remedy: 'Remove one of them.',
  },
  'study.needsDevelopment': {
    problem:
      'The arm "{name}" lists values of "{key}" to choose from, but the study has no texts to choose them on.',
    remedy:
      'Add labeled texts from elsewhere that no test set has, such as "development": {example}, or write one value.',
  },
  'study.nothingToChoose': {
    problem: 'The study has "development" texts to choose values on, but no arm lists any.',
    remedy: 'List values in an arm, such as {example}, or remove "development".',
  },
  'study.chosenLater': {
    problem:
      'The arm "{name}" needs the models of "{needed}", whose values are only chosen while the study runs.',
    remedy: 'Name an arm without "choose", or write one value in "{needed}".',
  },
  'study.manyCandidates': {
    problem: 'The arm "{name}" has {count} combinations of values, more than {most}.',
    remedy: 'List fewer values.',
  },
  'study.fewDevelopmentTexts': {
    problem:
      'The arm "{name}" can be scored on {count} development texts, which is too few: texts of test sets and of its training data do not count.',
    remedy:
      'Give "development" at least {least} labeled texts that no test set has and "data" lacks.',
  },
  'study.noCandidate': {
    problem: 'No value of the arm "{name}" has a score on the development texts.',
    remedy:
      'See why its runs failed and resume the study, or create one with other values or another metric.',
  },
  'study.noDevelopmentMetric': {
    problem: 'The development texts give no {metric}.',
    remedy: 'Choose another "metric", or give "development" at least ten texts of each group.',
  },
  'study.changedDevelopment': {
    problem: 'The development texts have changed since the study was created.',
    remedy: 'Restore their files, or create a new study.',
  },
  'study.unknownTest': {
    problem: 'No test set of the study is called "{name}".',
    remedy: 'Use {known}.',
  },
  'study.emptyTest': {
    problem: 'The test set "{name}" has no labeled rows.',
    remedy: 'Check its files, and the text and label columns of the run.',
  },
  'study.unknownLabel': {
    problem: 'The runs of the study do not learn the label "{label}". Their labels are {labels}.',
    remedy:
      'Correct the label or remove the row, add rows with this label to the training data, or set "skipBad": true in "run" to skip such rows.',
  },
  'study.changedTest': {
    problem: 'The test set "{name}" has changed since the study was created.',
    remedy: 'Restore its files, or create a new study.',
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
  'sweep.empty': {
    problem: 'The sweep file is empty.',
    remedy: 'Write a sweep that starts with {example}.',
  },
  'sweep.noParameters': {
    problem: 'The sweep has no parameters to search.',
    remedy:
      'Add an option of a run, such as "learningRate", with "values" or with "min" and "max".',
  },
  'sweep.tooManyParameters': {
    problem: 'A quasi-random search can have at most {most} parameters.',
    remedy: 'Remove parameters, or fix them under "run".',
  },
  'sweep.seedSwept': {
    problem: 'The seed of a run is not a parameter to search.',
    remedy: 'Remove it. The best trials are repeated with fresh seeds, as "repeats" says.',
  },
  'sweep.maskingSwept': {
    problem:
      'Runs that mask differently are evaluated on different tokens, so their metrics cannot be compared.',
    remedy:
      'Compare masking policies and mask rates in a masking study, which scores all models on the same tokens.',
  },
  'sweep.otherText': {
    problem:
      'Running text that is cut differently ("{key}") is evaluated on different tokens, so the metrics of the trials cannot be compared.',
    remedy: 'Set "{key}" under "run" instead.',
  },
  'sweep.setTwice': {
    problem: '"{key}" is both searched and set under "run".',
    remedy: 'Remove it from "run" or from "parameters".',
  },
  'sweep.valuesAndRange': {
    problem: 'A parameter has "values" or a range, but not both.',
    remedy: 'Remove "values" or "{key}".',
  },
  'sweep.repeatedValue': {
    problem: 'The value {value} is listed twice.',
    remedy: 'Remove one of them.',
  },
  'sweep.rangeNotNumber': {
    problem: '"{key}" is not a number, so it has no range.',
    remedy: 'List its "values".',
  },
  'sweep.noValues': {
    problem: '"{key}" has no values to search.',
    remedy: 'Add "values", or both "min" and "max".',
  },
  'sweep.emptyRange': {
    problem: 'The range is empty: "max" must be greater than "min", which is {min}.',
    remedy: 'Enter a greater "max".',
  },
  'sweep.logFromZero': {
    problem: 'A range on a logarithmic scale cannot start at 0.',
    remedy: 'Enter a "min" above 0, or set "scale" to "linear".',
  },
  'sweep.gridNeedsCount': {
    problem: 'A grid needs the number of values that the range of "{key}" is divided into.',
    remedy: 'Add "count", list the "values", or set "method" to "quasi-random".',
  },
  'sweep.countOfRandom': {
    problem: 'A quasi-random search draws from the whole range and does not divide it.',
    remedy: 'Remove "count", or set "method" to "grid".',
  },
  'sweep.trialsOfGrid': {
    problem: 'The number of trials of a grid follows from its values.',
    remedy: 'Remove "trials", or set "method" to "quasi-random".',
  },
  'sweep.gridTooLarge': {
    problem: 'The grid has {count} trials; at most {most} are possible.',
    remedy: 'Remove values, or set "method" to "quasi-random" and "trials" to a number.',
  },
  'sweep.twoBudgets': {
    problem: 'A sweep is limited by trials or by hours, but not by both.',
    remedy: 'Remove "hours" or "trials".',
  },
  'sweep.noBudget': {
    problem: 'A quasi-random search needs a number of trials or of hours.',
    remedy: 'Add "trials", such as 20, or "hours".',
  },
  'sweep.unknownMetric': {
    problem: 'Runs of this task have no metric "{metric}".',
    remedy: 'Set "metric" to {metrics}.',
  },
  'sweep.notASweep': {
    problem: '{folder} is not the folder of a sweep: {reason}',
    remedy: 'Choose a folder of a sweep in .masklab/studies.',
  },
  'sweep.changed': {
    problem: 'The data, the model or the options of this sweep have changed: {parameters}.',
    remedy: 'Restore them to add trials, or create a new sweep.',
  },
  'runFile.empty': {
    problem: 'The run file is empty.',
    remedy: 'Write a run that starts with {example}.',
  },
  'runFile.twoModels': {
    problem: 'The run names a model to start from and a new model.',
    remedy: 'Remove "model" or "newModel".',
  },
  'runFile.twoSeeds': {
    problem: 'The run file has one seed and a list of seeds.',
    remedy: 'Remove "seed" or "seeds".',
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
  'query.valueMissing': {
    problem: 'A value is missing after “{written}”.',
    remedy: 'Enter a condition such as lr > 1e-4, status:failed or #baseline.',
  },
  'query.unknownName': {
    problem: 'No run has a field or parameter “{name}”.',
    remedy: 'Put text to search for into quotation marks, or name a parameter of the runs.',
  },
  'query.misspelledName': {
    problem: 'No run has a field or parameter “{name}”. Did you mean “{suggestion}”?',
    remedy: 'Correct the name, or put text to search for into quotation marks.',
  },
  'query.notANumber': {
    problem: '“{name}” cannot be compared with “{value}”, which is not a number.',
    remedy: 'Enter a number such as 1e-4 or 90%, or use : to search for text.',
  },
} as const;
