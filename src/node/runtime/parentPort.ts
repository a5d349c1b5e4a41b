/** Channel to the process that forked this one, or `null` if it was not forked. */
export function parentPort(): {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): { dispose(): void };
} | null {
  const send = process.send?.bind(process);
  if (send === undefined) return null;
  return {
    post: (message) => {
      send(message);
    },
    onMessage: (listener) => {
      process.on('message', listener);
      return { dispose: () => void process.off('message', listener) };
    },
  };
}
