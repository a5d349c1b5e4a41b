import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { CommandLineError } from './commandLineError.js';

/**
 * Absolute path of a folder that a command writes into, which need not exist. Throws `CommandLineError`
 * before anything is computed if a file is in its place.
 */
export function outputFolderOf(given: string, flag: string): string {
  const folder = path.resolve(given);
  let existing = folder;
  while (!existsSync(existing)) existing = path.dirname(existing);
  if (statSync(existing).isDirectory()) return folder;
  throw new CommandLineError(
    `--${flag} must be a folder, but ${existing === folder ? given : existing} is a file.`,
    `Choose a folder with --${flag}, new or existing. The file was not changed.`,
  );
}
