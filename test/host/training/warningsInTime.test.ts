import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataProfile } from '../../../src/core/profile/profile.js';
import { AppError } from '../../../src/core/errors.js';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { profileData } from '../../../src/node/data/profileData.js';
import { warningsInTime } from '../../../src/host/training/warningsInTime.js';
import { selectionIn } from '../../support/selection.js';
import { problem } from '../../../src/core/messages/message.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-warning-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

const profileOf = (text: string): Promise<DataProfile> => {
  fs.writeFileSync(path.join(folder, 'a.txt'), text);
  return profileData({
    selection: selectionIn(folder, ['a.txt']),
    modelFolder: path.join(import.meta.dirname, '../../..', BUNDLED_MODEL_FOLDER),
  });
};
const german = Array.from(
  { length: 60 },
  (_, i) =>
    `Der Kapitän ging am Morgen des ${i}. Tages langsam über das Deck und sah auf das Meer hinaus.`,
).join('\n\n');

describe('warnings about data, before a run', () => {
  it('are found', async () => {
    const [warning] = await warningsInTime(() => profileOf(german));
    expect(warning?.id).toBe('profile.otherLanguage');
  });

  it('are those that were found in time, where reading takes long', async () => {
    const seen = await profileOf(german);
    const started = Date.now();
    const [warning] = await warningsInTime(
      ({ signal, onSoFar }) =>
        new Promise((_resolve, reject) => {
          onSoFar(seen);
          signal.addEventListener('abort', () => {
            reject(new AppError({ code: 'Cancelled', details: {} }));
          });
        }),
    );
    expect(warning?.id).toBe('profile.otherLanguage');
    expect(Date.now() - started).toBeGreaterThan(1500);
  });

  it('are none where the run itself reports the problem', async () => {
    const look = (): Promise<DataProfile> =>
      Promise.reject(
        new AppError({ code: 'UserInput', details: { problem: problem('cancelled') } }),
      );
    expect(await warningsInTime(look)).toEqual([]);
  });
});
