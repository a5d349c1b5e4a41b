import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileOffences } from '../../scripts/style/fileOffences.js';
import { manifestOffences } from '../../scripts/style/manifestOffences.js';
import { WORD_RULES } from '../../scripts/style/wordRules.js';
import { ROOT } from '../architecture/sources.js';

const messages = (file: string, content: string): string[] =>
  fileOffences(file, content).map(({ line, message }) => `${line}: ${message}`);

const inString = (text: string): string[] =>
  messages('src/core/x.ts', `export const X = ${JSON.stringify(text)};\n`);

/** A planted offence for each rule about words, in the order of the rules. */
const PLANTED = [
  'Masks are drawn anew in each epoch.',
  'Runs in a process of its own.',
  'The run goes on from its checkpoint.',
  'Mend the file first.',
  'The tree hears of each row.',
  'The queue works it off.',
  'A lock hinders a second trainer.',
  'Writes a row a step.',
  'Prints one a line.',
  'Skips rows, as well they might.',
  'Small data gets more passes.',
  'Trains a model from nothing.',
  'A folder is no run that can be resumed.',
  'Returns the word that stands there.',
  'The file is looked at once.',
  'Duplicates spoil the evaluation.',
  'These are the last words of the trainer.',
  'The trainer ends patiently.',
  'Rows set aside for testing.',
  'The loss got no better.',
  'Steps between measurements.',
  'The colour of the curve.',
];

const CLEAN = [
  'There is no run that can be resumed.',
  'The batch size is no longer fixed.',
  'BERT stands for a family of models.',
  'A stand-in answers in its place, and stands in for the model.',
  'Uses one context before a mask.',
  'Understands text from scratch.',
  'The heading of a recommendation.',
];

describe('the check of words', () => {
  it.each(PLANTED.map((text, i) => [text, WORD_RULES[i]!.instead]))(
    'finds the offence in "%s"',
    (text, instead) => {
      expect(inString(text)).toHaveLength(1);
      expect(inString(text)[0]).toMatch(/^1: ".+": write /);
      expect(inString(text)[0]).toContain(instead);
    },
  );

  it('has a planted offence for every rule', () => {
    expect(PLANTED).toHaveLength(WORD_RULES.length);
  });

  it.each(CLEAN)('accepts "%s"', (text) => {
    expect(inString(text)).toEqual([]);
  });

  it('reads comments of every kind, over line breaks, with their lines', () => {
    const content = [
      "import { y } from './y.js'; // The import goes on.",
      '',
      '/**',
      ' * Reads a line. The work goes',
      ' * on. Code such as `goes on` is ignored.',
      ' */',
      'export function x(): number {',
      '  // A first line that goes',
      '  // on here.',
      '  return y(/* anew */ `${y(1)} and ${y(2)}`);',
      '  // Behind the last statement, anew.',
      '}',
      '',
    ].join('\n');
    const found = messages('test/x.test.ts', content).map((message) => message.split(':')[0]);
    expect(found).toEqual(['1', '4', '8', '10', '11']);
  });

  it('reads the strings of the product alone, and neither imports nor lists of words', () => {
    const content = "import { y } from './goes on';\nexport const X = y(`${1} goes on`, 'anew');\n";
    expect(messages('webview/x.ts', content)).toHaveLength(1);
    expect(messages('scripts/x.ts', content)).toEqual([]);
    expect(messages('src/core/masking/lexicons/x.ts', content)).toEqual([]);
  });

  it('reports measurements in the product, and leaves them to benchmarks', () => {
    const comment = '/** Seconds between measurements. */\n';
    expect(messages('src/core/x.ts', comment)).toHaveLength(1);
    expect(messages('scripts/bench/x.ts', comment)).toEqual([]);
  });

  it('reads Markdown without its code and its links', () => {
    const content =
      '# Runs\n\n```sh\nmasklab goes on\n```\n\nA run `goes on` [here](goes-on.md).\nIt goes\non.\n';
    expect(messages('docs/x.md', content)).toEqual(['8: "goes on": write continue.']);
  });
});

describe('the check of openings', () => {
  it.each([
    '/** What is masked of it. */',
    '/**\n * Where a run keeps its model.\n */',
    '/** How many rows there are. */',
    '/** Who reads which initializer. */',
    '/** Which split a text belongs to. */',
    '/** That of the model. */',
    "export const HELP = 'What is masked, by a policy';",
  ])('refuses %s', (content) => {
    expect(messages('src/core/x.ts', `${content}\n`)).toEqual([
      expect.stringMatching(/^1: Opens with "\w+ …"/),
    ]);
  });

  it.each([
    '/** Summary of the masks. What is left is not shown. */',
    '/** Whether the run has a model. */',
    '/** Why the run cannot be read. */',
    '// What has no envelope is from another sender.',
    "export const QUESTION = 'What should the model learn?';",
    "export const HEADING = 'How to mask a dataset';",
  ])('accepts %s', (content) => {
    expect(messages('src/core/x.ts', `${content}\n`)).toEqual([]);
  });
});

