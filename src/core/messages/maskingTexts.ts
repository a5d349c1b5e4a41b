import type { ProblemText, Text } from './wording.js';

export const MASKING_MESSAGES = {} as const satisfies Record<string, Text>;

export const MASKING_PROBLEMS = {} as const satisfies Record<string, ProblemText>;
