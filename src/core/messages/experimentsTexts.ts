/** Comparisons of runs. */
export const EXPERIMENTS_MESSAGES = {
  'verdict.better': 'better',
  'verdict.worse': 'worse',
  'verdict.equal': 'practically equal',
  'verdict.tooFewSeeds': 'too few seeds to tell: p cannot fall below {floor}',
  'verdict.unresolved': 'no detectable difference; {detectable} would have been detected',
  'verdict.unresolvedAlone': 'no detectable difference',
  'compare.otherItems': 'not comparable: evaluated on other items ({parameters} differs)',
  'compare.noCommonSeed': 'no seed in common with the baseline',
  'compare.noResult': 'no finished run with this metric',
  'compare.baseline': 'baseline',
} as const;

export const EXPERIMENTS_PROBLEMS = {
  'runFile.empty': {
    problem: 'The run file is empty.',
    remedy: 'Write a run that starts with {example}.',
  },
  'compare.noSuchRun': {
    problem: 'No run is called "{name}".',
    remedy: {
      editor: 'Select a run in the Experiments view.',
      commandLine:
        'List the runs with "masklab runs", and name one by its id, its name or its folder.',
    },
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
