#!/usr/bin/env node
import { AppError, describeError, toAppErrorData } from '../core/errors.js';
import { fillCommand } from './fill.js';
import { resumeCommand, trainCommand } from './train.js';
import { runsCommand } from './runs.js';
import { HELP, usageError } from './usage.js';

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  train: trainCommand,
  resume: resumeCommand,
  fill: fillCommand,
  runs: runsCommand,
};

async function main([command, ...args]: string[]): Promise<void> {
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    console.log(HELP);
    return;
  }
  const run = COMMANDS[command];
  if (run === undefined) throw usageError(`There is no command "${command}".`);
  await run(args);
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const error = toAppErrorData(thrown);
  const { message, remedy } = describeError(error);
  console.error(`masklab: ${message}${remedy === '' ? '' : `\n         ${remedy}`}`);
  process.exitCode = thrown instanceof AppError && error.code === 'UserInput' ? 2 : 1;
});
