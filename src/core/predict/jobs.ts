/**
 * Priorities of jobs, most urgent first: hovers, decorations of visible text, background work. A more
 * urgent job interrupts a less urgent one between two model runs.
 */
export const LANES = ['interactive', 'visible', 'background'] as const;
export type Lane = (typeof LANES)[number];

/** Progress of a job, in units of its request: texts or words. */
export interface JobProgress {
  readonly done: number;
  readonly total: number;
}