describe('the check of labels', () => {
  it.each(["{ label: 'Delete run.' }", "{ title: l10n.t('Delete run.') }"])(
    'refuses the period in %s',
    (value) => {
      expect(messages('src/host/x.ts', `export const X = ${value};\n`)).toEqual([
        '1: "Delete run." is a label: it ends without a period.',
      ]);
    },
  );

  it.each([
    "{ label: 'Delete run' }",
    "{ label: 'Reading …' }",
    "{ detail: 'It cannot be undone.' }",
    "{ title: 'Delete the run? It cannot be undone.' }",
  ])('accepts %s', (value) => {
    expect(messages('src/host/x.ts', `export const X = ${value};\n`)).toEqual([]);
  });
});

const MANIFEST = {
  contributes: {
    commands: [{ title: '%train%' }, { title: 'Fine-tune on workspace data' }],
    submenus: [{ label: 'Masked Text' }],
    views: { side: [{ name: 'Experiments' }] },
    viewsContainers: { activitybar: [{ title: 'Masklab' }] },
    viewsWelcome: [{ contents: 'No runs yet.\n[Train a Model](command:x)' }],
    walkthroughs: [{ title: 'Get started', steps: [{ title: 'Open a folder' }] }],
    configuration: [
      {
        title: 'Hovers',
        properties: {
          a: { description: '%a%', enumDescriptions: ['Off.'], enumItemLabels: ['Off'] },
        },
      },
    ],
  },
};
const NLS = { train: 'Train a Model', a: 'Show predictions.' };

/** Offences of the manifest with one text replaced by another, wherever it is. */
function planted(text: string, by: string): string[] {
  const replaced = (value: unknown): string => {
    const before = JSON.stringify(value);
    return before.replaceAll(JSON.stringify(text).slice(1, -1), JSON.stringify(by).slice(1, -1));
  };
  return manifestOffences(replaced(MANIFEST), replaced(NLS));
}

describe('the check of the manifest', () => {
  it('accepts titles, labels and descriptions as they should be', () => {
    expect(manifestOffences(JSON.stringify(MANIFEST), JSON.stringify(NLS))).toEqual([]);
  });

  it.each([
    ['Train a Model', 'Train a model', '"Train a model" is a title: write "Train a Model".'],
    ['Train a Model', 'Fine-tune a Model', '"Fine-tune a Model" is a title'],
    ['Masked Text', 'Masked text', '"Masked text" is a title: write "Masked Text".'],
    ['Experiments', 'experiments', '"experiments" is a title: write "Experiments".'],
    ['Masklab', 'Masklab.', '"Masklab." is a label: it ends without a period.'],
    ['Hovers', 'Hovers.', '"Hovers." is a label: it ends without a period.'],
    ['Open a folder', 'Open a folder.', '"Open a folder." is a label'],
    ['Off.', 'Off', '"Off" describes a setting: it ends with a period.'],
    ['Show predictions.', 'Show predictions', '"Show predictions" describes a setting'],
    ['Show predictions.', 'What is shown.', 'a: Opens with "What …"'],
    ['Show predictions.', 'Show predictions anew.', 'a: "anew": write again'],
  ])('finds that "%s" became "%s"', (text, by, offence) => {
    expect(planted(text, by)).toEqual([expect.stringContaining(offence)]);
  });
});

describe('scripts/style.ts', () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-style-'));
    fs.mkdirSync(path.join(root, 'src'));
    fs.writeFileSync(path.join(root, 'package.json'), JSON.stringify(MANIFEST));
    fs.writeFileSync(path.join(root, 'package.nls.json'), JSON.stringify(NLS));
  });
  afterEach(() => {
    fs.rmSync(root, { recursive: true, force: true });
  });

  it.each([
    ['/** Runs again. */\n', 0, ''],
    [
      '/** Runs anew. */\n',
      1,
      'src/x.ts:1: "anew": write again, or a new one.\nstyle: 1 offence\n',
    ],
  ])('exits for %j with code %i', (content, code, output) => {
    fs.writeFileSync(path.join(root, 'src/x.ts'), content);
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', path.join(ROOT, 'scripts/style.ts'), root],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({ status: code, stderr: output });
  });
});
