import { describe, expect, it } from 'vitest';
import { circles, importGraph } from './sources.js';

describe('imports', () => {
  const graph = importGraph('src', 'webview');

  it('form no circle of files, types included', () => {
    expect(circles(graph).map((files) => files.join(' → '))).toEqual([]);
  });

  /** The lower rooms of core, each of which may import those before it. */
  const LOWER_ROOMS = [
    ...['collections', 'text', 'sourceCode', 'tokenizer', 'cleaning', 'masking', 'graph'],
    ...['autodiff', 'models', 'predict'],
  ];
  const roomOf = (file: string): string => file.split('/')[2] ?? '';

  it('of the lower rooms of core never lead up', () => {
    const up = LOWER_ROOMS.flatMap((room, i) => {
      const allowed = LOWER_ROOMS.slice(0, i + 1);
      return [...graph].flatMap(([file, imported]) =>
        file.startsWith(`src/core/${room}/`)
          ? imported
              .filter((target) => target.split('/').length > 3 && !allowed.includes(roomOf(target)))
              .map((target) => `${file} → ${target}`)
          : [],
      );
    });
    expect(up).toEqual([]);
  });

  it('are all found, and a circle among them too', () => {
    expect(graph.get('src/core/graph/graph.ts')).toContain('src/core/graph/shapes/inferShapes.ts');
    for (const [file, imported] of graph) {
      for (const target of imported) expect([file, graph.has(target)]).toEqual([file, true]);
    }
    const circular = new Map([...graph, ['src/core/graph/node.ts', ['src/core/graph/graph.ts']]]);
    expect(circles(circular).flat()).toContain('src/core/graph/node.ts');
  });
});
