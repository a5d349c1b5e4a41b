import type { MaskingPolicy } from '../../core/masking/policy/policy.js';
import { LruCache } from '../../core/collections/lruCache.js';
import { resolvePolicyText, type PolicyText } from '../../node/policies/readPolicy.js';
import { stampOf } from '../stamp.js';

interface Entry {
  readonly policy: MaskingPolicy;
  /** The lists that the policy names, as they were when it was read. */
  readonly stamps: ReadonlyMap<string, string>;
}

const POLICIES_KEPT = 8;

/**
 * Reads policies with the lists that they name. One that is the same, with lists that are the same,
 * is the same object.
 */
export class PolicyLoader {
  private readonly known = new LruCache<string, Entry>(POLICIES_KEPT);

  /** Throws `Data` that names the place in the policy, or the list, that cannot be used. */
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
