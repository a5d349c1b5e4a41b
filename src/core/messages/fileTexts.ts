import type { ProblemText } from './wording.js';

/** Problems of files and folders that cannot be opened or read, whatever they hold. */
export const FILE_PROBLEMS = {
  'file.notFound': {
    problem: 'The file or folder does not exist.',
    remedy: 'Check the path and try again.',
  },
  'file.noPermission': {
    problem: 'No permission to read the file or folder.',
    remedy: 'Check its permissions, or exclude it.',
  },
  'file.unreadable': {
    problem: 'The file or folder cannot be read: {reason}.',
    remedy: 'Check its permissions, or exclude it.',
  },
  'file.isFolder': {
    problem: 'It is a folder, not a file.',
    remedy: 'Select a file.',
  },
  'file.lfsPointer': {
    problem: 'The file is a Git LFS pointer. Its content has not been downloaded.',
    remedy: 'Run "git lfs pull" in its repository, or download the file.',
  },
  'file.notRegular': {
    problem: 'It is not a regular file, but a device, a pipe, a socket or a link.',
    remedy: 'Select a regular file, or remove it.',
  },
  'file.tooLarge': {
    problem: 'The file is larger than {limit}, the limit for files of this kind.',
    remedy: 'Check that it is the right file.',
  },
  'file.nameTooLong': {
    problem: 'The path is too long for this system.',
    remedy: 'Move the file to a folder with a shorter path.',
  },
  'file.linkLoop': {
    problem: 'The path leads through links that point to one another.',
    remedy: 'Remove the links, or select the file that they should lead to.',
  },
  'file.tooManyOpen': {
    problem: 'Too many files are open on this machine.',
    remedy: 'Close other programs, or raise the limit of open files, and try again.',
  },
  'file.nestedTooDeeply': {
    problem: 'The JSON is nested too deeply: more than {limit} levels.',
    remedy: 'Check that it is the right file, or write the value with fewer levels.',
  },
  'system.outOfMemory': {
    problem: 'There is not enough memory for this.',
    remedy: 'Close other programs, or use smaller data or a smaller model.',
  },
} as const satisfies Record<string, ProblemText>;
