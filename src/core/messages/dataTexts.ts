import type { ProblemText, Text } from './wording.js';

export const DATA_MESSAGES = {} as const satisfies Record<string, Text>;

export const DATA_PROBLEMS = {} as const satisfies Record<string, ProblemText>;
