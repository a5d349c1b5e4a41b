import { describe, expect, it } from 'vitest';
import { readSetting, settingDefaultOf } from '../../../src/core/runs/optionSettings.js';
import { RUN_OPTION_NAMES, RUN_OPTIONS } from '../../../src/core/runs/options.js';

const SETTINGS = RUN_OPTION_NAMES.filter((name) => RUN_OPTIONS[name].isSetting);

describe('readSetting', () => {
  it.each(SETTINGS)('takes null for the default of %s, as settings written before do', (name) => {
    expect(readSetting(name, null)).toBeUndefined();
  });

  it.each(SETTINGS)('takes the value that %s shows by default', (name) => {
    expect(readSetting(name, settingDefaultOf(name))).not.toBeNull();
  });

  it.each([
    ['epochs', 0],
    ['learningRate', 0],
    ['threads', 0],
    ['weightDecay', 'auto'],
    ['nearDuplicates', 'off'],
    ['code', 'off'],
    ['memory', ''],
    ['masking', ''],
    ['freeze', []],
    ['keepAdapter', false],
  ] as const)('takes %s = %j for the default', (name, value) => {
    expect(settingDefaultOf(name)).toEqual(value);
    expect(readSetting(name, value)).toBeUndefined();
  });

  it.each([
    ['batchSize', 0, 'auto'],
    ['batchSize', 'auto', 'auto'],
    ['batchSize', 8, 8],
    ['weightDecay', '0', 0],
    ['weightDecay', '0.1', 0.1],
    ['weightDecay', 0.1, 0.1],
    ['heldOut', 0.1, 0.1],
    ['heldOut', 0, 0],
    ['seed', 0, 0],
    ['method', 'full', 'full'],
    ['keepAdapter', true, true],
    ['clean', ['urls'], ['urls']],
  ] as const)('reads %s = %j as %j', (name, value, expected) => {
    expect(readSetting(name, value)).toEqual(expected);
  });

  it.each([
    ['epochs', -1],
    ['maxLength', 4],
    ['weightDecay', '2'],
    ['method', 'off'],
    ['clean', ['everything']],
    ['dropout', 'yes'],
  ] as const)('refuses %s = %j', (name, value) => {
    expect(readSetting(name, value)).toBeNull();
  });
});
