import { problem } from '../../../core/messages/message.js';
import { dataError } from './fileErrors.js';

/** Bytes up to which any ratio is accepted. */
const SMALL = 1 << 26;
/** Most bytes that one compressed byte may stand for; text reaches about 20. */
const LARGEST_RATIO = 250;

/** Throws `Data` if so few bytes of a file have given so much text that it cannot be text. */
export function refuseBomb(
  file: string,
  { compressed, plain }: { readonly compressed: number; readonly plain: number },
): void {
  if (plain <= SMALL || plain <= compressed * LARGEST_RATIO) return;
  const ratio = Math.floor(plain / compressed);
  throw dataError(file, problem('data.decompressionBomb', { ratio }));
}
