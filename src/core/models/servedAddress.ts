/** Port of `masklab serve` unless another one is given or it is in use. */
export const SERVED_PORT = 8477;

/** Address of `masklab serve` with its default port. */
export function servedAddress(): string {
  return `http://127.0.0.1:${SERVED_PORT}`;
}
