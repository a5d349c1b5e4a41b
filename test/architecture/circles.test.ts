import { describe, expect, it } from 'vitest';
import { circles, importGraph, type ImportGraph } from './sources.js';

/**
 * The folder of `src/core` that a file is in, or `null` outside of core. Files beside the folders,
 * such as errors, count as part of `messages`, which they put into words and are used by.
 */
function coreRoomOf(file: string): string | null {
  const [, zone, room = '', ...rest] = file.split('/');
  if (zone !== 'core') return null;
  return rest.length === 0 ? 'messages' : room;
}

/** Imports of a room of core from one that comes later. */
function importsUp(graph: ImportGraph, rooms: readonly string[]): string[] {
  const levelOf = (file: string): number => rooms.indexOf(coreRoomOf(file) ?? 'messages');
  return [...graph].flatMap(([file, imported]) =>
    coreRoomOf(file) === null
      ? []
      : imported
          .filter((target) => levelOf(target) > levelOf(file))
          .map((target) => `${file} → ${target}`),
  );
}

describe('imports', () => {
  const graph = importGraph('src', 'webview');

  it('form no circle of files, types included', () => {
    expect(circles(graph).map((files) => files.join(' → '))).toEqual([]);
  });

  /** Every room of core, each of which may import those before it. */
  const CORE_ROOMS = [
    ...[
      'messages',
      'jsonDocument',
      'collections',
      'baselines',
      'stats',
      'text',
      'charts',
      'sourceCode',
      'tokenizer',
      'cleaning',
      'masking',
    ],
    ...[
      'graph',
      'autodiff',
      'models',
      'litert',
      'hub',
      'predict',
      'data',
      'interference',
      'profile',
      'runs',
      'batches',
    ],
    ...['objectives', 'specs', 'evaluation', 'train', 'experiments', 'audit', 'openFormats'],
  ];

  it('between rooms of core lead only to those before them in the list', () => {
    const rooms = new Set([...graph.keys()].map(coreRoomOf).filter((room) => room !== null));
    expect([...rooms].sort()).toEqual([...CORE_ROOMS].sort());
    expect(importsUp(graph, CORE_ROOMS)).toEqual([]);
    const up = 'src/core/objectives/objective.ts → src/core/train/engine/engine.ts';
    const [file = '', target = ''] = up.split(' → ');
    const planted = new Map([...graph, [file, [...(graph.get(file) ?? []), target]]]);
    expect(importsUp(planted, CORE_ROOMS)).toEqual([up]);
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
