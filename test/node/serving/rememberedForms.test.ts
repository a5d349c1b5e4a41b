import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RememberedForms } from '../../../src/node/serving/rememberedForms.js';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-forms-'));
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(root, { recursive: true, force: true });
});

const INTEGERS = { precision: 'int8', portable: false, speedup: 2 } as const;

describe('RememberedForms', () => {
  it('keeps a form for a model on this processor, across processes', async () => {
    await new RememberedForms(root).set('a', INTEGERS);
    await new RememberedForms(root).set('b', { ...INTEGERS, precision: 'float32' });
    const again = new RememberedForms(root);
    expect(await again.get('a')).toEqual(INTEGERS);
    expect(await again.get('b')).toMatchObject({ precision: 'float32' });
    expect(await again.get('c')).toBeNull();
  });

  it('measures again on another processor', async () => {
    await new RememberedForms(root).set('a', INTEGERS);
    const cpus = os.cpus();
    vi.spyOn(os, 'cpus').mockReturnValue(cpus.map((cpu) => ({ ...cpu, model: 'another one' })));
    expect(await new RememberedForms(root).get('a')).toBeNull();
  });

  it.each(['', '{', '{"version":2}', '{"version":1,"facts":[{"key":3}]}'])(
    'forgets a file with the content %s, and writes it again',
    async (content) => {
      fs.writeFileSync(path.join(root, 'forms.json'), content);
      const forms = new RememberedForms(root);
      expect(await forms.get('a')).toBeNull();
      await forms.set('a', INTEGERS);
      expect(await forms.get('a')).toEqual(INTEGERS);
    },
  );
});
