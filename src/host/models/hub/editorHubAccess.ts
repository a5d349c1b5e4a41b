import * as vscode from 'vscode';
import { HubClient, type HubClientOptions } from '../../../node/hub/hubClient.js';
import { hostOf } from '../../../node/hub/hubFailure.js';
import { hubSettings, type HubSettings } from '../../../node/hub/hubSettings.js';
import type { Settings } from '../../platform/contributions.js';
import { notify } from '../../platform/notify.js';
import { isTrustedForHub } from '../../platform/trust.js';

const ENABLED = 'masklab.hub.enabled' satisfies keyof Settings;
const ENDPOINT = 'masklab.hub.endpoint' satisfies keyof Settings;

/**
 * Access to the hub: whether a person allows it, with which token, and at which address. Requests go
 * through the `fetch` of the editor, which knows its proxy and certificates. Only settings of the
 * machine and its environment count, so that a workspace cannot redirect a request or a token.
 */
export class HubAccess {
  constructor(private readonly secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete'>) {}

  /** Whether the hub may be asked; tells the person why not. */
  async requireOn(): Promise<boolean> {
    if (!(await isTrustedForHub())) return false;
    if (isEnabled()) return true;
    const open = vscode.l10n.t('Open Settings');
    const pressed = await notify(
      'info',
      vscode.l10n.t('The model hub is switched off. Models on this machine can be used.'),
      open,
    );
    if (pressed === open)
      await vscode.commands.executeCommand('workbench.action.openSettings', ENABLED);
    return false;
  }

  /** Whether the hub may be asked, without a word. */
  isOn(): boolean {
    return vscode.workspace.isTrusted && isEnabled();
  }

  /** Address, cache and token. Throws `UserInput` for an endpoint that is not an address. */
  async settings(): Promise<HubSettings> {
    const settings = environmentSettings();
    const token = await this.secrets.get(secretOf(settings));
    return { ...settings, token: token ?? settings.token };
  }

  async client(options: Pick<HubClientOptions, 'onWait'> = {}): Promise<HubClient> {
    return new HubClient({ settings: await this.settings(), ...options });
  }

  /** Keeps a token for the hub at the present address; it is never sent to another one. */
  async storeToken(token: string): Promise<void> {
    await this.secrets.store(secretOf(environmentSettings()), token);
  }

  async removeToken(): Promise<boolean> {
    const key = secretOf(environmentSettings());
    const isThere = (await this.secrets.get(key)) !== undefined;
    await this.secrets.delete(key);
    return isThere;
  }
}

/** Folder of the cache that Python's tools share. */
export function sharedCacheFolder(): string {
  return hubSettings().cacheFolder;
}

function isEnabled(): boolean {
  return vscode.workspace.getConfiguration().get<unknown>(ENABLED, true) === true;
}

function environmentSettings(): HubSettings {
  const value = vscode.workspace.getConfiguration().get<unknown>(ENDPOINT);
  const endpoint = typeof value === 'string' ? value.trim() : '';
  return hubSettings(endpoint === '' ? process.env : { ...process.env, HF_ENDPOINT: endpoint });
}

function secretOf(settings: HubSettings): string {
  return `masklab.hubToken:${hostOf(settings)}`;
}
