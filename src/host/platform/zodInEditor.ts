import * as z from 'zod';

// Before zod compiles its first schema, it reads `navigator` to learn whether it may, and the
// extension host reports that as an error. It may: answer before it asks. A compiled schema parses
// the rows of a long run four times as fast. This must run before any schema is made, so it is the
// first import of the entry.
Object.defineProperty(z.core.util.allowsEval, 'value', { value: true });
