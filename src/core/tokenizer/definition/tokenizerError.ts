import type * as z from 'zod';
import { modelError, type AppError } from '../../errors.js';
import { problem, type Problem } from '../../messages/message.js';

/** Parses one `tokenizer.json` and creates its errors. */
export class TokenizerFile {
  constructor(private readonly path: string) {}

  /** Parses a part of the file. `part` is its key in the file. */
  parse<T>(schema: z.ZodType<T>, value: unknown, part = ''): T {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const place = issue?.path ?? [];
    const unknownType = place.at(-1) === 'type' ? valueAt(value, place) : undefined;
    if (part !== '' && typeof unknownType === 'string') {
      throw this.error(problem('tokenizer.unsupportedType', { part, type: unknownType }));
    }
    throw this.error(
      problem('tokenizer.malformed', {
        place: [part, ...place.map(String)].filter((step) => step !== '').join('.') || 'root',
        issue: issue?.message ?? '',
      }),
    );
  }

  error(problem: Problem): AppError {
    return modelError(this.path, problem);
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    value,
  );
}
