import fs from 'node:fs';
import path from 'node:path';
import { AUDIT_FILES } from '../../core/audit/auditReport.js';
import { inputError } from '../../core/errors.js';
import {
  availableArms,
  draftedStudyText,
  type DebiasArm,
} from '../../core/experiments/study/debiasArms.js';
import { LEAST_DEVELOPMENT } from '../../core/experiments/study/studyCandidates.js';
import { problem } from '../../core/messages/message.js';
import type { RunSpec } from '../../core/runs/schema.js';
import { placeIn, runFileOfSpec } from '../runs/runFileOfRun.js';
import { auditFolderOf, readRunAudit } from '../runs/runAudit.js';
import { readRunSpec } from '../runs/runSpecFile.js';

/** Words, samples and ways of training that a study of an audited run can compare. */
export interface StudyMaterial {
  readonly spec: RunSpec;
  /** Policy of the audit, absolute; `null` if the audit selected no words. */
  readonly policy: string | null;
  /** Files of the shifted sample of the audit, absolute. */
  readonly sample: readonly string[];
  /** Whether it has enough texts to choose values on, as far as known. */
  readonly isChosen: boolean;
  /** List of words that the audit exchanged, absolute; `null` if it had none or the file is gone. */
  readonly swaps: string | null;
  readonly arms: readonly DebiasArm[];
}

/** Reads the audit of a run. Throws `UserInput` for a run without labels or without an audit. */
export async function studyMaterial(
  directory: string,
  name: string,
  givenSample: readonly string[] = [],
): Promise<StudyMaterial> {
  const spec = await readRunSpec(directory);
  if (spec.data.labelled === null) throw inputError(problem('study.notLabelled', { run: name }));
  const audit = await readRunAudit(directory);
  if (audit === null) throw inputError(problem('study.needsAudit', { run: name }));
  const file = path.join(auditFolderOf(directory), AUDIT_FILES.policy);
  const policy = fs.existsSync(file) ? file : null;
  const sample =
    givenSample.length > 0
      ? givenSample
      : (audit.data.shifted?.files ?? []).map((one) => path.resolve(spec.workspaceFolder, one));
  const known = givenSample.length > 0 ? Infinity : (audit.data.shifted?.texts ?? 0);
  const list = audit.swaps && path.resolve(spec.workspaceFolder, audit.swaps.file);
  const swaps = list !== undefined && fs.existsSync(list) ? list : null;
  return {
    ...{ spec, policy, sample, swaps },
    isChosen: sample.length > 0 && known >= LEAST_DEVELOPMENT,
    arms: availableArms({ policy, sample }, spec.training),
  };
}

export interface StudyDraft {
  readonly name: string;
  /** Folder of the study file. */
  readonly folder: string;
  /** Ids of arms. */
  readonly arms: readonly string[];
  /** Test sets with absolute paths, the in-domain one first. */
  readonly tests: readonly { readonly name: string; readonly data: readonly string[] }[];
}

/**
 * Text of a study file that compares ways of training against the words of a run's audit. Throws
 * `UserInput` for an arm that is not available and for a test file that is also trained on.
 */
export async function draftStudy(
  { spec, policy, sample, isChosen, swaps, arms: available }: StudyMaterial,
  { name, folder, arms, tests }: StudyDraft,
): Promise<string> {
  const known = available.map(({ id }) => id);
  const unknown = arms.find((arm) => !known.includes(arm));
  if (unknown !== undefined) {
    const list = { list: known.map((id) => `"${id}"`), join: 'or' } as const;
    throw inputError(problem('study.unknownArm', { arm: unknown, known: list }));
  }
  const data = spec.data.files.map((file) => path.resolve(spec.workspaceFolder, file.path));
  const trained = new Set([...sample, ...data]);
  const shared = tests.flatMap((test) => test.data).find((file) => trained.has(file));
  const { workspaceFolder } = spec;
  const place = (file: string): string => placeIn(file, { workspaceFolder, folder });
  if (shared !== undefined)
    throw inputError(problem('study.sampleIsTest', { file: place(shared) }));
  return draftedStudyText({
    ...{ name, arms },
    run: await runFileOfSpec({ ...spec, debias: null, masking: null }, { folder }),
    policy: policy === null ? null : place(policy),
    sample: sample.map(place),
    isChosen,
    swaps: swaps === null ? null : place(swaps),
    tests: tests.map((test) => ({ name: test.name, data: test.data.map(place) })),
  });
}
