#!/usr/bin/env node
import { AppError, describeError, toAppErrorData } from '../core/errors.js';
import { CHECK_MODEL, checkModelCommand } from './checkModel.js';
import { EXPORT, exportCommand } from './export.js';
import { FILL, fillCommand } from './fill.js';
import { MASK, maskCommand } from './mask.js';
import { PRETRAIN, pretrainCommand } from './pretrain.js';
import { PREDICT, predictCommand } from './predict.js';
import { PROFILE, profileCommand } from './profileCommand.js';
import { RUNS, runsCommand } from './runs.js';
import { ESTIMATE, estimateCommand, RESUME, resumeCommand, TRAIN, trainCommand } from './train.js';
import { TOKENIZER_EXTEND, tokenizerExtendCommand } from './tokenizerExtend.js';
import { TOKENIZER_TRAIN, tokenizerTrainCommand } from './tokenizerTrain.js';
import {
  commandHelp,
  generalHelp,
  readCommand,
  usageError,
  type CommandShape,
  type CommandValues,
} from './usage.js';
import { ENGLISH } from '../core/messages/render.js';

interface Command {
  readonly shape: CommandShape;
  readonly run: (values: CommandValues) => Promise<void>;
}

const COMMANDS: readonly Command[] = [
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

async function main(args: string[]): Promise<void> {
  const isHelp = args[0] === 'help';
  const given = isHelp ? args.slice(1) : args;
  const [wanted] = given;
  if (wanted === undefined || wanted === '--help' || wanted === '-h') {
    console.log(generalHelp(COMMANDS.map(({ shape }) => shape)));
    return;
  }
  const command = COMMANDS.find(({ shape }) => isNamed(shape, given));
  if (command === undefined) throw unknownCommand(wanted);
  const rest = given.slice(wordsOf(command.shape).length);
  if (isHelp || rest.includes('--help') || rest.includes('-h')) {
    console.log(commandHelp(command.shape));
    return;
  }
  await command.run(readCommand(command.shape, rest));
}

/** A command's name may have several words: `tokenizer train`. */
function wordsOf({ name }: CommandShape): string[] {
  return name.split(' ');
}

function unknownCommand(wanted: string): AppError {
  const longer = COMMANDS.map(({ shape }) => wordsOf(shape)).filter(([first]) => first === wanted);
  return longer.length === 0
    ? usageError(`There is no command "${wanted}".`)
    : usageError(
        `masklab ${wanted} takes another word: ${longer.map(([, second]) => second).join(' or ')}.`,
      );
}

function isNamed(shape: CommandShape, given: readonly string[]): boolean {
  return wordsOf(shape).every((word, i) => given[i] === word);
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const error = toAppErrorData(thrown);
  const { message, remedy } = describeError(error, ENGLISH);
  console.error(`masklab: ${message}${remedy === '' ? '' : `\n         ${remedy}`}`);
  process.exitCode = thrown instanceof AppError && error.code === 'UserInput' ? 2 : 1;
});
