import type { Fetch } from '../node/runtime/http.js';

const PROXIES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];

/** `fetch` that honors `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, which that of Node ignores. */
export async function proxyFetch(): Promise<Fetch> {
  if (PROXIES.every((name) => (process.env[name] ?? '') === '')) return globalThis.fetch;
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  const dispatcher = new EnvHttpProxyAgent();
  return (url, init) => fetch(url, { ...init, dispatcher } as never);
}
