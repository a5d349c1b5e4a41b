/** Plans and reports of masking studies and sweeps. */
export const REPORT_MESSAGES = {
  'plan.sweep': 'sweep',
  'plan.search': 'search',
  'plan.metric': 'metric',
  'plan.trials': 'trials',
  'plan.time': 'time',
  'plan.disk': 'disk',
  'plan.study': 'study',
  'plan.hypothesis': 'hypothesis',
  'plan.arms': 'arms',
  'plan.masks': 'masks',
  'plan.tests': 'test sets',
  'plan.metricTests': '{metric} on the test sets',
  'plan.seeds': 'seeds',
  'plan.searchOf': '{parameters}, {method}, seed {seed}',
  'plan.metricHeldOut': '{metric} on the held-out split',
  'plan.metricTest': '{metric} on the test split',
  'plan.withMargin': '{metric}, margin {margin}',
  'plan.trialCount': { one: '{count} trial', other: '{count} trials' },
  'plan.repeats': {
    one: '{trials}, then the best {top} with {count} fresh seed each',
    other: '{trials}, then the best {top} with {count} fresh seeds each',
  },
  'plan.about': 'about {amount}',
  'plan.timeOfRuns': {
    one: 'about {time} for {count} run, and scoring',
    other: 'about {time} for {count} runs, and scoring',
  },
  'plan.rung': 'rung',
  'plan.trainedTo': 'trained to',
  'plan.halving':
    'Trials pause and resume. Learning rates follow the schedule of the whole run, so trials on a rung are compared in the middle of it.',
  'plan.baseline': '{name} (baseline)',
  'plan.decides': '{name} (decides)',
  'plan.choices': 'choices',
  'plan.crossFitted': '{arm}, by halves of its shifted sample',
  'plan.chosenOn': 'chosen on',
  'plan.developmentTexts': {
    one: '{count} development text, with seeds {seeds}',
    other: '{count} development texts, with seeds {seeds}',
  },
  'plan.smallestP': 'smallest p (Holm)',
  'plan.detectableGain': 'detectable gain',
  'plan.unknownGain': 'unknown',
  'plan.noGain': 'none',
  'plan.needsPilot': {
    editor:
      'The detectable gain needs the spread of the gains: run a study with two or three seeds, then plan this one on the command line with that study as its pilot.',
    commandLine:
      'The detectable gain needs the spread of the gains: run a study with two or three seeds, then add --pilot <study folder>.',
  },
  'plan.power': 'A gain of this size is detected in four of five studies.',
  'search.grid': 'grid',
  'search.quasiRandom': 'quasi-random',
  'unit.points': '{value} pp',
  'unit.nats': '{value} nats',
  'unit.percentagePoints': 'percentage points',
  'unit.natsPerToken': 'nats per masked token',
  'report.result': 'Result',
  'report.method': 'Method',
  'report.n': 'n',
  'report.p': 'p',
  'report.pHolm': 'p (Holm)',
  'report.interval': '95% interval',
  'report.range': '{low} to {high}',
  'report.forest': 'Forest plot of the gains',
  'report.forestSummary': 'Gains over {baseline}. {best}: {gain}, {verdict}.',
  'report.forestAxis': 'Gain over {baseline} on “{mask}” ({unit}; right is better)',
  'report.hypothesis': 'Hypothesis, recorded before the first run: {hypothesis}',
  'report.exploratory':
    'Exploratory: seeds or the design changed after the first results. P-values and verdicts do not hold as they would for a design that was decided before.',
  'report.scoredHeldOut':
    'Every model is scored on the same masked tokens of the held-out split. The mask “{mask}” decides: {items}. Gains are paired by seed; positive is better than “{baseline}”.',
  'report.scoredTest':
    'Every model is scored on the same masked tokens of the test split. The mask “{mask}” decides: {items}. Gains are paired by seed; positive is better than “{baseline}”.',
  'report.items': '{tokens} masked tokens in {sequences} sequences',
  'report.noItems': 'no model has been scored yet',
  'report.policy': 'policy',
  'report.arm': 'arm',
  'report.seedsOfArms':
    'Seeds: {seeds}. All arms have the same data, splits, model, options and seeds, except what is listed with them.',
  'report.estimate': '{metric} ± 95%',
  'report.gain': 'gain ({unit}) [95%]',
  'report.wins': 'wins',
  'report.verdict': 'verdict',
  'report.missing': 'Without a result, and left out: {runs}.',
  'report.missingRun': '{arm} with seed {seed}',
  'report.scoredTests': {
    one: 'Every model is evaluated on the same test sets. “{test}” decides: {rows} row. Gains are paired by seed; positive is better than “{baseline}”.',
    other:
      'Every model is evaluated on the same test sets. “{test}” decides: {rows} rows. Gains are paired by seed; positive is better than “{baseline}”.',
  },
  'report.onTest': 'Test set “{name}”',
  'report.testDecides': {
    one: 'This test set decides ({rows} row). All metrics:',
    other: 'This test set decides ({rows} rows). All metrics:',
  },
  'report.testBeside': {
    one: '{rows} row. This test set was not chosen to decide; p-values are corrected for the number of arms, not for the number of test sets.',
    other:
      '{rows} rows. This test set was not chosen to decide; p-values are corrected for the number of arms, not for the number of test sets.',
  },
  'report.worstGroup': 'worst-group accuracy',
  'report.worstGroupExact': 'worst-group exact match',
  'report.calibrationError': 'calibration error',
  'report.outOfDomainAuc': 'out-of-domain AUROC',
  'report.flipRate': 'flip rate',
  'report.swapFlipRate': 'flip rate of swapped words',
  'report.groups': 'Accuracy by group',
  'report.groupsExact': 'Exact match by group',
  'report.exactMatch':
    'Rows have several labels. Values of groups, and of the worst one, are the share of rows with all labels right and no other (exact match). The accuracy counts each label of each row, so it is higher and cannot be compared with them.',
  'report.groupsOf':
    'Rows of “{name}” by label and by whether they have one of the study’s words; means over the seeds. Groups of fewer than 10 rows are left out.',
  'report.group': 'group',
  'report.rows': 'rows',
  'report.groupWith': '{label}, with a word',
  'report.groupWithout': '{label}, without',
  'report.cost': 'Cost',
  'report.costNote':
    'Time of training per run, on the machine of the study and beside what else it did. The time for an arm that another one starts from is not included.',
  'report.trainingTime': 'training time',
  'report.relativeTime': 'relative to the baseline',
  'report.limits': 'Limits',
  'report.inDomainCost': 'The gain of “{arm}” on “{test}”, which is in-domain, is {gain}.',
  'report.noneBetter':
    'No arm is better than the baseline on the deciding test set. That is a result: do not read the largest gain as one.',
  'report.limitOneShift':
    'A gain on one shift says little about another one. Test on the shift that you expect.',
  'report.limitWords':
    'Masked or down-weighted words are information lost. Where a word is what the label means, masking it must cost.',
  'report.limitIntervals':
    'Intervals after ± are over seeds and hold for these very rows. Those of gains in accuracy are over seeds and rows and hold for other rows like them, too.',
  'report.limitIntervalsOfSeeds': 'Intervals are over seeds and hold for these very rows.',
  'report.armSettings': 'Arms: {arms}.',
  'report.testSets': 'Test sets: {tests}. They were recorded before the first run.',
  'report.testSet': { one: '{name} ({rows} row)', other: '{name} ({rows} rows)' },
  'report.testOverlap': {
    one: '“{name}” shares {count} text with the training data.',
    other: '“{name}” shares {count} texts with the training data.',
  },
  'report.testNear': {
    one: '“{name}” has {count} text that is nearly identical to one of the training data.',
    other: '“{name}” has {count} texts that are nearly identical to some of the training data.',
  },
  'report.masksInTraining': 'masks in training: {policy}',
  'report.trainsOn': 'trains on {data}',
  'report.startsFrom': 'starts from the model of “{arm}”',
  'report.errorsOf': 'weighs the errors of “{arm}”',
  'report.choices': 'Chosen values',
  'report.choicesNote': {
    one: 'Values were chosen by the mean {metric} on {count} development text, with seeds {seeds}, before a test set was scored. Texts of the test sets and of the training data of an arm are not among them.',
    other:
      'Values were chosen by the mean {metric} on {count} development texts, with seeds {seeds}, before a test set was scored. Texts of the test sets and of the training data of an arm are not among them.',
  },
  'report.crossFitted':
    '“{arm}” also trains on development texts: its candidates were trained without one half of its shifted sample and scored on it, in turn. The runs of the chosen values train on the whole sample.',
  'report.valuesTried': 'values',
  'report.onDevelopment': '{metric} on the development texts',
  'report.isChosen': '{score} (chosen)',
  'report.chosenValues': '{values} (chosen)',
  'report.noChanges': 'the shared settings',
  'report.policyByMask': 'Policy by mask',
  'report.byMaskLoss':
    'Loss in nats per masked token; lower is better. Compare within a column: other columns mask other tokens. Columns other than “{mask}” were not chosen to decide; their intervals are not corrected for the number of columns.',
  'report.byMaskAccuracy':
    'Share of the masked tokens that are predicted; higher is better. Compare within a column: other columns mask other tokens. Columns other than “{mask}” were not chosen to decide; their intervals are not corrected for the number of columns.',
  'report.masks': 'masks: {name}',
  'report.scoresWithoutMask': 'Scores without a mask',
  'report.wordScores':
    'Pseudo-log-likelihood word by word (PLL-word-l2r, Kauf & Ivanova 2023, arXiv:2305.10588). Lower is better.',
  'report.noWordsSkipped':
    'No word was left out, so bits per character can be compared with those of other tokenizers that know all words of these texts.',
  'report.wordsSkipped': {
    one: '{count} of {total} words was left out, as the model cannot read it: it has unknown tokens, too many tokens, or a script that the model never read. Such words are hard to predict, so bits per word and per character are too low. All policies leave out the same words, but do not compare these values with those of a tokenizer that knows more words.',
    other:
      '{count} of {total} words were left out, as the model cannot read them: they have unknown tokens, too many tokens, or a script that the model never read. Such words are hard to predict, so bits per word and per character are too low. All policies leave out the same words, but do not compare these values with those of a tokenizer that knows more words.',
  },
  'report.wordsMaybeSkipped':
    'Words that the model cannot read, such as those with unknown tokens, are left out and were not counted. Compare bits per character across tokenizers only if all of them know all words.',
  'report.bitsPerWord': 'bits per word',
  'report.bitsPerCharacter': 'bits per character',
  'report.gainsBySeed': 'Gains by seed',
  'report.seed': 'seed {seed}',
  'report.policies': 'Policies: {policies}.',
  'report.seeds':
    'Seeds: {seeds}. All policies have the same data, splits, model, options and seeds.',
  'report.maskToken':
    'Masked tokens are always replaced by the mask token when models are scored; the masks of a sequence depend on its content, not on a seed.',
  'report.verdicts': {
    one: 'Verdicts: 95% t interval over seeds and exact sign-flip test with Holm’s correction for {count} comparison. “Better” needs an interval above 0 and a corrected p below 0.05.',
    other:
      'Verdicts: 95% t interval over seeds and exact sign-flip test with Holm’s correction for {count} comparisons. “Better” needs an interval above 0 and a corrected p below 0.05.',
  },
  'report.verdictsAcrossRows': {
    one: 'Verdicts: 95% interval and p-value by a bootstrap over seeds and rows (Owen 2007), never smaller than by a t-test over seeds, with Holm’s correction for {count} comparison. “Better” needs an interval above 0 and a corrected p below 0.05.',
    other:
      'Verdicts: 95% interval and p-value by a bootstrap over seeds and rows (Owen 2007), never smaller than by a t-test over seeds, with Holm’s correction for {count} comparisons. “Better” needs an interval above 0 and a corrected p below 0.05.',
  },
  'report.verdictsBySeeds':
    'Fewer than {least} seeds of {arms} can be compared, so that verdicts there are by a t interval and an exact sign-flip test over the seeds alone.',
  'report.noMargin': 'No margin of practical equality was set.',
  'report.margin': 'Margin of practical equality: ±{margin}.',
  'report.studyDesign':
    'Study {id}, created {date} with Masklab {version}. Design {digest}, unchanged since then.',
  'report.studyChanged':
    'Study {id}, created {date} with Masklab {version}. Design {digest}, changed since.',
  'report.studyFiles':
    'Everything needed to repeat the study is in study.json and in run.json of each run. The design:',
  'report.noResult': 'no result yet',
  'report.noTrial': 'No trial has finished yet.',
  'report.selected':
    'Trained to the end: {finished} of {trials} trials. The best on the held-out split is trial {trial} ({settings}), with {metric} {value}. This value is too good: it is the best of many, and the split that it was measured on selected it.',
  'report.repeated':
    'The table has the best trials again, with fresh seeds that had no part in the selection.',
  'report.repeatedTest':
    'The table has the best trials again, with fresh seeds that had no part in the selection, and on the test split.',
  'report.trial': 'trial',
  'report.selectedBy': 'selected by (held-out {metric})',
  'report.freshSeeds': 'fresh seeds',
  'report.heldOut': 'held-out {metric}',
  'report.heldOutEstimate': 'held-out {metric} ± 95%',
  'report.testEstimate': 'test {metric} ± 95%',
  'report.noRepeat': 'No trial has been repeated yet.',
  'report.noTestSplit':
    'The runs have no test split, so the values of fresh seeds are on the split that selected the trials, and still somewhat too good.',
  'report.parameters': 'Parameters',
  'report.metricAtRung': '{metric} at the first rung, which all trials reach',
  'report.correlations':
    'Strongest first: rank correlation (Spearman) of the parameter with the held-out {metric}, with a 95% bootstrap interval over trials. It finds effects in one direction: a parameter whose best value is in the middle has a correlation near 0. If an interval contains 0, the trials do not show that the parameter matters. With fewer than {least} trials, no method can tell parameters that act together from chance; here are {n}, and the intervals are wide.',
  'report.importances':
    'Strongest first: share of the variance of the held-out {metric} that depends on the parameter, alone or together with others. It is the permutation importance in a random forest (Breiman 2001): by how much the squared error rises when the values of the parameter are shuffled among trials that a tree was not grown from, divided by twice the variance of the metric. This estimates Sobol’s total-effect index (Gregorutti, Michel and Saint-Pierre 2017). Shares need not add up to 100%: what parameters do together counts for each of them. The 95% interval is over trials, for the forest as it was grown; a forest of other trials would vary more. {explained} Beside it is the rank correlation (Spearman) of the parameter with the held-out {metric}, with a 95% bootstrap interval over trials. It finds effects in one direction: a parameter whose best value is in the middle has a correlation near 0. If an interval contains 0, the trials do not show that the parameter matters.',
  'report.explained':
    'The forest explains {share} of the variance of trials that it was not grown from.',
  'report.explainedLittle':
    'The forest explains {share} of the variance of trials that it was not grown from, which is too little to rely on the shares.',
  'report.parameter': 'parameter',
  'report.varianceShare': 'share of the variance',
  'report.correlation': 'correlation',
  'report.trialsColumn': 'trials',
  'report.betterWith': 'better {metric} with',
  'report.higherValues': 'higher values',
  'report.lowerValues': 'lower values',
  'report.bestOption': '{value} (mean of {count})',
  'report.budget': 'Expected best against budget',
  'report.expectedBest':
    'Expected best held-out {metric} of a number of trials: the unbiased estimator of Tang et al. 2020 (arXiv:2004.13705) of the curve of Dodge et al. 2019 (arXiv:1909.03004). Half as many trials would have been expected to reach {half} instead of {last}.',
  'report.expectedRises':
    '{share} of the improvement is in the second half of the curve, so it still changes at its end: a longer search would probably find better values. Some of that is chance, as the held-out split that selects is the one that is shown.',
  'report.expectedLevel':
    '{share} of the improvement is in the second half of the curve, so it hardly changes at its end: more trials of these parameters and ranges would probably gain little.',
  'report.expectedEqual': 'All trials have the same value, so the curve is flat.',
  'report.expectedFew': {
    one: 'Whether a longer search would find better trials cannot be told from {count} trial.',
    other: 'Whether a longer search would find better trials cannot be told from {count} trials.',
  },
  'report.expectedImage': 'Expected best against the number of trials',
  'report.expectedSummary':
    'Expected best held-out {metric} of 1 to {trials} trials, from {first} to {last}.',
  'report.expectedAxis': 'expected best held-out {metric}',
  'report.rungs': 'Rungs',
  'report.halving':
    'Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943): one of {factor} trials continues. Paused trials keep a checkpoint and can be resumed. Learning rates follow the schedule of the whole run, so trials on a rung are compared in the middle of it.',
  'report.halvingTolerance':
    'Successive halving (Jamieson & Talwalkar 2016, arXiv:1502.07943): one of {factor} trials continues, and with it those within {tolerance} of the cut-off. Paused trials keep a checkpoint and can be resumed. Learning rates follow the schedule of the whole run, so trials on a rung are compared in the middle of it.',
  'report.trialsWithValue': 'trials with a value',
  'report.cutoff': 'cut-off',
  'report.continued': 'continued',
  'report.trials': 'Trials',
  'report.steps': 'steps',
  'report.time': 'time',
  'report.status': 'status',
  'report.deleted': 'deleted',
  'report.gridSearch': 'Search: every combination of the values.',
  'report.haltonSearch':
    'Search: scrambled Halton sequence (Owen 2017, arXiv:1706.02808), seed {seed}. The settings of a trial depend on the seed and its number alone.',
  'report.trialTotal': 'Trials: {trials}.',
  'report.trialsAdded': 'Trials: {trials}, {added} of them added after the first results.',
  'report.hours': 'None started after {hours} hours of training.',
  'report.retries': {
    one: 'A failed trial was tried again up to {count} time.',
    other: 'A failed trial was tried again up to {count} times.',
  },
  'report.selectHighest':
    'Selection: highest {metric} of the finished model on the held-out split, one run per trial with seed {seed}.',
  'report.selectLowest':
    'Selection: lowest {metric} of the finished model on the held-out split, one run per trial with seed {seed}.',
  'report.spread':
    'Spread of {trials} finished trials: held-out {metric} from {low} to {high}, median {median}.',
  'report.repeats': {
    one: 'Repeats: the best {top} with {count} fresh seed each; 95% t intervals over seeds.',
    other: 'Repeats: the best {top} with {count} fresh seeds each; 95% t intervals over seeds.',
  },
  'report.totalTime': 'Time: {time} of training in total.',
  'report.sweepDesign':
    'Sweep {id}, created {date} with Masklab {version}. Design {digest}, unchanged since then.',
  'report.sweepChanged':
    'Sweep {id}, created {date} with Masklab {version}. Design {digest}, changed since.',
  'report.sweepFiles':
    'Everything needed to repeat the sweep is in sweep.json and in run.json of each run. The design:',
  'report.values': '{name}: {values}.',
  'report.linear': '{name}: from {min} to {max}, linear.',
  'report.logarithmic': '{name}: from {min} to {max}, logarithmic.',
  'report.linearValues': '{name}: from {min} to {max}, linear, {values} values.',
  'report.logarithmicValues': '{name}: from {min} to {max}, logarithmic, {values} values.',
} as const;
