import { describe, expect, it } from 'vitest';
import {
  fitLinearModel,
  linearOutputs,
  type LinearLoss,
} from '../../../src/core/baselines/linearModel.js';
import { WordFeatures, wordsOfText } from '../../../src/core/baselines/wordFeatures.js';
import { randomStream } from '../../../src/core/random.js';
import { findPython, runPython } from '../../support/python.js';

const python = findPython(['sklearn'], { packages: 'python3-sklearn' });

const random = randomStream('linear models');
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const WORDS = 'the Film was_good a 12 bad x déjà vu Straße ÉTÉ über isn’t co-op наука'.split(' ');
const texts = Array.from({ length: 120 }, () =>
  Array.from({ length: 3 + Math.floor(random() * 9) }, () => pick(WORDS)).join(' '),
);
const classes = texts.map((text) => (text.includes('bad') ? 0 : text.includes('12') ? 1 : 2));
const oneHot = classes.map((label) => [0, 1, 2].map((i) => Number(i === label)));
const several = texts.map((text) => [Number(text.includes('bad')), Number(text.includes('vu'))]);
const twoHot = several.map(([bad]) => [1 - bad!, bad!]);
const numbers = texts.map((text) => [text.length / 10, classes[texts.indexOf(text)]!]);

const SCRIPT = `
import json, sys
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
d = json.load(sys.stdin)
v = TfidfVectorizer()
x = v.fit_transform(d['texts'])
exact = dict(tol=1e-8, max_iter=10000)
softmax = LogisticRegression(**exact).fit(x, d['classes']).predict_proba(x)
several = np.array(d['several'])
sigmoid = np.stack([LogisticRegression(**exact).fit(x, several[:, i]).predict_proba(x)[:, 1] for i in range(2)], 1)
two = LogisticRegression(C=2, **exact).fit(x, several[:, 0]).predict_proba(x)
squares = Ridge(solver='lsqr', tol=1e-10, max_iter=10000).fit(x, np.array(d['numbers'])).predict(x)
print(json.dumps(dict(vocabulary=sorted(v.vocabulary_), norms=x.sum(1).A1.tolist(), softmax=softmax.tolist(), sigmoid=sigmoid.tolist(), two=two.tolist(), squares=squares.tolist())))
`;

function predictions(loss: LinearLoss, targets: readonly number[][]): number[][] {
  const features = new WordFeatures(texts, 1000);
  const rows = texts.map((text) => features.rowOf(text));
  const outputCount = targets[0]!.length;
  const problem = { rows, featureCount: features.size, targets, outputCount, loss };
  const model = fitLinearModel(problem);
  return rows.map((row) => {
    const outputs = [...linearOutputs(model, row)];
    if (loss === 'squares') return outputs;
    if (loss === 'sigmoid') return outputs.map((output) => 1 / (1 + Math.exp(-output)));
    const sum = outputs.reduce((total, output) => total + Math.exp(output), 0);
    return outputs.map((output) => Math.exp(output) / sum);
  });
}

const distance = (a: readonly number[][], b: readonly number[][]): number =>
  Math.max(...a.flatMap((row, i) => row.map((value, j) => Math.abs(value - b[i]![j]!))));

describe('the linear model over words', () => {
  it('splits text into words as scikit-learn does, and unspaced scripts into characters', () => {
    expect(wordsOfText("The co-op's 12 a déjà_vu!")).toEqual(['the', 'co', 'op', '12', 'déjà_vu']);
    expect(wordsOfText('这部 电影')).toEqual(['这', '部', '这部', '电', '影', '电影']);
  });

  it.each(['softmax', 'sigmoid', 'squares'] as const)('counts a weight as copies (%s)', (loss) => {
    const features = new WordFeatures(texts, 1000);
    const rows = texts.map((text) => features.rowOf(text));
    const targets = texts.map((_, i) => [i % 2, 1 - (i % 2)]);
    const shared = { featureCount: features.size, outputCount: 2, loss };
    const rowWeights = texts.map((_, i) => 1 + (i % 3));
    const copies = rowWeights.flatMap((count, i) => Array.from({ length: count }, () => i));
    const weighted = fitLinearModel({ ...shared, rows, targets, rowWeights });
    const copied = fitLinearModel({
      ...shared,
      rows: copies.map((i) => rows[i]!),
      targets: copies.map((i) => targets[i]!),
    });
    const outputs = (model: typeof weighted): number[][] =>
      rows.map((row) => [...linearOutputs(model, row)]);
    expect(distance(outputs(weighted), outputs(copied))).toBeLessThan(1e-3);
    const plain = fitLinearModel({ ...shared, rows, targets });
    expect(distance(outputs(plain), outputs(copied))).toBeGreaterThan(1e-2);
  });

  it.skipIf(python === null)('has the features and predictions of scikit-learn', () => {
    const expected = runPython(python!, SCRIPT, { texts, classes, several, numbers }) as {
      vocabulary: string[];
      norms: number[];
      softmax: number[][];
      sigmoid: number[][];
      two: number[][];
      squares: number[][];
    };
    const features = new WordFeatures(texts, 1000);
    expect(features.size).toBe(expected.vocabulary.length);
    const norms = texts.map((text) => features.rowOf(text).values.reduce((a, b) => a + b, 0));
    expect(distance([norms], [expected.norms])).toBeLessThan(1e-12);
    expect(distance(predictions('softmax', oneHot), expected.softmax)).toBeLessThan(1e-4);
    expect(distance(predictions('sigmoid', several), expected.sigmoid)).toBeLessThan(1e-4);
    expect(distance(predictions('softmax', twoHot), expected.two)).toBeLessThan(1e-4);
    expect(distance(predictions('squares', numbers), expected.squares)).toBeLessThan(1e-3);
  });

  it('penalizes two classes half as much as one output of 0 or 1', () => {
    const features = new WordFeatures(texts, 1000);
    const rows = texts.map((text) => features.rowOf(text));
    // C = 2 counts each row twice.
    const rowWeights = texts.map(() => 2);
    const single = fitLinearModel({
      ...{ rows, featureCount: features.size, rowWeights, outputCount: 1, loss: 'sigmoid' },
      targets: several.map(([bad]) => [bad!]),
    });
    const probabilities = rows.map((row) => {
      const [logit] = linearOutputs(single, row);
      const probability = 1 / (1 + Math.exp(-logit!));
      return [1 - probability, probability];
    });
    expect(distance(predictions('softmax', twoHot), probabilities)).toBeLessThan(1e-3);
  });

  it('learns words that decide, without scikit-learn', () => {
    const predicted = predictions('softmax', oneHot);
    const right = predicted.filter((row, i) => row.indexOf(Math.max(...row)) === classes[i]);
    expect(right.length / texts.length).toBeGreaterThan(0.95);
  });
});
