import type { ProblemText, Text } from './wording.js';

export const RUNS_MESSAGES = {} as const satisfies Record<string, Text>;

export const RUNS_PROBLEMS = {} as const satisfies Record<string, ProblemText>;
