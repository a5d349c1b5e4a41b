import type { ProblemText, Text } from './wording.js';

export const PROFILE_MESSAGES = {} as const satisfies Record<string, Text>;

export const PROFILE_PROBLEMS = {} as const satisfies Record<string, ProblemText>;
