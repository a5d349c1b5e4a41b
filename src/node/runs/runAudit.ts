import fs from 'node:fs';
import path from 'node:path';
import {
  AUDIT_FILES,
  auditReportSchema,
  textSaliencesSchema,
  type AuditReport,
  type TextSaliences,
} from '../../core/audit/auditReport.js';
import { auditProgressSchema, type AuditProgress } from '../../core/audit/auditProgress.js';
import { parseJsonText } from '../../core/jsonText.js';
import type { RunOptionName } from '../../core/runs/options.js';
import { RUN_FILES, type RunSpec } from '../../core/runs/schema.js';
import { optionFlags } from '../../core/specs/commandOfRunFile.js';
import { optionsOfSpec } from '../../core/specs/optionsOfSpec.js';
import { asideOf, putInPlace } from '../files/storage.js';
import { runCommandLine, type CommandLineOptions } from './commandLineProcess.js';
import { JsonLinesTail } from './jsonLinesTail.js';
import { parseJson, StampedFiles } from './stampedFiles.js';

/** Options of a run that say how an audit reads its data. */
export const AUDIT_OPTIONS: readonly RunOptionName[] = [
  ...(['format', 'encoding', 'noHeader', 'backslashEscapes', 'clean', 'skipBad'] as const),
  ...(['textColumn', 'pairColumn', 'labelColumn', 'labelDelimiter', 'mergeLabels'] as const),
];

export interface RunAuditRequest extends CommandLineOptions {
  /** Folder that the report's paths are relative to. */
  readonly workspaceFolder: string;
  /** Labeled files, and those of a shifted sample, which may be empty. */
  readonly data: readonly string[];
  readonly shifted: readonly string[];
  /** List of words to exchange; `null` without one. */
  readonly swaps: string | null;
  /** Of the run, whose columns the files have; `null` to guess them. */
  readonly spec: RunSpec | null;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: AuditProgress) => void;
}

/** Folder of the last audit of a run. */
export function auditFolderOf(directory: string): string {
  return path.join(directory, RUN_FILES.audit);
}

/** Report of the last audit of a run; `null` without one that can be read. */
export async function readRunAudit(directory: string): Promise<AuditReport | null> {
  const files = new StampedFiles((content, name) => parseJson(auditReportSchema, content, name));
  return (await files.read(path.join(auditFolderOf(directory), AUDIT_FILES.report))).value;
}

/**
 * Effects of the words of the texts of one file in the last audit of a run, in the order of the audit,
 * at most `most` texts; empty without an audit. Lines that cannot be read are skipped.
 */
export async function readRunSaliences(
  directory: string,
  { file, most }: { readonly file: string; readonly most: number },
): Promise<TextSaliences[]> {
  const found: TextSaliences[] = [];
  const words = path.join(auditFolderOf(directory), AUDIT_FILES.words);
  const lines = new JsonLinesTail(words, textSaliencesSchema, (rows) => {
    for (const row of rows) if (row.file === file && found.length < most) found.push(row);
  });
  await lines.read(() => found.length >= most);
  return found;
}

/**
 * Audits the model of a run in a process of the command line. The audit takes the place of an earlier
 * one once it is complete; one that fails or is cancelled leaves nothing. Throws `UserInput` with the
 * error of the command line, `Storage`, and `Cancelled`.
 */
export async function auditRunModel(
  directory: string,
  {
    workspaceFolder,
    data,
    shifted,
    swaps,
    spec,
    signal,
    onProgress,
    ...commandLine
  }: RunAuditRequest,
): Promise<AuditReport> {
  const folder = auditFolderOf(directory);
  const aside = asideOf(folder);
  const flags = [
    `--model=${directory}`,
    ...data.map((file) => `--data=${file}`),
    ...shifted.map((file) => `--shifted=${file}`),
    ...(swaps === null ? [] : [`--swaps=${swaps}`]),
    ...(spec === null ? [] : readingFlags(spec)),
    ...[`--out=${aside}`, '--json'],
  ];
  try {
    const output = await runCommandLine('audit', flags, {
      ...commandLine,
      ...{ cwd: workspaceFolder, signal },
      onMessage: (message) => {
        const progress = auditProgressSchema.safeParse(message);
        if (progress.success) onProgress(progress.data);
      },
    });
    const report = auditReportSchema.parse(parseJsonText(output));
    await putInPlace(aside, folder);
    return report;
  } finally {
    await remove(aside);
  }
}

function readingFlags(spec: RunSpec): string[] {
  const options = optionsOfSpec(spec);
  return optionFlags(Object.fromEntries(AUDIT_OPTIONS.map((name) => [name, options[name]])));
}

function remove(folder: string): Promise<void> {
  return fs.promises.rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
