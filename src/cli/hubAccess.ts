import { HubClient } from '../node/hub/hubClient.js';
import { hubSettings } from '../node/hub/hubSettings.js';
import { proxyFetch } from './proxyFetch.js';

/** Client for the hub, through the proxy of the environment if it names one. */
export async function commandHubClient(): Promise<HubClient> {
  return new HubClient({ settings: hubSettings(), fetch: await proxyFetch() });
}
