import { HubClient, type Fetch } from '../node/hub/hubClient.js';
import { hubSettings } from '../node/hub/hubSettings.js';

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** Client for the hub, through the proxy of the environment if it names one. */
export async function commandHubClient(): Promise<HubClient> {
  const settings = hubSettings();
  const hasProxy = PROXIES.some((name) => (process.env[name] ?? '') !== '');
  return new HubClient(hasProxy ? { settings, fetch: await proxyFetch() } : { settings });
}

/** `fetch` that honors `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, which that of Node ignores. */
async function proxyFetch(): Promise<Fetch> {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent();
  return (url, init) =>
    fetch(url, { ...init, dispatcher } as never) as unknown as Promise<Response>;
}
