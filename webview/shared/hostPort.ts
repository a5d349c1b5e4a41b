import type { Port } from '../../src/protocol/channel.js';

declare function acquireVsCodeApi(): {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** The editor's side of this page: messages to it, and what it keeps for the page over reloads. */
export const vscode = acquireVsCodeApi();

/** Port of the channel to the extension host. */
export const hostPort: Port = {
  post: (message) => {
    vscode.postMessage(message);
  },
  onMessage: (listener) => {
    const onMessage = (event: MessageEvent<unknown>): void => {
      listener(event.data);
    };
    window.addEventListener('message', onMessage);
    return {
      dispose: () => {
        window.removeEventListener('message', onMessage);
      },
    };
  },
};
