import * as z from 'zod';

/** A policy as it stands in the editor, saved or not. */
export const policyTextSchema = z.object({
  text: z.string().max(5_000_000),
  /** Absolute path: lists that the policy names are looked up beside it. */
  file: z.string().min(1),
  /** Folder that those lists must lie in; null for the policy's own. */
  workspaceFolder: z.string().min(1).nullable(),
});
