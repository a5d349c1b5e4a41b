import * as z from 'zod';
import type { ObservedStatus } from './status.js';

/** `queue.json`: what a person has changed about the queue of a runs folder. */
export const queueSchema = z.object({
  version: z.literal(1),
  /** Whether waiting runs are held back. */
  isPaused: z.boolean().default(false),
  /** Ids of the runs to start first, in this order. */
  first: z.array(z.string()).max(10_000).default([]),
});
export type Queue = z.infer<typeof queueSchema>;

export const EMPTY_QUEUE: Queue = { version: 1, isPaused: false, first: [] };

/** Part of a run that decides its place in the queue. */
export interface QueuedRun {
  readonly id: string;
  readonly status: ObservedStatus;
  /** `study` is null for a run that is not part of one. */
  readonly facts: { readonly createdAt: string; readonly study: object | null } | null;
}

/** Waiting runs in the order of their start. Runs of a study are started by its own process. */
export function queuedRuns<Run extends QueuedRun>(runs: readonly Run[], { first }: Queue): Run[] {
  const placeOf = ({ id }: Run): number => {
    const at = first.indexOf(id);
    return at === -1 ? first.length : at;
  };
  const createdAt = ({ facts }: Run): string => facts?.createdAt ?? '';
  return runs
    .filter(({ status, facts }) => status === 'waiting' && facts !== null && facts.study === null)
    .sort(
      (a, b) =>
        placeOf(a) - placeOf(b) ||
        createdAt(a).localeCompare(createdAt(b)) ||
        a.id.localeCompare(b.id),
    );
}

/** The queue with a run at its front. */
export function withFirst(queue: Queue, id: string): Queue {
  return { ...queue, first: [id, ...queue.first.filter((other) => other !== id)] };
}
