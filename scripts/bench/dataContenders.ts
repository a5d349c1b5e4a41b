/** Contenders of the benchmark. `masklab-simple` masks as the peers do, without a policy. */
export const CONTENDERS = ['masklab', 'masklab-simple', 'huggingface', 'anush008'] as const;
export type ContenderName = (typeof CONTENDERS)[number];

export interface PassAnswer {
  readonly ms: number;
  readonly tokens: number;
  readonly masked: number;
}
