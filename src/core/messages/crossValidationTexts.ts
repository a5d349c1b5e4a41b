/** The report of a cross-validation. */
export const CROSS_VALIDATION_MESSAGES = {
  'crossValidation.title': 'Cross-validation of {name}',
  'crossValidation.rows':
    'Each of {runs} runs held out one part of the data. {predicted} of {total} rows were predicted by a run that was not trained on them.',
  'crossValidation.missing': {
    one: '{count} held-out row has no prediction, because of a limit of its run.',
    other: '{count} held-out rows have no prediction, because of a limit of their runs.',
  },
  'crossValidation.neverHeldOut': {
    one: '{count} row was never held out, because no other row would be left to train its label on.',
    other:
      '{count} rows were never held out, because no other rows would be left to train their labels on.',
  },
  'crossValidation.suspects': 'Labels that may be wrong',
  'crossValidation.method':
    'A row is listed if another label is more probable than the given one, and at least as probable as on average in the rows with that label (confident learning, Northcutt et al. 2021).',
  'crossValidation.listed': {
    one: '{count} row is listed. Read it before you change its label.',
    other:
      '{count} rows are listed, those with the largest difference first. Read them before you change a label.',
  },
  'crossValidation.more': {
    one: '{count} more row is in {file}.',
    other: '{count} more rows are in {file}.',
  },
  'crossValidation.noSuspect': 'No row is listed.',
  'crossValidation.notOneLabel':
    'Wrong labels are only looked for where each text has exactly one label.',
  'crossValidation.given': 'Given label',
  'crossValidation.givenProbability': 'Its probability',
  'crossValidation.metrics': 'Metrics',
  'crossValidation.metric': 'Metric',
  'crossValidation.mean': 'Mean of the runs',
  'crossValidation.spread': 'Spread',
  'crossValidation.pooled': 'All rows together',
  'crossValidation.spreadNote':
    'Spread is the standard deviation over the runs. They share training data, so it gives no standard error of the mean (Bengio and Grandvalet 2004).',
} as const;
