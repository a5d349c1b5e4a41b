import type { ProblemText } from './wording.js';

/** Problems with files of data, and with the lines and rows in them. */
export const DATA_FILE_PROBLEMS = {
  'data.unusableGlob': {
    problem: 'The pattern "{glob}" is not a usable glob.',
    remedy: 'Write it with *, **, ?, [letters] and alternatives in braces only.',
  },
  'data.headerContradicted': {
    problem: {
      editor: 'The options "header" and "noHeader" contradict each other.',
      commandLine: '--header and --no-header contradict each other.',
    },
    remedy: 'Keep the one that fits the first line of the files.',
  },
  'data.outputIsInput': {
    problem: '{file} is an input and would be overwritten.',
    remedy: 'Write to another file.',
  },
  'data.changed': {
    problem: 'The file has changed since this run was created.',
    remedy: 'Restore the file to resume the run, or start a new run on the changed data.',
  },
  'data.invalidEncoding': {
    problem: 'The line is not valid {encoding}.',
    remedy: {
      editor:
        'Set "Encoding" to the encoding of the file, or save the file as UTF-8: "Reopen with Encoding", then "Save with Encoding".',
      commandLine: 'Add --encoding with the encoding of the file, or save the file as UTF-8.',
    },
  },
  'data.otherEncoding': {
    problem: 'The line is not valid {encoding}. The encoding is probably {guess}.',
    remedy: {
      editor:
        'Set "Encoding" to {guess}, or save the file as UTF-8: "Reopen with Encoding" with {guess}, then "Save with Encoding".',
      commandLine: 'Add --encoding {guess}, or save the file as UTF-8.',
    },
  },
  'data.noByteOrderMark': {
    problem:
      'The file is not valid UTF-8. The encoding is probably {guess} without a byte order mark.',
    remedy: {
      editor:
        'Set "Encoding" to {guess}, or save the file as UTF-8: "Reopen with Encoding" with {guess}, then "Save with Encoding".',
      commandLine: 'Add --encoding {guess}, or save the file as UTF-8.',
    },
  },
  'data.binaryFile': {
    problem: 'The file is binary, not text.',
    remedy: 'Exclude the file, or save it as UTF-8 text.',
  },
  'data.compressedFile': {
    problem: 'The file is compressed with {format}, which cannot be read here.',
    remedy: 'Decompress it first ({command}), or compress it with gzip.',
  },
  'data.compressedParquet': {
    problem: 'A Parquet file cannot be read while it is compressed as a whole.',
    remedy: 'Decompress it first. Parquet files compress their columns themselves.',
  },
  'data.officeFile': {
    problem: 'The file is a workbook or a document of an office program.',
    remedy: 'Save it as CSV (UTF-8) or as plain text.',
  },
  'data.damagedCompression': {
    problem: 'The {format} data of the file is damaged or ends too early.',
    remedy: 'Copy, download or compress the file again.',
  },
  'data.decompressionBomb': {
    problem:
      'The file decompresses to more than {ratio} times its size. Text does not compress that well.',
    remedy:
      'If the file is trustworthy, decompress it first, or write it without compression and dictionaries.',
  },
  'data.unknownEncoding': {
    problem: 'Unknown encoding "{encoding}".',
    remedy: 'Use an encoding such as utf-8, utf-16le, windows-1252, gb18030, shift_jis or euc-kr.',
  },
  'data.lineTooLong': {
    problem: 'The line has more than {limit} characters.',
    remedy: 'Split the line, or exclude the file if it contains no text.',
  },
  'data.rowTooLong': {
    problem: 'The row has more than {limit} characters.',
    remedy: 'Split the row, or exclude the file if it contains no text.',
  },
  'data.entryTooLong': {
    problem: 'A list entry has more than {limit} characters.',
    remedy: 'Split the entry, or exclude the file if it contains no text.',
  },
  'data.fileTooLong': {
    problem: 'The file has more than {limit} characters, which is too long for one example.',
    remedy: 'Split the file into several examples, or exclude it.',
  },
  'data.codeFileTooLong': {
    problem: 'The file has more than {limit} characters, which is too long for source code.',
    remedy: 'Exclude it: {extension} files of this size are usually generated.',
  },
  'data.wordWithoutTag': {
    problem: 'The word has no tag.',
    remedy: 'Put one word and its tag on each line, separated by a tab or a space.',
  },
  'data.sentenceTooLong': {
    problem: 'The sentence has more than {limit} words.',
    remedy: 'Put an empty line after each sentence.',
  },
  'data.repeatedColumn': {
    problem: 'Several columns are named "{column}".',
    remedy: 'Give each column that is used its own name.',
  },
  'data.wrongDelimiter': {
    problem:
      'The header has a single column, "{column}", which contains the delimiter {delimiter}.',
    remedy:
      'Separate columns with commas, semicolons, tabs or | in a .csv file, and with tabs in a .tsv file.',
  },
  'data.wrongColumnCount': {
    problem: 'Expected {columns} but found {values}.',
    remedy: 'Put values that contain the delimiter in double quotes, or correct the row.',
  },
  'data.unclosedQuote': {
    problem: 'A quote is never closed.',
    remedy: 'Double the quotes inside a quoted value, and close every quote.',
  },
  'data.textAfterQuote': {
    problem: 'Text follows the closing quote of a value.',
    remedy: 'Double the quotes inside a quoted value, and close every quote.',
  },
  'data.escapedQuote': {
    problem: 'Text follows the closing quote of a value, which a backslash precedes.',
    remedy: {
      editor:
        'Double the quotes inside a quoted value, or turn on the setting *Backslash Escapes*.',
      commandLine: 'Double the quotes inside a quoted value, or add --backslash-escapes.',
    },
  },
  'data.nulCharacter': {
    problem: 'The row contains a NUL character, so it is damaged.',
    remedy: 'Correct the row or remove it.',
  },
  'data.lineNotObject': {
    problem: 'The line is not a JSON object.',
    remedy: 'Write one object per line, such as {example}.',
  },
  'data.invalidJsonLine': {
    problem: 'The line is not valid JSON: {reason}.',
    remedy: 'Write one object per line, such as {example}.',
  },
  'data.invalidJson': {
    problem: 'The file is not valid JSON: {reason}.',
    remedy: 'Correct the file. A file with one object per line has the extension .jsonl.',
  },
  'data.noList': {
    problem: 'The file must contain exactly one list of records.',
    remedy: 'Write it as {example}.',
  },
  'data.layoutTooLarge': {
    problem: 'The values of the file have more than {limit} characters, too many for its layout.',
    remedy: 'Write one object per line: in pandas, to_json(…, orient="records", lines=True).',
  },
  'data.entryNotObject': {
    problem: 'The list entry is not an object.',
    remedy: 'Write the list as {example}.',
  },
  'data.encrypted': {
    problem: 'The file is encrypted.',
    remedy: 'Write it without encryption.',
  },
  'data.invalidParquet': {
    problem: 'The file is not a complete Parquet file: {reason}.',
    remedy: 'It may be truncated. Copy or write it again.',
  },
  'data.unsupportedCompression': {
    problem: 'The column is compressed with {codec}, which is not supported.',
    remedy: 'Write the file with zstd, snappy, gzip, brotli or lz4.',
  },
  'data.rowGroupTooLarge': {
    problem: 'The row group is larger than {limit}.',
    remedy: 'Write the file with smaller row groups, such as 10,000 rows each.',
  },
  'data.undecodableRows': {
    problem: 'The rows from here to row {last} cannot be decoded: {reason}.',
    remedy: 'The file may be damaged. Copy or write it again.',
  },
} as const satisfies Record<string, ProblemText>;
