import type { ProblemText, Text } from './wording.js';

export const TRAINING_MESSAGES = {
  // Metrics of held-out data.
  'metric.loss': 'loss',
  'metric.loss.explanation': 'Mean loss on held-out data. Lower is better.',
  'metric.perplexity': 'perplexity',
  'metric.perplexity.explanation': 'Exponential of the held-out loss. Lower is better.',
  'metric.maskedAccuracy': 'masked accuracy',
  'metric.maskedAccuracy.explanation':
    'Share of held-out masked tokens that the model predicts exactly. Higher is better.',
  'metric.accuracy': 'accuracy',
  'metric.accuracy.explanation':
    'Share of held-out labels that the model predicts correctly. Higher is better.',
  'metric.macroF1': 'macro F1',
  'metric.macroF1.explanation':
    'Mean F1 over all labels, with equal weight for rare and frequent ones. Higher is better.',
  'metric.microF1': 'micro F1',
  'metric.microF1.explanation':
    'F1 over the decisions on all labels together, if several labels may apply. Higher is better.',
  'metric.matthewsCorrelation': 'Matthews correlation',
  'metric.matthewsCorrelation.explanation':
    'Matthews correlation coefficient of held-out labels and predictions: 0 for guessing, 1 if all are right. Higher is better.',
  'metric.meanSquaredError': 'mean squared error',
  'metric.meanSquaredError.explanation':
    'Mean squared error of held-out predictions. Lower is better.',
  'metric.meanAbsoluteError': 'mean absolute error',
  'metric.meanAbsoluteError.explanation':
    'Mean absolute difference between held-out predictions and targets. Lower is better.',
  'metric.correlation': 'correlation',
  'metric.correlation.explanation':
    'Pearson correlation of held-out predictions with targets. Higher is better.',
  'metric.rSquared': 'R²',
  'metric.rSquared.explanation':
    'Coefficient of determination: 1 minus the mean squared error over the variance of the held-out targets. 0 for predicting their mean. Higher is better.',
  /** `accuracy 91.2%` */
  'metric.value': '{metric} {value}',
  /** `perplexity 12.3 → 9.1` */
  'metric.change': '{metric} {before} → {after}',
  'training.readingData': 'Reading the data',
  'training.loadingModel': 'Loading the model',
  'training.buildingGraph': 'Building the training graph',
  'training.splittingText': 'Splitting the text into sequences: {count}',
  'training.vocabularyReading': 'Training the vocabulary: {count} texts read',
  'training.vocabularyMerging': 'Training the vocabulary: {share} of the merges',
  'training.vocabularySeeding': 'Training the vocabulary: searching for frequent pieces ({share})',
  'training.vocabularyEstimating': 'Training the vocabulary: {share} of the pieces estimated',
  'training.evaluating': 'Evaluating on held-out data',
  'training.computingFeatures': 'Running the layers below the output layer',
  'training.featuresKept':
    'Only the output layer is trained, so the layers below it run once over all texts.',
  'training.heldOutFeaturesKept':
    'The layers below the output layer run once over the held-out texts, and in each epoch over the training texts, whose masks change.',
  'training.featuresNotKept':
    'The layers below the output layer run in each epoch: their outputs for all texts take more than {limit}.',
  'training.fittingBaselines': 'Training the bag of words',
  'training.evaluatingTest': 'Evaluating on test data',
  'training.restoringBest': 'Restoring the best model',
  'training.writingExampleScores': 'Writing predictions for single examples',
  'training.writingModel': 'Writing the model',
  'training.started': 'Training {model} on {files}: {data}.',
  'training.resumed': 'Resuming from step {step}.',
  'training.files': { one: '{count} file', other: '{count} files' },
  'training.trainSequences': {
    one: '{count} training sequence',
    other: '{count} training sequences',
  },
  'training.heldOutSequences': {
    one: '{count} held-out sequence',
    other: '{count} held-out sequences',
  },
  'training.testSequences': { one: '{count} test sequence', other: '{count} test sequences' },
  'training.nearDuplicatesDropped': {
    one: '{count} near-duplicate removed',
    other: '{count} near-duplicates removed',
  },
  'training.trainRows': { one: '{count} training row', other: '{count} training rows' },
  'training.heldOutRows': { one: '{count} held-out row', other: '{count} held-out rows' },
  'training.testRows': { one: '{count} test row', other: '{count} test rows' },
  'training.textsInWindows': {
    one: '{count} text longer than {maxLength} tokens in {windows} windows',
    other: '{count} texts longer than {maxLength} tokens in {windows} windows',
  },
  'training.textsTruncated': {
    one: '{count} text truncated to {maxLength} tokens',
    other: '{count} texts truncated to {maxLength} tokens',
  },
  'training.threads': { one: 'Using {count} thread.', other: 'Using {count} threads.' },
  'training.masking': 'Masking policy: {policy}. The first epoch masks {masked}.',
  'training.maskedExamples':
    'Masked fine-tuning: {share} of the examples of each batch are masked at random, each at a rate between 0% and 100%.',
  'training.shiftedRows': {
    one: '{count} row of the shifted sample is trained on, with the weight {weight}.',
    other: '{count} rows of the shifted sample are trained on, each with the weight {weight}.',
  },
  'training.shiftedLeftOut': {
    one: '{count} row of the shifted sample is left out, because the held-out or test split has it, too.',
    other:
      '{count} rows of the shifted sample are left out, because the held-out or test split has them, too.',
  },
  'training.wordsToDiscourage': {
    one: '{count} of {total} training rows has words to discourage ({policy}).',
    other: '{count} of {total} training rows have words to discourage ({policy}).',
  },
  'training.expertFitted':
    'Product of experts: a bag of words was fitted to the training rows, each row predicted out of fold.',
  'training.expertPredicts':
    'Product of experts: a bag of words predicts {share} of the training rows, each out of fold.',
  'training.errorsWeighted': {
    one: '{model} predicts {count} of {total} training rows wrongly, which gets the weight {weight}.',
    other:
      '{model} predicts {count} of {total} training rows wrongly, which get the weight {weight}.',
  },
  'training.groupsBalanced': 'Balanced groups: {cells}.',
  'training.cellWithWords': {
    one: '{label} with words: {count} row × {weight}',
    other: '{label} with words: {count} rows × {weight}',
  },
  'training.cellWithoutWords': {
    one: '{label} without words: {count} row × {weight}',
    other: '{label} without words: {count} rows × {weight}',
  },
  'training.noWordsMasked':
    'The masking policy masks nothing in the training texts. Set a mask rate above 0 in the policy, or add rules that match the text.',
  'training.maskedTokens': '{share} of the tokens ({rules})',
  'training.maskedNoTokens': 'none of the tokens',
  'training.maskedByRule': '{rule} {share}',
  'training.maskedByLabel': 'In the texts of each label: {labels}.',
  'training.maskedOfLabel': '{label} {share}',
  'training.atRandom': 'at random',
  'training.alwaysMasked': 'always masked',
  'training.ruleMatchesNothing': 'The masking rule "{rule}" matches nothing in this data.',
  'training.sampleMasksNothing':
    'The masking policy masks nothing in a sample of {size} of the data. If it masks nothing in the rest either, the run fails. Set a mask rate above 0 in the policy, or add rules that match the text.',
  'training.sequencesSkipped': {
    one: '{count} of {total} sequences contains nothing that the policy masks and is skipped.',
    other: '{count} of {total} sequences contain nothing that the policy masks and are skipped.',
  },
  'training.fewTokensMasked':
    'Only {share} of the tokens are masked, so the model learns little from each step. Raise the mask rate of the policy or of its rules.',
  'training.checkpointWritten': 'Checkpoint at step {step}.',
  'training.checkpointSkipped': 'A checkpoint cannot be used and is skipped. {problem}',
  'training.noCheckpoint': 'There is no usable checkpoint. Training restarts from the first step.',
  'training.pausedAt':
    'Paused at step {step}, as far as the sweep asked for. The sweep resumes the run, or you do.',
  'training.stoppedAt': 'Stopped at step {step}. Resume the run to continue from there.',
  'training.stoppedEarly': {
    one: 'Stopped early at step {step}: {metric} has not improved for {count} evaluation.{best}',
    other: 'Stopped early at step {step}: {metric} has not improved for {count} evaluations.{best}',
  },
  'training.bestValue': ' The best value is {value} at step {step}.',
  'training.bestKept': 'The model is the one from step {step}, the best of the run: {value}.',
  'training.bestUnreadable':
    'The best model cannot be read, so the run keeps the last model. {problem}',
  'training.testResult': 'Test data: {value}.',
  'training.exampleScoresBySize':
    '{file} contains {written} of {total} examples. Its size is limited to {limit}.',
  'training.exampleScoresByTime':
    '{file} contains {written} of {total} examples. Scoring all of them would take too long compared with the training.',
  'training.exampleScoresByStop':
    '{file} contains {written} of {total} examples. The run was stopped while it was written.',
  'training.finished': "Finished. The model is in the run's model folder.",
  'training.classifyTexts': 'Classify texts',
  'training.classifyWords': 'Classify words',
  'training.predictNumbers': 'Predict numbers',
  'training.predictMaskedWords': 'Predict masked words',
  'training.labels': '{count} labels: {labels}, …',
} as const satisfies Record<string, Text>;

