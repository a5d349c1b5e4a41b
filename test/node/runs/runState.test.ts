import { describe, expect, it } from 'vitest';
import { message, problem, verbatim } from '../../../src/core/messages/message.js';
import { logRowSchema, runStateSchema, type RunState } from '../../../src/core/runs/schema.js';
import { initialRunState, storedState } from '../../../src/node/runs/runState.js';

const failed: RunState = {
  ...initialRunState(),
  status: 'failed',
  activity: message('training.evaluating'),
  error: {
    code: 'UserInput',
    details: { problem: problem('training.oneLabel', { label: 'good' }) },
  },
};

describe('the state of a run on disk', () => {
  it('has English texts for people who read the file, and is read as it was', () => {
    const stored = JSON.parse(JSON.stringify(storedState(failed))) as unknown;
    expect(stored).toMatchObject({
      activity: { id: 'training.evaluating', text: 'Evaluating on held-out data' },
      error: {
        code: 'UserInput',
        message: 'All rows have the same label, "good".',
        remedy: 'Add rows with another label, or select another label column.',
      },
    });
    expect(runStateSchema.parse(stored)).toEqual(failed);
    expect(runStateSchema.parse(failed)).toEqual(failed);
  });

  it('is shown in its own words where an earlier version wrote it', () => {
    const texts = { message: 'The loss became NaN at step 3.', remedy: 'Lower the rate.' };
    const old = { ...failed, activity: 'Measuring', error: { code: 'Diverged', ...texts } };
    expect(runStateSchema.parse(old)).toMatchObject({
      activity: verbatim('Measuring'),
      error: {
        code: 'UserInput',
        details: {
          problem: problem('verbatim', { text: texts.message, remedy: texts.remedy }),
        },
      },
    });
    expect(runStateSchema.parse({ ...old, activity: '' }).activity).toBeNull();
  });

  it('keeps the words of an error that this version does not know', () => {
    const error = {
      code: 'Melted',
      details: { at: 3000 },
      message: 'It melted.',
      remedy: 'Cool it.',
    };
    expect(runStateSchema.parse({ ...failed, error }).error).toMatchObject({
      details: { problem: problem('verbatim', { text: 'It melted.', remedy: 'Cool it.' }) },
    });
  });
});

describe('the log of a run', () => {
  it('is read where an earlier version wrote its rows as texts', () => {
    const row = { time: '2026-11-23T17:15:00.000Z', level: 'info', message: 'Finished.' };
    expect(logRowSchema.parse(row).message).toEqual(verbatim('Finished.'));
  });
});
