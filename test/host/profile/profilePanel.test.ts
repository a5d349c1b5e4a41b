import type * as vscode from 'vscode';
import { expect, it, vi } from 'vitest';
import { cancelled } from '../../../src/core/errors.js';
import type { ModelClient } from '../../../src/host/models/modelClient.js';
import type { DataClient } from '../../../src/host/platform/dataClient.js';
import { ProfilePanel } from '../../../src/host/profile/profilePanel.js';
import { Channel } from '../../../src/protocol/channel.js';
import { PROFILE_HOST_SIDE, PROFILE_SIDE } from '../../../src/protocol/profilePanelMessages.js';
import { Uri } from '../../support/fakeVscode.js';
import { selectionIn } from '../../support/selection.js';

vi.mock('vscode', () => import('../../support/fakeVscode.js'));

type Listener = (message: unknown) => void;

it('leaves a profile that was cancelled as it is when its page comes back', async () => {
  const toHost: Listener[] = [];
  const toPage: Listener[] = [];
  const webview = {
    postMessage: (message: unknown) => {
      toPage.forEach((listener) => {
        listener(message);
      });
      return Promise.resolve(true);
    },
    onDidReceiveMessage: (listener: Listener) => {
      toHost.push(listener);
      return { dispose: () => undefined };
    },
    asWebviewUri: (uri: unknown) => uri,
  };
  const reads: AbortSignal[] = [];
  const dataClient = {
    follow: (_call: 'profile', _request: unknown, { signal }: { signal: AbortSignal }) =>
      new Promise((_resolve, reject) => {
        reads.push(signal);
        signal.addEventListener('abort', () => {
          reject(cancelled());
        });
      }),
  };
  const panel = new ProfilePanel({
    panel: { webview } as unknown as vscode.WebviewPanel,
    request: { title: 'sea', selection: selectionIn('/sea', ['.']), modelFolder: null },
    extensionUri: Uri.file('/extension') as unknown as vscode.Uri,
    dataClient: dataClient as unknown as DataClient,
    modelClient: null as unknown as ModelClient,
  });
  const page = new Channel({
    port: {
      post: (message) => {
        toHost.forEach((listener) => {
          listener(message);
        });
      },
      onMessage: (listener) => {
        toPage.push(listener);
        return { dispose: () => undefined };
      },
    },
    local: PROFILE_SIDE,
    remote: PROFILE_HOST_SIDE,
    handlers: {},
  });
  expect((await page.call('connect', null)).status).toBe('reading');
  await page.call('act', 'cancel');
  expect(reads.map(({ aborted }) => aborted)).toEqual([true]);
  expect((await page.call('connect', null)).status).toBe('cancelled');
  expect(reads).toHaveLength(1);
  await page.call('act', 'readAgain');
  expect(reads).toHaveLength(2);
  panel.dispose();
});
