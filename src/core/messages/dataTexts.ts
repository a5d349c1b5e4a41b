import { DATASET_MESSAGES, DATASET_PROBLEMS } from './datasetTexts.js';
import { DATA_FILE_PROBLEMS } from './dataFileTexts.js';
import type { ProblemText, Text } from './wording.js';

/** Messages about data: progress, skipped input, splits and values. */
export const DATA_MESSAGES = {
  ...DATASET_MESSAGES,
  'data.findingFiles': 'Finding data files',
  'data.reading': 'Reading the data',
  'data.readingFile': 'Reading {file}',
  'data.emptyFileSkipped': '{file} is empty and was skipped.',
  'data.emptyFilesSkipped': {
    one: '{file} is empty and was skipped.',
    other: '{count} empty files were skipped, such as {file}.',
  },
  'data.labelsOfFolders':
    'Each file is one example, and the name of its folder is its label: {labels}.',
  'data.foldersMayBeLabels': 'The folders {labels} can be labels if the task is to classify texts.',
  'data.outsideLabelFolders': {
    one: '{file} is beside folders with examples and was skipped, since its folder is not a label.',
    other:
      '{count} files are beside folders with examples and were skipped, since their folders are not labels, such as {file}.',
  },
  'data.otherThanTexts': {
    one: '{file} is not a text and was skipped.',
    other: '{count} files that are not texts were skipped, such as {file}.',
  },
  'data.otherFileSkipped': '{file} is not a {extensions} file and was skipped.',
  'data.badFileSkipped': '{error} The file was skipped.',
  'data.firstLineIsRow': {
    editor:
      'The first line of {file} looks like a row, not like column names: {line}. If it is one, turn on the setting *No Header*.',
    commandLine:
      'The first line of {file} looks like a row, not like column names: {line}. If it is one, add --no-header, else --header.',
  },
  'data.numberNotation': 'Labels such as "{example}" are read as numbers: {number}.',
  'data.oddNumber':
    'Most labels are numbers, but "{value}" and perhaps others are not, or not in the same notation. Each value is therefore a separate class.',
  'data.missingNumbers':
    'The label "{value}" in a column of numbers probably stands for a missing one. Classification learns it as a class; regression refuses it.',
  'data.labelsSeparated': {
    editor: '"{example}" is read as several labels: {labels}.',
    commandLine:
      '"{example}" is read as several labels: {labels}. To read each value as one label, add --label-delimiter "".',
  },
  'data.inputSkipped': {
    one: '{count} row or file was skipped. {errors}',
    other: '{count} rows or files were skipped. {errors}',
  },
  'data.muchInputSkipped': {
    one: '{count} row or file was skipped. The first {shown}: {errors}',
    other: '{count} rows or files were skipped. The first {shown}: {errors}',
  },
  /** Follows a problem about missing files. */
  'data.skippedInstead': ' {skipped}',
  'data.rowsMoved': {
    one: '{count} row moved from the {from} to the {to}, which contains a duplicate, a near-duplicate or another row of its group.',
    other:
      '{count} rows moved from the {from} to the {to}, which contains a duplicate, a near-duplicate or another row of the group of each.',
  },
  'data.splitsByName': {
    editor:
      'Splits follow the names of files and folders: {files}. Turn on “Ignore Split Names” in the settings to split all data by its content.',
    commandLine:
      'Splits follow the names of files and folders: {files}. Use --ignore-split-names to split all data by its content.',
  },
  'data.trainFiles': { one: '{count} file for training', other: '{count} files for training' },
  'data.heldOutFiles': { one: '{count} held-out file', other: '{count} held-out files' },
  'data.testFiles': { one: '{count} test file', other: '{count} test files' },
  'data.filesWithoutSplit': {
    one: '{count} file names no split. Its data is split by its content.',
    other: '{count} files name no split. Their data is split by its content.',
  },
  'data.ownOutputsSkipped': {
    one: '{path} was written by Masklab and is not read as data. Files are read if you select them one by one.',
    other:
      '{count} files and runs that Masklab wrote are not read as data, such as {path}. Files are read if you select them one by one.',
  },
  'data.size': '{sizes}.',
  'data.spellings': '{spellings}.',
  'data.labelsMerged': {
    one: 'Labels that differ only in their spelling are merged into the most frequent spelling: {groups}',
    other:
      '{count} groups of labels that differ only in their spelling are merged into the most frequent spelling: {groups}',
  },
  'data.labelsOnlyTrained': {
    one: 'All rows with the label {labels} are used for training. The evaluation does not cover this label.',
    other:
      'All rows with {count} of the labels are used for training. The evaluation does not cover these labels: {labels}.',
  },
  'split.train': 'training split',
  'split.heldOut': 'held-out split',
  'split.test': 'test split',
  'data.columnCount': { one: '{count} column', other: '{count} columns' },
  'data.valueCount': { one: '{count} value', other: '{count} values' },
  'data.wordCount': { one: '{count} word', other: '{count} words' },
  'data.tagCount': { one: '{count} tag', other: '{count} tags' },
  'value.nothing': 'nothing',
  'value.list': 'a list',
  'value.object': 'an object',
  'value.number': 'a number',
  'value.boolean': 'true or false',
  'value.string': 'text',
  'json.unexpectedEnd': 'unexpected end of file',
  'json.extraComma': 'there is a comma too many before {found}',
  'json.missingComma': 'a comma or a colon is missing before {found}',
  'json.unexpected': 'unexpected {found}',
  'json.afterEnd': 'text follows the end of the JSON value',
  'json.word': '{found} is not a JSON value; text needs double quotes',
  'json.singleQuote': 'text needs double quotes, not single quotes',
  'json.comment': 'JSON has no comments',
  'json.openString': 'a text in double quotes is never closed',
  'json.controlCharacter':
    'a text contains a line break, a tab or another control character, which must be escaped',
  'json.badEscape': '{found} is not an escape; double the backslash',
  'storage.truncated': 'The file was truncated by another program.',
  'option.pairColumn': { editor: 'A pair column', commandLine: '--pair-column' },
  'option.labelColumn': { editor: 'A label column', commandLine: '--label-column' },
  'option.labelDelimiter': { editor: 'A label delimiter', commandLine: '--label-delimiter' },
} as const satisfies Record<string, Text>;

