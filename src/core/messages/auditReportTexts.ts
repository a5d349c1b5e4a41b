/** The report of an audit. */
export const AUDIT_MESSAGES = {
  'audit.title': 'Audit of {model}',
  'audit.introduction': {
    one: '{count} of {total} texts from {files} was audited, in {time}. Each word was masked, all of its occurrences in a text together, and the change of each output ({labels}) was computed. Attention weights are not used.',
    other:
      '{count} of {total} texts from {files} were audited, in {time}. Each word was masked, all of its occurrences in a text together, and the change of each output ({labels}) was computed. Attention weights are not used.',
  },
  'audit.copies': {
    one: '{count} copy of another text with the same label was left out.',
    other: '{count} copies of other texts with the same label were left out.',
  },
  'audit.drawnByLabel':
    'The audited texts were drawn in equal numbers for each label, while there were any, so frequent labels count less than in the data. Effects, flips, accuracies with masks and counts of errors hold for this mix of labels, not for that of the data; groups by label do not depend on it.',
  'audit.trainedWithMasks':
    '{share} of the training examples were masked at random, so that a text with masks is not foreign to this model.',
  'audit.trainedWithoutMasks': {
    editor:
      'This model was not trained with masked texts. Masked text may be foreign to it: every value below includes what the mask itself does. Train with “Masked Examples” at 0.5 for a model whose audit can be believed.',
    commandLine:
      'This model was not trained with masked texts. Masked text may be foreign to it: every value below includes what the mask itself does. Train with --masked-examples 0.5 for a model whose audit can be believed.',
  },
  'audit.trainingUnknown': {
    editor:
      'It is not known whether this model was trained with masked texts. Masked text may be foreign to it: every value below includes what the mask itself does. Train with “Masked Examples” at 0.5 for a model whose audit can be believed.',
    commandLine:
      'It is not known whether this model was trained with masked texts. Masked text may be foreign to it: every value below includes what the mask itself does. Train with --masked-examples 0.5 for a model whose audit can be believed.',
  },
  'audit.findings': 'Words that the model leans on',
  'audit.tested': {
    one: '{count} word is in enough texts and was tested, at a false discovery rate of {rate}.',
    other:
      '{count} words are in enough texts and were tested, at a false discovery rate of {rate}.',
  },
  'audit.noFinding': 'No effect was found.',
  'audit.effectsInNats': {
    one: '{count} finding is below. Its effect is in nats of log-odds, with a 95% interval over texts.',
    other:
      '{count} findings are below, the strongest first. Effects are in nats of log-odds, with 95% intervals over texts.',
  },
  'audit.effectsInUnits': {
    one: '{count} finding is below. Its effect is in the unit of the number, with a 95% interval over texts.',
    other:
      '{count} findings are below, the strongest first. Effects are in the unit of the number, with 95% intervals over texts.',
  },
  'audit.loud': {
    editor:
      'A word is loud, not known to be wrong: whether a model should lean on it is a question about the data, which a shifted sample of labeled texts from elsewhere can answer. Words with an effect of at least {least} are selected for a masking policy.',
    commandLine:
      'A word is loud, not known to be wrong: whether a model should lean on it is a question about the data, which labeled texts from elsewhere can answer (--shifted). Words with an effect of at least {least} are selected for a masking policy.',
  },
  'audit.anyEffect': {
    editor:
      'A finding is not known to be wrong: whether a model should lean on a word is a question about the data, which a shifted sample of labeled texts from elsewhere can answer. Effects on numbers have no common scale, so the words of all findings are selected for a masking policy.',
    commandLine:
      'A finding is not known to be wrong: whether a model should lean on a word is a question about the data, which labeled texts from elsewhere can answer (--shifted). Effects on numbers have no common scale, so the words of all findings are selected for a masking policy.',
  },
  'audit.compared': {
    one: 'Each word and label was compared with {count} text from {files}.',
    other: 'Each word and label was compared with {count} texts from {files}.',
  },
  'audit.overlapping': {
    one: '{count} text that the data has, too, was left out.',
    other: '{count} texts that the data has, too, were left out.',
  },
  'audit.notReproduced':
    'Words whose association with the label is not reproduced there, at a false discovery rate of {rate}, are selected for a masking policy; “reproduced” does not prove that it is the same.',
  'audit.unstable': 'not reproduced',
  'audit.consistent': 'reproduced',
  'audit.tooFew': 'too few texts',
  'audit.unseen': 'not seen',
  'audit.noAssociation': 'no association in the data',
  'audit.labelAbsent': 'not tested: no text elsewhere has the label',
  'audit.labelInAll': 'not tested: all texts elsewhere have the label',
  'audit.halfAbsent': 'not tested: no number elsewhere is in this half',
  'audit.halfInAll': 'not tested: all numbers elsewhere are in this half',
  'audit.halves':
    'Numbers are compared by halves, split where the audited data is split most evenly: above {splits}. A word that raises the number is associated with the upper half, any other word with the lower one. Changes within a half are not seen, and other numbers within a half can look like a change of the word.',
  'audit.split': '{value} for “{label}”',
  'audit.elsewhere':
    '{stability}: {dataShare} of {dataTexts}, {share} of {texts}, {expected} expected',
  'audit.onlyInData': '{stability}: {dataShare} of {dataTexts}',
  'audit.word': 'Word',
  'audit.speaksFor': 'Speaks for',
  'audit.effect': 'Effect',
  'audit.texts': 'Texts',
  'audit.flips': 'Flips',
  'audit.alone': 'Alone',
  'audit.shares': 'With the label in the data and elsewhere',
  'audit.halfShares': 'In its half in the data and elsewhere',
  'audit.elsewhereShort': 'Elsewhere',
  'audit.selected': 'Selected',
  'audit.yes': 'yes',
  'audit.lines': 'Lines',
  'audit.groups': 'Worst groups',
  'audit.groupNote':
    'Accuracy by label and by whether a text has the word of a finding, lowest first.',
  'audit.group': 'Group',
  'audit.with': '{label}, with “{word}”',
  'audit.without': '{label}, without “{word}”',
  'audit.accuracy': 'Accuracy',
  'audit.errors': 'Words behind wrong predictions',
  'audit.wrongPredictions': 'Wrong predictions',
  'audit.falsePositive': '{label} predicted wrongly',
  'audit.falseNegative': '{label} missed',
  'audit.decides': 'Decides',
  'audit.suspects': 'Labels to check',
  'audit.suspectNote':
    'Texts whose label the model contradicts with a probability of at least 90%. It means little for texts that the model was trained on.',
  'audit.line': 'Line',
  'audit.label': 'Label',
  'audit.suggested': 'Suggested',
  'audit.probability': 'Probability',
  'audit.text': 'Text',
  'audit.swaps': 'Swapped words',
  'audit.swapFlips': {
    one: '{count} of {texts} texts has words of the list. The predicted label of {flips} ({share}) changes when each is replaced by its counterpart. Whether it should depends on the words: a label that changes with “he” and “she” is a fault, one that changes with “good” and “bad” is not.',
    other:
      '{count} of {texts} texts have words of the list. The predicted label of {flips} ({share}) changes when each is replaced by its counterpart. Whether it should depends on the words: a label that changes with “he” and “she” is a fault, one that changes with “good” and “bad” is not.',
  },
  'audit.noSwaps': 'No audited text has a word of the list.',
  'audit.swapPair': 'Pair',
  'audit.swapTexts': 'Texts',
  'audit.checks': 'Checks of the method',
  'audit.maskedAccuracy':
    'Accuracy with a share of the words masked at random. It falls smoothly where masked text is not foreign to the model.',
  'audit.maskedExactMatch':
    'Share of the texts with all labels right and no other (exact match), with a share of the words masked at random. It falls smoothly where masked text is not foreign to the model.',
  'audit.exactMatch': 'Exact match',
  'audit.masked': 'Masked',
  'audit.faithfulness': {
    one: 'Drop of the probability of the predicted label over {count} text when 1, 5, 10, 20 and 50% of the words are masked (comprehensiveness) or kept (sufficiency). Effects that mean something drop more than random words in the first column, and less in the second.',
    other:
      'Drop of the probability of the predicted label over {count} texts when 1, 5, 10, 20 and 50% of the words are masked (comprehensiveness) or kept (sufficiency). Effects that mean something drop more than random words in the first column, and less in the second.',
  },
  'audit.order': 'Order of words',
  'audit.byEffect': 'effect',
  'audit.atRandom': 'random',
  'audit.reversed': 'reversed',
  'audit.comprehensiveness': 'Comprehensiveness',
  'audit.sufficiency': 'Sufficiency',
  'audit.gradients': {
    one: 'Integrated gradients of {count} text: the mean rank correlation with the effects above is {correlation}.',
    other:
      'Integrated gradients of {count} texts: the mean rank correlation with the effects above is {correlation}.',
  },
  'audit.gradientsOnly': {
    one: 'Integrated gradients of {count} text, which could not be compared with the effects above.',
    other:
      'Integrated gradients of {count} texts, none of which could be compared with the effects above.',
  },
  'audit.unconverged': {
    one: '{count} text did not converge within 2% and was left out.',
    other: '{count} texts did not converge within 2% and were left out.',
  },
  'audit.gradientError':
    'The attributions of converged texts miss the change from the baseline by {mean} on average and by at most {largest}, relative to this change, or to 1 if it is smaller.',
  'audit.cut': {
    one: '{count} text was longer than the model reads.',
    other: '{count} texts were longer than the model reads.',
  },
} as const;
