import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataProfile } from '../../../src/core/profile/profile.js';
import { AppError } from '../../../src/core/errors.js';
import { BUNDLED_MODEL_FOLDER } from '../../../src/core/models/bundled.js';
import { profileData } from '../../../src/node/data/profileData.js';
import { worstWarning } from '../../../src/host/training/worstWarning.js';
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

describe('the worst of data, before a run', () => {
  it('is told in words', async () => {
    const warning = await worstWarning(() => profileOf(german));
    expect(warning?.id).toBe('profile.otherLanguage');
  });

  it('is that of what was seen in time, where looking takes long', async () => {
    const seen = await profileOf(german);
    const started = Date.now();
    const warning = await worstWarning(
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

  it('is nothing where the run itself will say what is the matter', async () => {
    const look = (): Promise<DataProfile> =>
      Promise.reject(
        new AppError({ code: 'UserInput', details: { problem: problem('cancelled') } }),
      );
    expect(await worstWarning(look)).toBeNull();
  });
});
