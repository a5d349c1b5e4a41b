import type { ProblemText, Text } from './wording.js';

/** Messages that every room uses. */
export const COMMON_MESSAGES = {
  /** Text that is shown as it is: written by an earlier version, a library or the system. */
  verbatim: '{text}',
  /** A problem in a file: `place` is a file, or `place.row` and its kind. */
  'problem.at': '{place}: {problem}',
  /** A problem that has no place, as a message. */
  'problem.alone': '{problem}',
  'place.row': '{file}, line {row}',
  'place.column': '{file}, column {column}',
  'place.rowAndColumn': '{file}, line {row}, column {column}',
  'process.trainer': 'The trainer',
  'process.modelServer': 'The model server',
  'process.dataWorker': 'The data worker',
  'process.exitCode': 'exit code {exitCode}',
  'process.unknownEnd': 'exit code unknown',
  'process.signal': 'signal {signal}',
  'process.lastOutput': ' Last output: {output}',
  'process.resume': 'Resume the run to continue from its last checkpoint.',
  'process.restartsWithHover': 'It restarts with the next hover.',
  'process.restartsWhenNeeded': 'It restarts when it is next needed. Try again.',
  'operator.node': '{op} (opset {opset}, node "{node}")',
  'diverged.loss': 'loss',
  'diverged.gradientNorm': 'gradient norm',
  'diverged.heldOut': 'held-out metric {metric}',
  'files.summary': { one: '{count} file, {size}', other: '{count} files, {size}' },
  'list.more': '{count} more',
  'table.rows': { one: '{count} row', other: '{count} rows' },
  'files.table': 'labels, {size}',
  'diverged.keptCheckpoint': ' The checkpoint of step {step} was written before that.',
  'diverged.chooseOtherModel':
    'The model had invalid weights before training. Select another model.',
  'diverged.lowerRate':
    'Start a new run with a lower learning rate: {lower} instead of {learningRate}.',
} as const satisfies Record<string, Text>;

/** Problems that every room meets, and those of error codes with special details. */
export const COMMON_PROBLEMS = {
  /** A problem that is shown as it is: written by an earlier version. */
  verbatim: { problem: '{text}', remedy: '{remedy}' },
  'model.unsupportedOperators': {
    problem: 'The model uses operators without a gradient rule: {operators}.',
    remedy: 'Select a model of a supported family.',
  },
  'model.unexpectedGraph': {
    problem: 'Unexpected model graph at {op}: expected {expected}, got {got}.',
    remedy: 'Export the model again, or select another one.',
  },
  'checkpoint.unusable': {
    problem: '{path}: {reason}',
    remedy: 'Delete this checkpoint folder to resume from the previous one, or start a new run.',
  },
  'storage.full': {
    problem: 'The disk is full: {path} could not be written.',
    remedy: 'Free some space and try again. A run that had started can be resumed.',
  },
  'storage.denied': {
    problem: 'No permission to write {path}.',
    remedy: 'Make the folder writable or select another one, and try again.',
  },
  'storage.failed': {
    problem: '{path} could not be written: {message}',
    remedy: 'Check the folder and try again.',
  },
  'training.diverged': {
    problem: 'The {quantity} became {value} at step {step}.{kept}',
    remedy: '{advice}',
  },
  'process.crashed': {
    problem: '{process} ended unexpectedly ({how}).{output}',
    remedy: '{advice}',
  },
  'process.keepsCrashing': {
    problem: {
      one: '{process} crashed {count} time ({how}) and is not restarted automatically.{output}',
      other: '{process} crashed {count} times ({how}) and is not restarted automatically.{output}',
    },
    remedy: {
      editor: 'Select another model or other data, then run "Restart Background Processes".',
      commandLine: 'Select another model or other data, and try again.',
    },
  },
  'run.commandFailed': {
    problem: '“masklab {command}” failed: {reason}',
    remedy: 'Correct the cause that the message names, and try again.',
  },
  'run.hasNoModel': {
    problem: '“{name}” has no model yet.',
    remedy: {
      editor: 'The run saves its model when it finishes. If it is not training, resume it.',
      commandLine:
        'The run saves its model when it finishes. If it is not training, resume it with "masklab resume".',
    },
  },
  'run.deleted': {
    problem: 'The run in {directory} no longer exists.',
    remedy: 'It was deleted outside of Masklab. Start a new run.',
  },
  'run.notInTrash': {
    problem: 'The deleted run {id} is no longer in the trash.',
    remedy: 'It was restored, or removed for good. Refresh the Experiments view.',
  },
  'run.placeTaken': {
    problem: 'The deleted run {id} was not restored, because {directory} exists already.',
    remedy: 'Rename that folder, and restore the run again.',
  },
  'workspace.noFolder': {
    problem: 'No folder on this machine is open.',
    remedy: 'Open a folder that contains text or Markdown files.',
  },
  'run.owned': {
    problem: 'This run is already being trained by process {pid} on {host}.',
    remedy: 'Wait until it ends, or stop it.',
  },
  'run.ownedElsewhere': {
    problem:
      'This run was being trained by process {pid} on {host}, which cannot be checked from here.',
    remedy: {
      editor: 'Stop it there. If that process no longer exists, resume the run and take over.',
      commandLine: 'Stop it there. If that process no longer exists, resume with --take-over.',
    },
  },
  cancelled: { problem: 'Canceled.', remedy: '' },
  internal: {
    problem: 'Internal error: {message}',
    remedy: 'Report this problem and attach the log of the run.',
  },
} as const satisfies Record<string, ProblemText>;
