import type { ProblemText, Text } from './wording.js';

export const MODELS_MESSAGES = {} as const satisfies Record<string, Text>;

export const MODELS_PROBLEMS = {} as const satisfies Record<string, ProblemText>;
