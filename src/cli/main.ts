#!/usr/bin/env node
import { AppError, describeError, toAppErrorData } from '../core/errors.js';
import { ENGLISH } from '../core/messages/render.js';
import { COMMANDS } from './commandTable.js';
import { commandHelp, generalHelp, readCommand, usageError, type CommandShape } from './usage.js';

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
