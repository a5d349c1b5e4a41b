import { ANNOTATE, annotateCommand } from './annotate.js';
import { AUDIT, auditCommand } from './auditCommand.js';
import { CHECK_MODEL, checkModelCommand } from './checkModel.js';
import { CLOZE, clozeCommand } from './clozeCommand.js';
import { usageError } from './commandLineError.js';
import { COMPARE, compareCommand } from './compare.js';
import { PAUSE, pauseCommand, STOP, stopCommand } from './controlRuns.js';
import { CROSS_VALIDATE, crossValidateCommand } from './crossValidateCommand.js';
import { EVALUATE, evaluateCommand } from './evaluate.js';
import { EXPLAIN, explainCommand } from './explainCommand.js';
import { EXPORT, exportCommand } from './export.js';
import { FILL, fillCommand } from './fill.js';
import { IMPORT, importCommand } from './importCommand.js';
import { MASK, maskCommand } from './mask.js';
import { MODELS_ADD, modelsAddCommand } from './modelsAdd.js';
import { MODELS_LIST, modelsListCommand } from './modelsList.js';
import { MODELS_REMOVE, modelsRemoveCommand } from './modelsRemove.js';
import { MODELS_SEARCH, modelsSearchCommand } from './modelsSearch.js';
import { METRICS, metricsCommand } from './metricsCommand.js';
import { PREDICT, predictCommand } from './predict.js';
import { PRETRAIN, pretrainCommand } from './pretrain.js';
import { PROFILE, profileCommand } from './profileCommand.js';
import {
  QUEUE,
  QUEUE_FIRST,
  QUEUE_PAUSE,
  QUEUE_RESUME,
  QUEUE_RUN,
  queueCommand,
  queueFirstCommand,
  queuePauseCommand,
  queueResumeCommand,
  queueRunCommand,
} from './queue.js';
import { REPRODUCE, reproduceCommand } from './reproduce.js';
import { RUNS, runsCommand } from './runs.js';
import { SERVE, serveCommand } from './serve.js';
import {
  STUDY_CREATE,
  STUDY_DRAFT,
  STUDY_PLAN,
  STUDY_REPORT,
  STUDY_RESUME,
  STUDY_RUN,
  STUDY_STOP,
  studyCreateCommand,
  studyDraftCommand,
  studyPlanCommand,
  studyReportCommand,
  studyResumeCommand,
  studyRunCommand,
  studyStopCommand,
} from './studyCommands.js';
import {
  SWEEP_CREATE,
  SWEEP_PLAN,
  SWEEP_REPORT,
  SWEEP_RESUME,
  SWEEP_RUN,
  SWEEP_STOP,
  sweepCreateCommand,
  sweepPlanCommand,
  sweepReportCommand,
  sweepResumeCommand,
  sweepRunCommand,
  sweepStopCommand,
} from './sweepCommands.js';
import { TOKENIZER_EXTEND, tokenizerExtendCommand } from './tokenizerExtend.js';
import { TOKENIZER_TRAIN, tokenizerTrainCommand } from './tokenizerTrain.js';
import { ESTIMATE, estimateCommand, RESUME, resumeCommand, TRAIN, trainCommand } from './train.js';
import { wordsOf, type CommandShape, type CommandValues } from './usage.js';

export interface Command {
  readonly shape: CommandShape;
  readonly run: (values: CommandValues) => Promise<void>;
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  { shape: TRAIN, run: trainCommand },
  { shape: CROSS_VALIDATE, run: crossValidateCommand },
  { shape: PRETRAIN, run: pretrainCommand },
  { shape: RESUME, run: resumeCommand },
  { shape: PAUSE, run: pauseCommand },
  { shape: STOP, run: stopCommand },
  { shape: ESTIMATE, run: estimateCommand },
  { shape: RUNS, run: runsCommand },
  { shape: ANNOTATE, run: annotateCommand },
  { shape: COMPARE, run: compareCommand },
  { shape: METRICS, run: metricsCommand },
  { shape: IMPORT, run: importCommand },
  { shape: REPRODUCE, run: reproduceCommand },
  { shape: QUEUE_RUN, run: queueRunCommand },
  { shape: QUEUE_PAUSE, run: queuePauseCommand },
  { shape: QUEUE_RESUME, run: queueResumeCommand },
  { shape: QUEUE_FIRST, run: queueFirstCommand },
  { shape: QUEUE, run: queueCommand },
  { shape: STUDY_PLAN, run: studyPlanCommand },
  { shape: STUDY_RUN, run: studyRunCommand },
  { shape: STUDY_RESUME, run: studyResumeCommand },
  { shape: STUDY_CREATE, run: studyCreateCommand },
  { shape: STUDY_DRAFT, run: studyDraftCommand },
  { shape: STUDY_STOP, run: studyStopCommand },
  { shape: STUDY_REPORT, run: studyReportCommand },
  { shape: SWEEP_PLAN, run: sweepPlanCommand },
  { shape: SWEEP_RUN, run: sweepRunCommand },
  { shape: SWEEP_RESUME, run: sweepResumeCommand },
  { shape: SWEEP_CREATE, run: sweepCreateCommand },
  { shape: SWEEP_STOP, run: sweepStopCommand },
  { shape: SWEEP_REPORT, run: sweepReportCommand },
  { shape: PROFILE, run: profileCommand },
  { shape: MASK, run: maskCommand },
  { shape: PREDICT, run: predictCommand },
  { shape: EVALUATE, run: evaluateCommand },
  { shape: FILL, run: fillCommand },
  { shape: AUDIT, run: auditCommand },
  { shape: EXPLAIN, run: explainCommand },
  { shape: CLOZE, run: clozeCommand },
  { shape: SERVE, run: serveCommand },
  { shape: EXPORT, run: exportCommand },
  { shape: CHECK_MODEL, run: checkModelCommand },
  { shape: MODELS_LIST, run: modelsListCommand },
  { shape: MODELS_SEARCH, run: modelsSearchCommand },
  { shape: MODELS_ADD, run: modelsAddCommand },
  { shape: MODELS_REMOVE, run: modelsRemoveCommand },
  { shape: TOKENIZER_TRAIN, run: tokenizerTrainCommand },
  { shape: TOKENIZER_EXTEND, run: tokenizerExtendCommand },
];

/** Finds the command that the arguments begin with. Throws for an unknown one. */
export function findCommand(given: readonly string[]): Command {
  const found = COMMANDS.find(({ shape }) => wordsOf(shape).every((word, i) => given[i] === word));
  if (found !== undefined) return found;
  const [first = ''] = given;
  const subcommands = COMMANDS.map(({ shape }) => wordsOf(shape))
    .filter(([name]) => name === first)
    .map(([, second]) => second);
  throw subcommands.length === 0
    ? usageError(`Unknown command "${first}".`)
    : usageError(
        `"masklab ${first}" requires a subcommand: ${new Intl.ListFormat('en', { type: 'disjunction' }).format(subcommands.filter((name) => name !== undefined))}.`,
      );
}
