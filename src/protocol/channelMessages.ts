import * as z from 'zod';

/** Messages between the two ends of a channel; the schemas of the sides check the payloads. */
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
