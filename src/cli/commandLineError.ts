/**
 * A command that cannot be carried out as it was typed: exit code 2. Its texts are read on the
 * command line alone, so that they are English and may name flags.
 */
export class CommandLineError extends Error {
  constructor(
    message: string,
    /** Next step for the person. */
    readonly remedy: string,
  ) {
    super(message);
    this.name = 'CommandLineError';
  }
}

/** An error in the arguments of a command, or in its name, with its help as the remedy. */
export function usageError(message: string, command?: string): CommandLineError {
  return command === undefined
    ? new CommandLineError(message, 'Run "masklab --help" to list the commands.')
    : new CommandLineError(message, `Run "masklab ${command} --help" to list its options.`);
}
