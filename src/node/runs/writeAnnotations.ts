import path from 'node:path';
import { inputError, type AppError } from '../../core/errors.js';
import { RefusedFile, systemCodeOf } from '../../core/fileProblem.js';
import { parseJsonText } from '../../core/jsonText.js';
import { problem, type Message, type Problem } from '../../core/messages/message.js';
import {
  NO_ANNOTATIONS,
  runAnnotationsSchema,
  withChanges,
  type AnnotationChanges,
  type RunAnnotations,
} from '../../core/runs/annotations.js';
import { RUN_FILES } from '../../core/runs/schema.js';
import { readBytes } from '../files/regularFile.js';
import { storageError, writeJsonAtomically } from '../files/storage.js';
import { parseJson } from './stampedFiles.js';

/** Far more than a person writes about a run. */
const MAX_BYTES = 1 << 20;

/** The latest change of each run that has not settled yet. */
const pending = new Map<string, Promise<void>>();

/**
 * Changes the annotations of a run and keeps everything else in the file. Changes of one run are
 * made one after the other, each to the file that the one before left. Rejects with `UserInput` if
 * there is a file that cannot be kept, and with `Storage` if writing failed; the file is then as it
 * was.
 */
export function writeAnnotations(directory: string, changes: AnnotationChanges): Promise<void> {
  const file = path.join(path.resolve(directory), RUN_FILES.annotations);
  const change = (pending.get(file) ?? Promise.resolve())
    .catch(() => undefined)
    .then(async () => {
      await writeJsonAtomically(file, withChanges(await readStrictly(file), changes));
    })
    .finally(() => {
      if (pending.get(file) === change) pending.delete(file);
    });
  pending.set(file, change);
  return change;
}

/** Unlike a reader, which passes over a file that does not parse, refuses one. */
async function readStrictly(file: string): Promise<RunAnnotations> {
  let bytes: Uint8Array;
  try {
    bytes = await readBytes(file, MAX_BYTES, 'refused');
  } catch (thrown) {
    if (systemCodeOf(thrown) === 'ENOENT') return NO_ANNOTATIONS;
    if (thrown instanceof RefusedFile) throw refusal(file, thrown.reason);
    throw storageError(file, thrown);
  }
  const { value, problem: reason } = parseJson(
    runAnnotationsSchema,
    contentOf(bytes, file),
    path.basename(file),
  );
  if (value === null) throw refusal(file, reason);
  return value;
}

function contentOf(bytes: Uint8Array, file: string): unknown {
  try {
    return parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw refusal(file, thrown instanceof RefusedFile ? thrown.reason : String(thrown));
  }
}

function refusal(file: string, reason: string | Message | Problem): AppError {
  return inputError(problem('runs.annotationsUnreadable', { file, reason }));
}
