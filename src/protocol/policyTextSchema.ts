import * as z from 'zod';

/** Text of a policy in the editor, whether or not it is saved. */
export const policyTextSchema = z.object({
  text: z.string().max(5_000_000),
  /** Absolute path: lists that the policy names are looked up beside it. */
  file: z.string().min(1),
  /** Folder that those lists must lie in; null for the policy's own. */
  workspaceFolder: z.string().min(1).nullable(),
});
