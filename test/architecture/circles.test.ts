import { describe, expect, it } from 'vitest';
import { circles, importGraph } from './sources.js';

describe('imports', () => {
  const graph = importGraph('src', 'webview');

  it('form no circle of files, types included', () => {
    expect(circles(graph).map((files) => files.join(' → '))).toEqual([]);
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
