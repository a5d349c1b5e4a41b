import { describe, expect, it } from 'vitest';
import {
  isRepository,
  isRevision,
  modelReferenceIn,
  parseModelReference,
  repositoryFolder,
  repositoryOfFolder,
  snapshotOf,
} from '../../../src/core/hub/repository.js';
import { isSafePath } from '../../../src/core/hub/hubAnswers.js';
import { modelName } from '../../../src/core/models/modelName.js';

describe('names of models', () => {
  it.each([
    ['google-bert/bert-base-uncased', null],
    ['a/b@main', 'main'],
    ['a_1/b.c-d@refs/pr/3', 'refs/pr/3'],
    ['a/b@v1.0', 'v1.0'],
  ])('%s is read', (text, revision) => {
    expect(parseModelReference(text)).toEqual({ repository: text.split('@')[0], revision });
  });

  it.each([
    ...['', 'bert', '/a/b', 'a/b/c', '../b', 'a/..', './a', 'a/.b', '-a/b', 'a/b-', 'a--b/c'],
    ...['a/b.git', 'a b/c', 'a/b\n', 'a/b@', 'a/b@..', 'a/b@../x', 'a/b@-x', 'a/b@x//y', 'a/b@x/'],
    ...['a/b@x.lock', 'a/b@.x', 'a/b@a@b', 'ä/b', 'a/b\\c', 'C:/x', `a/${'b'.repeat(100)}`],
    ...['a/b@refs/../../x', 'a/b@x y', `a/b@${'r'.repeat(201)}`, 'a/b?x', 'a/b#x', 'a/%2e%2e'],
  ])('%j is refused', (text) => {
    expect(modelReferenceIn(text)).toBeNull();
    expect(() => parseModelReference(text)).toThrow(/is not the name of a model/);
  });

  it('name a folder of the cache, and are found by it', () => {
    const name = 'google-bert/bert-base-uncased';
    const folder = 'models--google-bert--bert-base-uncased';
    expect(repositoryFolder(name)).toBe(folder);
    expect(repositoryOfFolder(folder)).toBe(name);
    expect(repositoryOfFolder('datasets--a--b')).toBeNull();
    expect(repositoryOfFolder('models--..--b')).toBeNull();
    expect(repositoryOfFolder('models--a--b--c')).toBeNull();
    const commit = '0123456789abcdef0123456789abcdef01234567';
    for (const slash of ['/', '\\']) {
      const snapshot = ['', 'cache', folder, 'snapshots', commit].join(slash);
      expect(snapshotOf(snapshot)).toEqual({ repository: name, commit });
      expect(modelName(snapshot)).toBe(name);
    }
    expect(snapshotOf(`/cache/${folder}/snapshots/main`)).toBeNull();
  });

  it('differ from revisions', () => {
    expect(isRepository('refs/main')).toBe(true);
    expect(isRevision('refs/main')).toBe(true);
    expect(isRevision('main..x')).toBe(false);
  });
});

describe('paths of a repository', () => {
  it.each(['config.json', 'onnx/model.onnx', 'a b.txt', '1_Pooling/config.json'])(
    '%s stays in its folder',
    (path) => {
      expect(isSafePath(path)).toBe(true);
    },
  );

  it.each([
    ...['', '/etc/passwd', '../x', 'a/../x', 'a//b', '.', 'a/.', 'C:/x', 'a\\..\\x', 'a:b', 'a\0b'],
    ...['a/b/', 'x\n', '.git/config', 'a. ', `${'a/'.repeat(9)}b`, 'x'.repeat(256)],
  ])('%j could lead elsewhere', (path) => {
    expect(isSafePath(path)).toBe(false);
  });
});
