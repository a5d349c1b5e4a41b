import { CHECK_MODEL, checkModelCommand } from './checkModel.js';
import { EXPORT, exportCommand } from './export.js';
import { FILL, fillCommand } from './fill.js';
import { MASK, maskCommand } from './mask.js';
import { PRETRAIN, pretrainCommand } from './pretrain.js';
import { PREDICT, predictCommand } from './predict.js';
import { PROFILE, profileCommand } from './profileCommand.js';
import { RUNS, runsCommand } from './runs.js';
import { TOKENIZER_EXTEND, tokenizerExtendCommand } from './tokenizerExtend.js';
import { TOKENIZER_TRAIN, tokenizerTrainCommand } from './tokenizerTrain.js';
import { ESTIMATE, estimateCommand, RESUME, resumeCommand, TRAIN, trainCommand } from './train.js';
import type { CommandShape, CommandValues } from './usage.js';

export interface Command {
  readonly shape: CommandShape;
  readonly run: (values: CommandValues) => Promise<void>;
}

/** Every command of the command line, in the order of its help and of `docs/command-line.md`. */
export const COMMANDS: readonly Command[] = [
  { shape: TRAIN, run: trainCommand },
  { shape: PRETRAIN, run: pretrainCommand },
  { shape: RESUME, run: resumeCommand },
  { shape: ESTIMATE, run: estimateCommand },
  { shape: PREDICT, run: predictCommand },
  { shape: FILL, run: fillCommand },
  { shape: MASK, run: maskCommand },
  { shape: PROFILE, run: profileCommand },
  { shape: RUNS, run: runsCommand },
  { shape: EXPORT, run: exportCommand },
  { shape: CHECK_MODEL, run: checkModelCommand },
  { shape: TOKENIZER_TRAIN, run: tokenizerTrainCommand },
  { shape: TOKENIZER_EXTEND, run: tokenizerExtendCommand },
];
