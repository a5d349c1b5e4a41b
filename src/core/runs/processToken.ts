import * as z from 'zod';

/**
 * Names one process for good. A process id alone does not: ids are reused, containers hand out the
 * same small ones again, and a copied folder brings the id of somebody else's process with it.
 */
export const processTokenSchema = z.object({
  pid: z.int(),
  /** When the process started, as its operating system records it; null if that is unknown. */
  startTime: z.string().nullable(),
  /** Identifies the boot of the machine; null if the system has no such identifier. */
  bootId: z.string().nullable(),
  /** Process id namespace of a container; null on systems without namespaces. */
  namespace: z.string().nullable(),
  host: z.string(),
  /** The run directory as the process found it; null if it is unknown. */
  directory: z.object({ path: z.string(), inode: z.string() }).nullable(),
  /** Identifier of the scheduler's job that the process belongs to. */
  job: z.string().exactOptional(),
});
export type ProcessToken = z.infer<typeof processTokenSchema>;

/** A token as runs wrote it when they knew a process id and a host name only. */
export function legacyToken(pid: number, host: string): ProcessToken {
  return { pid, host, startTime: null, bootId: null, namespace: null, directory: null };
}

/**
 * Result of looking for a process:
 *
 * - `alive`: it runs on this machine
 * - `gone`: it does not run any more
 * - `presumedGone`: the machine or the folder is another one now, as after a container's restart or
 *   in a copy of the folder; a file system with unstable identifiers can look the same
 * - `elsewhere`: it cannot be asked, most often because it belongs to another machine
 */
export type Sighting = 'alive' | 'gone' | 'presumedGone' | 'elsewhere';

/** The parts of a token that every process of a machine shares. */
export type Machine = Pick<ProcessToken, 'host' | 'bootId' | 'namespace'>;

/** Whether a token's process can be checked from here, and if not, why. */
export function machineOf(
  token: ProcessToken,
  here: Machine,
): 'here' | 'presumedGone' | 'elsewhere' {
  const isSameHost = token.host === here.host;
  if (token.bootId === null || here.bootId === null) return isSameHost ? 'here' : 'elsewhere';
  // Host names change while a machine runs; its boot and process namespace do not.
  if (token.bootId === here.bootId && token.namespace === here.namespace) return 'here';
  // The same name after a restart; two machines or containers can share a name, too.
  return isSameHost ? 'presumedGone' : 'elsewhere';
}

/** True if a run directory is a copy of the one that the token's process works in. */
export function isCopy(token: ProcessToken, directory: ProcessToken['directory']): boolean {
  if (token.directory === null || directory === null) return false;
  // A moved folder keeps its inode, a folder mounted elsewhere too; a copy keeps neither.
  return token.directory.path !== directory.path && token.directory.inode !== directory.inode;
}
