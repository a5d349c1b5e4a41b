import * as z from 'zod';

/** Text of a policy in the editor, whether or not it is saved. */
export const policyTextSchema = z.object({
  text: z.string().max(5_000_000),
  /** Absolute path. Paths of lists in the policy are relative to its folder. */
  file: z.string().min(1),
  /** Folder that must contain those lists; `null` for the folder of the policy. */
  workspaceFolder: z.string().min(1).nullable(),
});
