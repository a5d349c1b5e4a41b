import * as z from 'zod';

/** What the two ends of a channel say to each other; payloads are checked by the sides' schemas. */
export const messageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('call'),
    id: z.int(),
    name: z.string(),
    request: z.unknown(),
  }),
  z.object({ kind: z.literal('cancel'), id: z.int() }),
  z.object({ kind: z.literal('progress'), id: z.int(), progress: z.unknown() }),
  z.object({ kind: z.literal('result'), id: z.int(), response: z.unknown() }),
  z.object({ kind: z.literal('failure'), id: z.int(), error: z.unknown() }),
  z.object({ kind: z.literal('event'), name: z.string(), payload: z.unknown() }),
]);
export type Message = z.infer<typeof messageSchema>;
