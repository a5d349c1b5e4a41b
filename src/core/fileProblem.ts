import { problem, type Problem } from './messages/message.js';

/** Thrown for a file that could be opened but must not be read, with the reason for a person. */
export class RefusedFile extends Error {
  constructor(readonly reason: Problem) {
    super(reason.id);
    this.name = 'RefusedFile';
  }
}

/** Problems of files by the code that the system gives them. */
const BY_CODE: Readonly<Record<string, Problem>> = {
  ENOENT: problem('file.notFound'),
  ENOTDIR: problem('file.notFound'),
  EACCES: problem('file.noPermission'),
  EPERM: problem('file.noPermission'),
  EISDIR: problem('file.isFolder'),
  ENXIO: problem('file.notRegular'),
  ENODEV: problem('file.notRegular'),
  ENAMETOOLONG: problem('file.nameTooLong'),
  ELOOP: problem('file.linkLoop'),
  EMFILE: problem('file.tooManyOpen'),
  ENFILE: problem('file.tooManyOpen'),
  ENOMEM: problem('system.outOfMemory'),
  ERR_MEMORY_ALLOCATION_FAILED: problem('system.outOfMemory'),
  ERR_STRING_TOO_LONG: problem('system.outOfMemory'),
};

/** Code that the system or Node gave an error, or `null` for an error without one. */
export function systemCodeOf(thrown: unknown): string | null {
  const code: unknown = (thrown as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && /^E[A-Z0-9_]+$/.test(code) ? code : null;
}

/** Reason why writing failed, by the code of the system. */
export function storageReasonOf(thrown: unknown): 'full' | 'denied' | 'other' {
  const code = systemCodeOf(thrown) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'full';
  return ['EACCES', 'EPERM', 'EROFS'].includes(code) ? 'denied' : 'other';
}

/** Problem of a file in an error of the system, or `null` for an error of another kind. */
export function knownFileProblem(thrown: unknown): Problem | null {
  if (thrown instanceof RefusedFile) return thrown.reason;
  return BY_CODE[systemCodeOf(thrown) ?? ''] ?? null;
}

/** Problem of a file that cannot be opened or read, from whatever was thrown. */
export function fileProblem(thrown: unknown): Problem {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return knownFileProblem(thrown) ?? problem('file.unreadable', { reason });
}