/** Problems with a selection of data, its columns and its values. */
export const DATA_PROBLEMS = {
  ...DATA_FILE_PROBLEMS,
  ...DATASET_PROBLEMS,
  'data.noTextFiles': {
    problem: 'No text files found in {paths}.{skipped}',
    remedy: 'Select a folder or files that contain text: .txt, .md or .html.',
  },
  'data.noLabeledFiles': {
    problem: 'No labeled files found in {paths}.{skipped}',
    remedy:
      'Select a folder or files with rows: .csv, .tsv, .jsonl, .parquet or .conll. For classification, you can also select a folder with one subfolder of text files per label.',
  },
  'data.noDataFiles': {
    problem: 'No data files found in {paths}.{skipped}',
    remedy:
      'Select a folder or files that contain text: .txt, .md, .html, .csv, .jsonl or .parquet.',
  },
  'data.unknownTableFormat': {
    problem: 'The format of {file} cannot be determined from its extension.',
    remedy: {
      editor: 'Select a table: {formats}.',
      commandLine: 'Select a table, or set its format with --format: {formats}.',
      file: 'Name a table, or set "format": {formats}.',
    },
  },
  'data.optionNeedsLabels': {
    problem: '{option} applies to labeled data only, but the selected files are running text.',
    remedy: 'Select .csv, .tsv, .jsonl or .conll files, or omit this option.',
  },
  'data.columnsWithoutTable': {
    problem: 'Columns are selected, but none of the files is a table.',
    remedy: 'Select .csv, .tsv, .jsonl or .parquet files, or remove the selected columns.',
  },
  'data.noText': {
    problem: 'The selected data contains no text.',
    remedy: 'Select another column, other files or fewer cleaning steps.',
  },
  'data.allEmpty': {
    problem: 'All selected files are empty.',
    remedy: 'Select files that contain text.',
  },
  'data.noRows': {
    problem: 'The table has no rows.',
    remedy: 'Exclude the file, or add rows below the header.',
  },
  'data.noColumn': {
    problem: 'There is no column "{column}".',
    remedy: 'Select one of its columns: {columns}.',
  },
  'data.rowWithoutColumn': {
    problem: 'The row has no column "{column}". Its columns: {columns}.',
    remedy: 'Give every row the same columns, or select other columns.',
  },
  'data.emptyColumn': {
    problem: 'The column is empty in all of the first rows.',
    remedy: {
      editor: 'Select another column: {columns}.',
      commandLine: 'Select another column with --text-column: {columns}.',
      file: 'Name another "textColumn": {columns}.',
    },
  },
  'data.unknownTextColumn': {
    problem: 'The text column cannot be determined from the column names {columns}.',
    remedy: {
      editor: 'Rename that column to "text". The first line of a table names its columns.',
      commandLine: 'Select it with --text-column. The first line of a table names its columns.',
      file: 'Name it as "textColumn". The first line of a table names its columns.',
    },
  },
  'data.unknownLabelColumn': {
    problem: 'The label column cannot be determined from the column names {columns}.',
    remedy: {
      editor: 'Rename that column to "label". The first line of a table names its columns.',
      commandLine: 'Select it with --label-column. The first line of a table names its columns.',
      file: 'Name it as "labelColumn". The first line of a table names its columns.',
    },
  },
  'data.notText': {
    problem: 'Expected text but found {found}.',
    remedy: {
      editor: 'Correct the row, or select the column that contains the text.',
      commandLine:
        'Correct the row, or select the column that contains the text with --text-column.',
    },
  },
  'data.emptyText': {
    problem: 'The text is empty.',
    remedy: 'Add the text or remove the row.',
  },
  'data.notWords': {
    problem: 'Expected a list of words.',
    remedy:
      'For token classification, give each row a JSON list of words and a list of as many tags.',
  },
  'data.notWord': {
    problem: 'Word {position} is {found}.',
    remedy: 'Give each row a list of words, as text, and a list of as many tags.',
  },
  'data.noWords': {
    problem: 'The list of words is empty.',
    remedy: 'Add the words and their tags, or remove the row.',
  },
  'data.notNumber': {
    problem: 'Expected a number but found {found}.',
    remedy: 'Regression needs a number in every row. Correct the value or remove the row.',
  },
  'data.notWeight': {
    problem: 'Expected a weight of at least 0 but found {found}.',
    remedy: 'Give every row a weight. A row with weight 0 is not trained on.',
  },
  'data.shiftedEmpty': {
    problem: 'The shifted sample has no rows: {paths}.',
    remedy: 'Name labeled files with the columns of the data.',
  },
  'data.shiftedKnown': {
    problem: 'All rows of the shifted sample are in the held-out or test split, too.',
    remedy: 'Name a sample of other texts.',
  },
  'data.nothingWeighted': {
    problem: 'All training rows have the weight 0.',
    remedy: 'Give the rows to train on a weight above 0.',
  },
  'data.notTags': {
    problem: 'Expected a list of tags.',
    remedy: 'Give every word exactly one tag.',
  },
  'data.wrongTagCount': {
    problem: 'Found {tags} for {words}.',
    remedy: 'Give every word exactly one tag.',
  },
  'data.emptyTag': {
    problem: 'A tag is empty.',
    remedy: 'Give every word exactly one tag.',
  },
  'data.noLabel': {
    problem: 'The label is missing.',
    remedy: 'Add the label or remove the row.',
  },
  'data.notLabel': {
    problem: 'Expected a label but found {found}.',
    remedy: 'A label is a word, a number or a list of these. Correct the row or remove it.',
  },
  'data.notZeroOrOne': {
    problem: 'Expected 0 or 1 but found {found}.',
    remedy:
      'With several label columns, each contains 0 or 1. To use the values of one column, select it alone.',
  },
  'data.unknownLabel': {
    problem: 'Label "{label}" is not one of {labels}.',
    remedy: 'Correct the label, or start a new run, which learns all labels of its data.',
  },
  'data.notSplit': {
    problem: '"{value}" is not the name of a split.',
    remedy: {
      editor: 'Write train, validation or test, or leave the value empty to split by content.',
      commandLine:
        'Write train, validation or test, leave the value empty to split by content, or select another --split-column.',
    },
  },
  'data.notGroup': {
    problem: 'The group is neither text nor a number.',
    remedy: 'Select a column with one value per row, such as the author.',
  },
  'data.notInVocabulary': {
    problem: "None of the text is in this model's vocabulary.",
    remedy: 'Select text in the language and script of the model, or a model for this text.',
  },
  'data.tooLittleText': {
    problem: 'There is too little text to train on: it makes only one sequence.',
    remedy: 'Select more text: at least a few pages, preferably a hundred.',
  },
  'data.oneGroup': {
    problem:
      'All {count} records are in one group or are duplicates of each other, so that none is left for evaluation.',
    remedy: 'Add other data, or choose another column for groups.',
  },
  'data.fewerSetsThanParts': {
    problem:
      'The data has {count} groups or different texts outside the test split, fewer than the {parts} parts of the cross-validation.',
    remedy: 'Use fewer parts, add data, or choose another column for groups.',
  },
  'data.noRowToHoldOut': {
    problem:
      'No row can be held out for evaluation: each row is the only one with its label, or in its group.',
    remedy: 'Add rows, so that at least one label has two.',
  },
  'data.noTrainingSplit': {
    problem:
      'The training split is empty: the data puts every text into the held-out or test split.',
    remedy: 'Add the file with the training rows, or use no split column.',
  },
  'data.nothingMasked': {
    problem: 'The masking policy masks nothing in the training split or in the held-out split.',
    remedy: 'Set a mask rate above 0 in the policy, or add rules that match the text.',
  },
  'data.notASwap': {
    problem: '{file}, line {line}, is not a pair of words.',
    remedy: 'Write two different words on each line, with a tab or a comma between them.',
  },
  'data.noSwaps': {
    problem: '{file} has no pairs of words.',
    remedy: 'Write two words on each line, with a tab or a comma between them.',
  },
  'data.tooManySwaps': {
    problem: '{file} has more than {count} pairs of words.',
    remedy: 'Leave pairs out that the texts do not need.',
  },
} as const satisfies Record<string, ProblemText>;
