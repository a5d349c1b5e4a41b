import * as z from 'zod';
import { AppError } from '../../errors.js';
import { fileProblem } from '../../fileProblem.js';
import { parseJsonText } from '../../jsonText.js';
import { problem, type Problem } from '../../messages/message.js';
import type { MaskingPolicy, MaskingRule } from './policy.js';

export interface ResolveOptions {
  /** Absolute path of the policy. Paths of lists are relative to its folder. */
  readonly file: string;
  /**
   * Absolute path of the workspace folder. Lists must be inside it if it contains the policy, and
   * inside the folder of the policy otherwise.
   */
  readonly workspaceFolder?: string;
  /** Reads a file by its absolute path. */
  readonly readText: (path: string) => Promise<string>;
}

/** Part of an audit report that masking uses: the words that a model relies on too much. */
const auditSchema = z.object({
  version: z.literal(1),
  findings: z
    .array(z.object({ text: z.string().min(1), isSelected: z.boolean().default(true) }))
    .min(1),
});

/** Replaces the word lists and audits that a policy names with the words in those files. */
export async function resolvePolicy(
  policy: MaskingPolicy,
  options: ResolveOptions,
): Promise<MaskingPolicy> {
  const rules: MaskingRule[] = [];
  for (const rule of policy.rules) rules.push(await resolved(rule, options));
  const never: MaskingPolicy['never'] = [];
  for (const entry of policy.never) never.push(await resolved(entry, options));
  return { ...policy, rules, never };
}

async function resolved<T extends Pick<MaskingRule, 'lexicon' | 'fromAudit'>>(
  rule: T,
  options: ResolveOptions,
): Promise<T> {
  const { lexicon, fromAudit, ...others } = rule;
  if (fromAudit !== undefined) {
    const words = await readNamed(fromAudit, options, AUDIT);
    return { ...others, words } as unknown as T;
  }
  if (lexicon === undefined || lexicon.startsWith('builtin:')) return rule;
  return { ...others, words: await readNamed(lexicon, options, LEXICON) } as unknown as T;
}

interface ListFormat {
  /** Words in the text of a file; none if the text is not of the format. */
  readonly words: (text: string) => string[];
  readonly empty: Problem;
}

const LEXICON: ListFormat = { words: lexiconWords, empty: problem('masking.listEmpty') };
const AUDIT: ListFormat = { words: auditWords, empty: problem('masking.auditEmpty') };

async function readNamed(
  list: string,
  { file, workspaceFolder, readText }: ResolveOptions,
  format: ListFormat,
): Promise<string[]> {
  const policyFolder = folderOf(file);
  const path = joined(policyFolder, list);
  if (path === null) throw dataError(file, problem('masking.listPathNotRelative', { list }));
  const isHeld = workspaceFolder !== undefined && isInside(file, workspaceFolder);
  const folder = isHeld ? workspaceFolder : policyFolder;
  if (!isInside(path, folder)) {
    throw dataError(
      file,
      isHeld
        ? problem('masking.listOutsideWorkspace', { list, folder })
        : problem('masking.listOutsidePolicyFolder', { list, folder }),
    );
  }
  let text: string;
  try {
    text = await readText(path);
  } catch (thrown) {
    const reason = fileProblem(thrown);
    throw dataError(file, problem('masking.listUnreadable', { list, path, reason }), thrown);
  }
  const words = format.words(text);
  if (words.length === 0) throw dataError(path, format.empty);
  return words;
}

/** Entries of a word list: one per line; lines that start with `#` are comments. */
export function lexiconWords(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const words = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return [...new Set(words)];
}

function auditWords(text: string): string[] {
  let value: unknown;
  try {
    value = parseJsonText(text);
  } catch {
    return [];
  }
  const audit = auditSchema.safeParse(value);
  if (!audit.success) return [];
  const selected = audit.data.findings.filter(({ isSelected }) => isSelected);
  return [...new Set(selected.map(({ text: found }) => found))];
}

function dataError(file: string, found: Problem, cause?: unknown): AppError {
  return new AppError({ code: 'Data', details: { file, problem: found } }, { cause });
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'), 0));
}

/** Joins a folder and a relative path and resolves dots; `null` if the path is not relative. */
function joined(folder: string, name: string): string | null {
  if (/^(?:[/\\]|[a-z]:|~)/i.test(name)) return null;
  const separator = folder.includes('\\') && !folder.includes('/') ? '\\' : '/';
  const parts = folder.split(/[/\\]/);
  for (const part of name.split(/[/\\]/)) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join(separator);
}

function isInside(path: string, folder: string): boolean {
  const slashed = (value: string): string => value.replaceAll('\\', '/').replace(/\/$/, '');
  return slashed(path).startsWith(`${slashed(folder)}/`);
}
