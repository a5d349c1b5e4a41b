import type * as z from 'zod';
import { AppError } from '../../errors.js';

/** Builds the errors of one tokenizer.json. */
export class TokenizerFile {
  constructor(private readonly path: string) {}

  parse<T>(schema: z.ZodType<T>, value: unknown, what = ''): T {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    const place = issue?.path ?? [];
    const unknownType = place.at(-1) === 'type' ? valueAt(value, place) : undefined;
    if (what !== '' && typeof unknownType === 'string')
      throw this.unsupported(`${unknownType} ${what}`);
    const where = [what, ...place.map(String)].filter((part) => part !== '').join('.');
    throw this.error(`is not a tokenizer definition: ${where} ${issue?.message ?? ''}`);
  }

  unsupported(what: string): AppError {
    return this.error(`uses a ${what}, which Masklab cannot read`);
  }

  error(problem: string): AppError {
    return new AppError({
      code: 'Model',
      details: {
        path: this.path,
        problem,
        remedy:
          'Choose an encoder with a WordPiece, byte-level BPE or SentencePiece tokenizer (BERT, RoBERTa, XLM-R, ALBERT, DeBERTa, ModernBERT and their kin).',
      },
    });
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Readonly<Record<PropertyKey, unknown>> | undefined)?.[key],
    value,
  );
}
