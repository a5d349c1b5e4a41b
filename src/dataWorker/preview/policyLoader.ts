import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { LruCache } from '../../core/collections/lruCache.js';
import { resolvePolicyText, type PolicyText } from '../../node/policies/readPolicy.js';
import { stampOf } from '../stamp.js';

interface Entry {
  readonly policy: MaskingPolicy;
  /** Stamps of the lists that the policy names, from when they were read. */
  readonly stamps: ReadonlyMap<string, string>;
}

const POLICIES_KEPT = 8;

/**
 * Loads policies with the lists that they name. Returns the same object if neither the policy nor
 * its lists have changed.
 */
export class PolicyLoader {
  private readonly known = new LruCache<string, Entry>(POLICIES_KEPT);

  /** Throws `Data` for an invalid line of the policy or a list that cannot be used. */
  async load(source: PolicyText): Promise<MaskingPolicy> {
    const { text, file, workspaceFolder } = source;
    const key = JSON.stringify([file, workspaceFolder, text]);
    const known = this.known.get(key);
    if (known !== undefined && (await isUnchanged(known.stamps))) return known.policy;
    const stamps = new Map<string, string>();
    const policy = await resolvePolicyText(source, {
      onList: async (list) => {
        stamps.set(list, await stampOf(list));
      },
    });
    this.known.set(key, { policy, stamps });
    return policy;
  }
}

async function isUnchanged(stamps: ReadonlyMap<string, string>): Promise<boolean> {
  for (const [file, stamp] of stamps) if ((await stampOf(file)) !== stamp) return false;
  return true;
}
