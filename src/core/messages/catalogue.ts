import { COMMON_MESSAGES, COMMON_PROBLEMS } from './common.js';
import type { PlaceholdersOf, ProblemText, Text } from './wording.js';

/** Every message by its id, with its English text. */
const ALL_MESSAGES = { ...COMMON_MESSAGES } as const;

/** Every problem by its id, with its English text. Ids are the error codes of the documentation. */
const ALL_PROBLEMS = { ...COMMON_PROBLEMS } as const;

export type MessageId = keyof typeof ALL_MESSAGES;
export type ProblemId = keyof typeof ALL_PROBLEMS;

export type PlaceholdersOfMessage<Id extends MessageId> = PlaceholdersOf<(typeof ALL_MESSAGES)[Id]>;
export type PlaceholdersOfProblem<Id extends ProblemId> = PlaceholdersOf<(typeof ALL_PROBLEMS)[Id]>;

export const MESSAGES: Readonly<Record<MessageId, Text>> = ALL_MESSAGES;
export const PROBLEMS: Readonly<Record<ProblemId, ProblemText>> = ALL_PROBLEMS;
