import type { ProblemText, Text } from './wording.js';

export const TRAINING_MESSAGES = {} as const satisfies Record<string, Text>;

export const TRAINING_PROBLEMS = {} as const satisfies Record<string, ProblemText>;
