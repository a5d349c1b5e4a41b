import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerProfile } from '../../src/dataWorker/profileCall.js';
import { profileCall, type ProfileSoFar } from '../../src/protocol/profilePanelMessages.js';
import { selectionIn } from '../support/selection.js';

const BUNDLED = path.join(import.meta.dirname, '../../media/models/masklab-small-en');
const PARAGRAPH = `${'The captain looked at the grey sea and said nothing at all. '.repeat(40)}\n\n`;

describe('answerProfile', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'masklab-profile-call-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const request = (text: string): Parameters<typeof answerProfile>[0] => {
    writeFileSync(path.join(folder, 'a.txt'), text);
    return profileCall.request.parse({
      selection: selectionIn(folder, [folder]),
      modelFolder: BUNDLED,
    });
  };

  it('answers with a profile and a sample of texts to try a model on', async () => {
    const { signal } = new AbortController();
    const answer = await answerProfile(request('A ship.\n\nThe sea.\n'), signal, () => undefined);
    expect(profileCall.response.safeParse(answer).error).toBeUndefined();
    expect(answer.profile.total.records).toBe(2);
    expect([...answer.sample].sort()).toEqual(['A ship.', 'The sea.']);
  });

  it('tells of what it has read meanwhile, and gives up when its caller does', async () => {
    const controller = new AbortController();
    const heard: ProfileSoFar[] = [];
    const answering = answerProfile(request(PARAGRAPH.repeat(8000)), controller.signal, (soFar) => {
      heard.push(soFar);
      controller.abort();
    });
    await expect(answering).rejects.toMatchObject({ code: 'Cancelled' });
    expect(heard).toEqual([expect.objectContaining({ file: 'a.txt' })]);
    expect(heard[0]!.profile.isComplete).toBe(false);
  }, 60_000);
});
