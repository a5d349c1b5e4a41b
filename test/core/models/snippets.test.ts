import { describe, expect, it } from 'vitest';
import manifest from '../../../package.json';
import {
  folderSnippets,
  servedSnippets,
  TRANSFORMERS_JS_VERSION,
} from '../../../src/core/models/snippets.js';

const HOSTILE = '/models/</script><script>alert(1)//"\'`${x}\n';

describe('snippets', () => {
  it('keep a hostile name of a folder inside its string', () => {
    for (const { id, code } of folderSnippets({
      ...{ head: 'masked-lm', folder: HOSTILE, dtype: 'int8', hasWeights: true },
    })) {
      if (id === 'webPage') {
        expect(code).toMatch(/pipeline\('fill-mask', '[\w%().!~*-]+', \{/u);
        expect(code.match(/<\/script>/gu)).toHaveLength(1);
      } else {
        const [, written = ''] = /["']fill-mask["'], ("(?:[^"\\\n]|\\.)*")[,)]/u.exec(code) ?? [];
        expect(JSON.parse(written)).toBe(HOSTILE);
      }
    }
  });

  it('load the ONNX file that is there, in the release that tests run', () => {
    const without = folderSnippets({
      head: 'sequence',
      folder: '/m',
      dtype: null,
      hasWeights: true,
    });
    expect(without.map(({ id }) => id)).toEqual(['transformers']);
    const graph = { head: 'sequence', folder: '/m', dtype: 'int8', hasWeights: false } as const;
    expect(folderSnippets(graph).map(({ id }) => id)).toEqual(['transformersJs', 'webPage']);
    const [js] = folderSnippets({ head: 'token', folder: '/m', dtype: 'fp16', hasWeights: true });
    expect(js!.code).toContain(`pipeline('token-classification', '/m', { dtype: 'fp16' })`);
    expect(TRANSFORMERS_JS_VERSION).toBe(manifest.devDependencies['@huggingface/transformers']);
  });

  it('send a token only if the server needs one, and never spell it', () => {
    const url = 'http://127.0.0.1:8477';
    for (const needsToken of [false, true]) {
      for (const { code } of servedSnippets({ url, needsToken }, 'token')) {
        expect(code.includes('MASKLAB_SERVE_TOKEN')).toBe(needsToken);
        expect(code).toContain('http://127.0.0.1:8477/predict');
      }
    }
  });
});
