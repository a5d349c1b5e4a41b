import * as z from 'zod';
import { AppError } from '../../errors.js';
import type { MaskingPolicy, MaskingRule } from './policy.js';

export interface ResolveOptions {
  /** The policy's own path, absolute. Lists are named relative to its folder. */
  readonly file: string;
  /**
   * Absolute path of the workspace folder. Lists must lie in it if it holds the policy, and in the
   * policy's own folder otherwise.
   */
  readonly workspaceFolder?: string;
  /** Reads a file by its absolute path. */
  readonly readText: (path: string) => Promise<string>;
}

/** The part of an audit's report that masking needs: the words that a model relies on too much. */
const auditSchema = z.object({
  version: z.literal(1),
  findings: z.array(z.object({ text: z.string().min(1) })).min(1),
});

/** Reads the files that a policy names into it: word lists and audits become lists of words. */
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
    const words = await readNamed(fromAudit, options, auditWords);
    return { ...others, words } as unknown as T;
  }
  if (lexicon === undefined || lexicon.startsWith('builtin:')) return rule;
  return { ...others, words: await readNamed(lexicon, options, lexiconWords) } as unknown as T;
}

async function readNamed(
  name: string,
  { file, workspaceFolder, readText }: ResolveOptions,
  read: (text: string) => string[] | null,
): Promise<string[]> {
  const folder = folderOf(file);
  const path = joined(folder, name);
  if (path === null) {
    throw problem(
      file,
      `"${name}" is not a relative path.`,
      'Name the file by its path relative to the policy.',
    );
  }
  const isHeld = workspaceFolder !== undefined && isInside(file, workspaceFolder);
  const root = isHeld ? workspaceFolder : folder;
  if (!isInside(path, root)) {
    const of = isHeld ? 'the workspace folder' : 'the folder of the policy';
    throw problem(
      file,
      `"${name}" lies outside ${of}, ${root}.`,
      'Copy the file into that folder and name it by its path relative to the policy.',
    );
  }
  let text: string;
  try {
    text = await readText(path);
  } catch (thrown) {
    throw problem(
      file,
      `"${name}" cannot be read.`,
      `Put it at ${path}, or correct its name in the policy.`,
      thrown,
    );
  }
  const words = read(text);
  if (words === null || words.length === 0) {
    throw problem(
      path,
      'There are no entries in this file.',
      'Write one word or phrase a line; lines that begin with # are comments.',
    );
  }
  return words;
}

/** One entry a line; `#` begins a comment. */
export function lexiconWords(text: string): string[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const words = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  return [...new Set(words)];
}

function auditWords(text: string): string[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const audit = auditSchema.safeParse(value);
  return audit.success ? [...new Set(audit.data.findings.map(({ text: found }) => found))] : null;
}

function problem(file: string, what: string, remedy: string, cause?: unknown): AppError {
  return new AppError({ code: 'Data', details: { file, problem: what, remedy } }, { cause });
}

function folderOf(file: string): string {
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'), 0));
}

/** A relative path put behind a folder, without its dots; null where it is none. */
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
