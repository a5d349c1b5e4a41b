import type { RunSpec } from '../../core/runs/schema.js';
import { profiledDataOf } from '../../node/data/worstWarning.js';
import type { ProfileRequest } from '../../protocol/profilePanelMessages.js';

/** What the profile panel shows of a run's data. */
export function profileOfRun(spec: RunSpec): ProfileRequest {
  return { title: `Data of ${spec.name}`, ...profiledDataOf(spec) };
}
