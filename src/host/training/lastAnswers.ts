import type * as vscode from 'vscode';
import * as z from 'zod';

/** Answers that become the defaults of the next time in the same workspace. */
const lastAnswersSchema = z.object({
  paths: z.array(z.string()).optional(),
  columns: z.object({ text: z.string(), labels: z.array(z.string()) }).optional(),
  task: z.string().optional(),
  /** A policy file or the name of a ready-made policy; empty for random masking. */
  masking: z.string().optional(),
  /** A model folder; empty for a new model. */
  model: z.string().optional(),
});
export type LastAnswers = z.infer<typeof lastAnswersSchema>;

const KEY = 'masklab.fineTune.lastAnswers';

export function readLastAnswers(memory: Pick<vscode.Memento, 'get'>): LastAnswers {
  return lastAnswersSchema.safeParse(memory.get<unknown>(KEY)).data ?? {};
}

/** Replaces the answers given this time and keeps those to questions that were not asked. */
export async function rememberAnswers(
  memory: Pick<vscode.Memento, 'get' | 'update'>,
  given: LastAnswers,
): Promise<void> {
  await memory.update(KEY, { ...readLastAnswers(memory), ...given });
}
