import type * as z from 'zod';

/**
 * Results of model runs, by everything that determines them for one model: the tokens that it read and
 * what was asked about them. A text that changed outside these tokens has the same results.
 */
export interface KeptResults {
  /** Returns what is kept under a key, if it has the form of `schema`. */
  get<T>(key: string, schema: z.ZodType<T>): T | undefined;
  /** Keeps plain data, which must not change. */
  set(key: string, result: unknown): void;
}

/** Key of a result: its kind, and arrays of numbers and other facts that determine it. */
export function resultKey(
  kind: string,
  ...facts: readonly (ArrayLike<number> | number | string | boolean)[]
): string {
  const parts = facts.map((fact) => (typeof fact === 'object' ? Array.from(fact) : fact));
  return `${kind} ${JSON.stringify(parts)}`;
}

/** Returns a kept result, or computes and keeps it. */
export async function keptOr<T>(
  kept: KeptResults | undefined,
  { key, schema }: { readonly key: string; readonly schema: z.ZodType<T> },
  compute: () => Promise<T>,
): Promise<T> {
  const known = kept?.get(key, schema);
  if (known !== undefined) return known;
  const result = await compute();
  kept?.set(key, result);
  return result;
}