export const TRAINING_PROBLEMS = {
  'training.nothingTrained': {
    problem: 'This method and these frozen parameters leave nothing to train.',
    remedy: 'Freeze fewer layers, or use patterns that leave some parameters unfrozen.',
  },
  'training.unknownAdapterTargets': {
    problem: 'No weight of this model is named {targets}.',
    remedy: 'Name the projections to adapt. A layer of this model has {examples}.',
  },
  'training.noDropout': {
    problem:
      'This {family} model has no dropout: its config.json sets each rate to 0 or names none.',
    remedy: 'Train without dropout, or add rates such as hidden_dropout_prob to config.json.',
  },
  'training.outOfMemory': {
    problem:
      'Training needs {needed} for weights, gradients and optimizer state. That much memory is not available.',
    remedy:
      'Close other programs, select a smaller model, train fewer parameters (LoRA or frozen layers), or use an optimizer with a smaller state (lion or adafactor).',
  },
  'training.parameterTooLarge': {
    problem:
      'Parameter {name} needs {needed} with its gradient and optimizer state. The limit for one parameter is {limit}.',
    remedy:
      'Freeze it, use an optimizer with a smaller state (lion or adafactor), or select a smaller model.',
  },
  'training.batchDoesNotFit': {
    problem:
      'Training this model needs about {needed} even with one sequence per batch. The memory limit is {limit}.',
    remedy: 'Raise the limit, select a smaller model, use shorter sequences, or train with LoRA.',
  },
  'training.unknownMetric': {
    problem: 'Early stopping uses the metric {metric}, which is not evaluated for the task {task}.',
    remedy: 'Use {metrics} instead.',
  },
  'training.wordsWithTags': {
    problem:
      'The data contains lists of tagged words. Only token classification learns from these.',
    remedy: 'Select the task token-classification, or a column that contains whole texts.',
  },
  'training.noWordsWithTags': {
    problem:
      'Token classification needs lists of words with one tag per word, but the data contains whole texts.',
    remedy: 'Provide JSON Lines with "tokens" and "tags", or a CoNLL file.',
  },
  'training.classWeightCount': {
    problem: {
      one: 'Expected one class weight per label ({labels}) but found {count} weight.',
      other: 'Expected one class weight per label ({labels}) but found {count} weights.',
    },
    remedy: 'Set the weights in the order {names}, or set "balanced".',
  },
  'training.classWeightsOfSeveral': {
    problem: 'Class weights are not supported if a text can have several labels.',
    remedy: 'Remove the class weights.',
  },
  'training.oneLabel': {
    problem: 'All rows have the same label, "{label}".',
    remedy: 'Add rows with another label, or select another label column.',
  },
  'training.tooManyLabels': {
    problem: 'Column "{column}" has {values} different values in {rows} rows, too many for labels.',
    remedy: 'Select another label column. To predict numbers, use the task regression.',
  },
  'training.labelsNotTrained': {
    problem: 'No training row has these labels: {labels}. All rows with them are held out.',
    remedy: 'Add rows with these labels, remove the labels, or reduce the held-out fraction.',
  },
  'training.noWordsToDiscourage': {
    problem: 'No training text has a word of the policy {policy}, so there is nothing to debias.',
    remedy: 'Name a policy whose rules find words of the texts.',
  },
  'training.debiasModelOther': {
    problem: '{model} cannot say which rows are hard: it does not predict the labels {labels}.',
    remedy: 'Name a classifier that was trained with the labels of this data.',
  },
  'training.lastLayerNew': {
    problem:
      'The method last-layer needs a model that was trained for the task, but {model} has no output layer for the labels of this data.',
    remedy: 'Start from a run or model that was trained with these labels.',
  },
  'training.maskerNeedsHead': {
    problem: 'MASKER reconstructs words, but {model} has no masked-language-model head.',
    remedy:
      'Start from a masked language model in the layout of transformers, such as the bundled model, or choose another debiasing.',
  },
  'training.notForOptimizer': {
    problem: {
      editor: 'The setting masklab.training.{option} does not apply to the optimizer {optimizer}.',
      commandLine: '--{flag} does not apply to the optimizer {optimizer}.',
      file: '"{option}" does not apply to "optimizer": "{optimizer}".',
    },
    remedy: {
      editor:
        'Set masklab.training.optimizer to one of {optimizers}, or reset masklab.training.{option}.',
      commandLine: 'Choose an optimizer that has it ({optimizers}), or remove --{flag}.',
      file: 'Choose an "optimizer" that has it ({optimizers}), or remove "{option}".',
    },
  },
  'training.onlyForLora': {
    problem: {
      editor: 'The setting masklab.training.{option} applies only to the method lora.',
      commandLine: '--{flag} applies only to the method lora.',
      file: '"{option}" applies only to "method": "lora".',
    },
    remedy: {
      editor: 'Set masklab.training.method to lora, or reset masklab.training.{option}.',
      commandLine: 'Use --method lora, or remove --{flag}.',
      file: 'Write "method": "lora", or remove "{option}".',
    },
  },
} as const satisfies Record<string, ProblemText>;
