import * as z from 'zod';
import {
  MESSAGES,
  PROBLEMS,
  type MessageId,
  type PlaceholdersOfMessage,
  type PlaceholdersOfProblem,
  type ProblemId,
} from './catalogue.js';

/**
 * A value in a message. Numbers are written in the reader's locale; strings, such as names, paths
 * and numbers that are never grouped, appear as they are.
 */
export type Argument =
  | string
  | number
  | { readonly bytes: number }
  | { readonly seconds: number }
  /** From 0 to 1, shown as a percentage. */
  | { readonly share: number }
  /** Three decimals. */
  | { readonly loss: number }
  | { readonly perplexity: number }
  /** ISO 639 code, shown as the name of the language. */
  | Language
  | {
      readonly list: readonly (string | Message | Language)[];
      readonly join: 'and' | 'or' | 'sentences';
    }
  | Message
  /** Shown without its remedy. */
  | Problem
  /** Remedy of a problem, for the remedy of one that contains it. */
  | { readonly remedyOf: Problem }
  /** The same two about a run or study file, whose keys they name instead of flags. */
  | { readonly inFile: Problem }
  | { readonly remedyInFile: Problem };

interface Language {
  readonly language: string;
}

export type Arguments = Readonly<Record<string, Argument>>;

/** A text for a person as plain data: it is put into words only where it is shown. */
export interface Message {
  readonly id: MessageId;
  readonly args: Arguments;
}

/** A problem for a person as plain data: what happened, and what to do next. */
export interface Problem {
  readonly id: ProblemId;
  readonly args: Arguments;
}

type ArgumentsFor<Names extends string> = [Names] extends [never]
  ? []
  : [args: { readonly [Name in Names]: Name extends 'count' ? number : Argument }];

/** A message by its id; its arguments are those that its English text names. */
export function message<Id extends MessageId>(
  id: Id,
  ...[args]: ArgumentsFor<PlaceholdersOfMessage<Id>>
): Message {
  return { id, args: args ?? {} };
}

/** A problem by its id; its arguments are those that its English text names. */
export function problem<Id extends ProblemId>(
  id: Id,
  ...[args]: ArgumentsFor<PlaceholdersOfProblem<Id>>
): Problem {
  return { id, args: args ?? {} };
}

/** Text that is shown as it is, such as what the system or a library says. */
export function verbatim(text: string): Message {
  return { id: 'verbatim', args: { text } };
}

const languageSchema = z.strictObject({ language: z.string() });

const argumentSchema: z.ZodType<Argument> = z.lazy(() =>
  z.union([
    z.string(),
    z.number(),
    z.strictObject({ bytes: z.number() }),
    z.strictObject({ seconds: z.number() }),
    z.strictObject({ share: z.number() }),
    z.strictObject({ loss: z.number() }),
    z.strictObject({ perplexity: z.number() }),
    languageSchema,
    z.strictObject({
      list: z.array(z.union([z.string(), languageSchema, messageSchema])),
      join: z.enum(['and', 'or', 'sentences']),
    }),
    z.strictObject({ remedyOf: z.lazy(() => problemSchema) }),
    z.strictObject({ inFile: z.lazy(() => problemSchema) }),
    z.strictObject({ remedyInFile: z.lazy(() => problemSchema) }),
    z
      .lazy(() => wireSchema)
      .transform((read) => (isKey(PROBLEMS, read.id) ? problemOfWire(read) : messageOfWire(read))),
  ]),
);

const wireSchema = z.object({
  id: z.string(),
  args: z.record(z.string(), argumentSchema),
  /** English text, written to disk for people and for versions that lack the id. */
  text: z.string().exactOptional(),
});

/** Reads a message; a string, as earlier versions wrote it, is shown as it is. */
export const messageSchema: z.ZodType<Message> = z
  .union([z.string(), wireSchema])
  .transform((read) => (typeof read === 'string' ? verbatim(read) : messageOfWire(read)));

/** Reads a problem; the two texts of earlier versions are shown as they are. */
export const problemSchema: z.ZodType<Problem> = z.union([
  z
    .object({ problem: z.string(), remedy: z.string() })
    .transform(({ problem: text, remedy }): Problem => ({
      id: 'verbatim',
      args: { text, remedy },
    })),
  wireSchema.transform(problemOfWire),
]);

type Wire = z.output<typeof wireSchema>;

function messageOfWire({ id, args, text }: Wire): Message {
  return isKey(MESSAGES, id) ? { id, args } : verbatim(text ?? id);
}

function problemOfWire({ id, args, text }: Wire): Problem {
  return isKey(PROBLEMS, id)
    ? { id, args }
    : { id: 'verbatim', args: { text: text ?? id, remedy: '' } };
}

function isKey<T extends object>(record: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(record, key);
}
