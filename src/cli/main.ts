#!/usr/bin/env node
import { AppError, describeError, toAppErrorData } from '../core/errors.js';
import { ENGLISH } from '../core/messages/render.js';
import { packageVersions } from '../node/runs/packageVersions.js';
import { onUncaught, UNCAUGHT } from '../node/runtime/uncaught.js';
import { CommandLineError } from './commandLineError.js';
import { COMMANDS, findCommand } from './commandTable.js';
import { commandHelp, generalHelp } from './help.js';
import { interruptExitCode } from './interrupts.js';
import { print, printError } from './output.js';
import { readCommand, wordsOf } from './usage.js';

async function main(args: string[]): Promise<void> {
  const isHelp = args[0] === 'help';
  const given = isHelp ? args.slice(1) : args;
  const [first] = given;
  if (first === undefined || first === '--help' || first === '-h') {
    print(generalHelp(COMMANDS.map(({ shape }) => shape)));
    return;
  }
  if (first === '--version' || first === '-v') {
    const versions = Object.entries(packageVersions());
    print(versions.map(([name, version]) => `${name} ${version}`).join('\n'));
    return;
  }
  const { shape, run } = findCommand(given);
  const rest = given.slice(wordsOf(shape).length);
  if (isHelp || rest.includes('--help') || rest.includes('-h')) {
    print(commandHelp(shape));
    return;
  }
  await run(readCommand(shape, rest));
}

type ExitCode = 1 | 2 | 130 | 143;

/** Texts and exit code of a failed command: 2 if the person can correct the command or its input. */
function failureOf(thrown: unknown): { message: string; remedy: string; exitCode: ExitCode } {
  if (thrown instanceof CommandLineError) {
    return { message: thrown.message, remedy: thrown.remedy, exitCode: 2 };
  }
  const data = toAppErrorData(thrown);
  const isInput = thrown instanceof AppError && thrown.code === 'UserInput';
  const interrupted = data.code === 'Cancelled' ? interruptExitCode() : null;
  return { ...describeError(data, ENGLISH), exitCode: interrupted ?? (isInput ? 2 : 1) };
}

function report(thrown: unknown, { as = '' } = {}): ExitCode {
  const { message, remedy, exitCode } = failureOf(thrown);
  printError(`masklab: ${as}${message}${remedy === '' ? '' : `\n         ${remedy}`}`);
  return exitCode;
}

onUncaught((thrown) => {
  report(thrown, { as: `${UNCAUGHT} ` });
});
main(process.argv.slice(2)).catch((thrown: unknown) => {
  process.exitCode = report(thrown);
});
