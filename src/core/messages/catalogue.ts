import { ALERT_MESSAGES } from './alertTexts.js';
import { AUDIT_MESSAGES } from './auditReportTexts.js';
import { CROSS_VALIDATION_MESSAGES } from './crossValidationTexts.js';
import { COMMON_MESSAGES, COMMON_PROBLEMS } from './commonTexts.js';
import { DATA_MESSAGES, DATA_PROBLEMS } from './dataTexts.js';
import { DOCUMENT_MESSAGES, DOCUMENT_PROBLEMS } from './documentTexts.js';
import { FILE_PROBLEMS } from './fileTexts.js';
import { EXPERIMENTS_MESSAGES, EXPERIMENTS_PROBLEMS } from './experimentsTexts.js';
import { LAUNCH_PROBLEMS } from './launchTexts.js';
import { HUB_MESSAGES, HUB_PROBLEMS } from './hubTexts.js';
import { MASKING_MESSAGES, MASKING_PROBLEMS } from './maskingTexts.js';
import { MODELS_MESSAGES, MODELS_PROBLEMS } from './modelsTexts.js';
import { PROFILE_MESSAGES, PROFILE_PROBLEMS } from './profileTexts.js';
import { REPORT_MESSAGES } from './reportTexts.js';
import { RUNS_MESSAGES, RUNS_PROBLEMS } from './runsTexts.js';
import { TRAINING_MESSAGES, TRAINING_PROBLEMS } from './trainingTexts.js';
import type { PlaceholdersOf, ProblemText, Text } from './wording.js';

/** Every message by its id, with its English text. */
const ALL_MESSAGES = {
  ...ALERT_MESSAGES,
  ...AUDIT_MESSAGES,
  ...CROSS_VALIDATION_MESSAGES,
  ...COMMON_MESSAGES,
  ...DATA_MESSAGES,
  ...DOCUMENT_MESSAGES,
  ...EXPERIMENTS_MESSAGES,
  ...HUB_MESSAGES,
  ...MASKING_MESSAGES,
  ...MODELS_MESSAGES,
  ...PROFILE_MESSAGES,
  ...REPORT_MESSAGES,
  ...RUNS_MESSAGES,
  ...TRAINING_MESSAGES,
} as const;

/** Every problem by its id, with its English text. Ids are the error codes of the documentation. */
const ALL_PROBLEMS = {
  ...COMMON_PROBLEMS,
  ...DATA_PROBLEMS,
  ...DOCUMENT_PROBLEMS,
  ...FILE_PROBLEMS,
  ...EXPERIMENTS_PROBLEMS,
  ...LAUNCH_PROBLEMS,
  ...HUB_PROBLEMS,
  ...MASKING_PROBLEMS,
  ...MODELS_PROBLEMS,
  ...PROFILE_PROBLEMS,
  ...RUNS_PROBLEMS,
  ...TRAINING_PROBLEMS,
} as const;

export type MessageId = keyof typeof ALL_MESSAGES;
export type ProblemId = keyof typeof ALL_PROBLEMS;

export type PlaceholdersOfMessage<Id extends MessageId> = PlaceholdersOf<(typeof ALL_MESSAGES)[Id]>;
export type PlaceholdersOfProblem<Id extends ProblemId> = PlaceholdersOf<(typeof ALL_PROBLEMS)[Id]>;

export const MESSAGES: Readonly<Record<MessageId, Text>> = ALL_MESSAGES;
export const PROBLEMS: Readonly<Record<ProblemId, ProblemText>> = ALL_PROBLEMS;
