import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, sourceFiles } from '../../architecture/sources.js';
import { trainingSettings } from '../../../scripts/trainingSettings.js';
import manifest from '../../../package.json' with { type: 'json' };
import english from '../../../package.nls.json' with { type: 'json' };
import {
  COMMANDS,
  RUN_CONTEXTS,
  RUN_PANEL_TYPE,
  SETTINGS,
  VIEWS,
  VIEW_CONTAINER,
  LANGUAGE_MODEL_TOOLS,
  MODEL_CONTEXTS,
  WALKTHROUGH,
  contextValueOf,
} from '../../../src/host/platform/contributions.js';

const { contributes } = manifest;
const sorted = (names: Iterable<string>): string[] => [...names].sort();

describe('what package.json contributes', () => {
  it('has the commands that the code knows, and no others', () => {
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(
      sorted(Object.values(COMMANDS)),
    );
  });

  it('has the tools that the code registers, and no others', () => {
    expect(sorted(contributes.languageModelTools.map(({ name }) => name))).toEqual(
      sorted(Object.values(LANGUAGE_MODEL_TOOLS)),
    );
  });

  it('has the settings that the code knows, and no others', () => {
    const known = contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    expect(sorted(known)).toEqual(sorted(SETTINGS));
  });

  it('has the settings of a run as the table of options says (npx tsx scripts/trainingSettings.ts)', () => {
    const { sections, texts } = trainingSettings();
    const ofRuns = contributes.configuration.filter(({ id }) => id.startsWith('masklab.training'));
    expect(ofRuns).toEqual(JSON.parse(JSON.stringify(sections)));
    expect(english).toMatchObject(texts);
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    expect(sorted(restrictedConfigurations)).toEqual(
      sorted([
        ...['masklab.model', 'masklab.imports.followedFolders'],
        // An untrusted folder must not switch predictions on, nor say where.
        ...SETTINGS.filter((name) => /^masklab\.(hover|surprisal|suggestions)\./.test(name)),
        ...sections.flatMap(({ properties }) => Object.keys(properties)),
      ]),
    );
  });

  it('gives decorations of text colors that every kind of theme has: many of VS Code are missing in high contrast', () => {
    const kinds = ['dark', 'light', 'highContrast', 'highContrastLight'] as const;
    const complete = contributes.colors.filter(({ defaults }) =>
      kinds.every((kind) => defaults[kind] !== ''),
    );
    const known = new Set(complete.map(({ id }) => id));
    const used = sourceFiles('src/host/predictions', 'src/host/masking').flatMap((file) =>
      [
        ...readFileSync(path.join(ROOT, file), 'utf8').matchAll(
          /\bcolor: .*ThemeColor\('([^']+)'/g,
        ),
      ].map(([, color = '']) => color),
    );
    expect(used).not.toEqual([]);
    expect(used.filter((color) => !known.has(color))).toEqual([]);
  });

  it('has the views and the walkthrough that the code knows', () => {
    expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([VIEW_CONTAINER]);
    expect(Object.keys(contributes.views)).toEqual([VIEW_CONTAINER]);
    expect(contributes.views.masklab.map(({ id }) => id)).toEqual(Object.values(VIEWS));
    const [walkthrough] = contributes.walkthroughs;
    expect(`${manifest.publisher}.${manifest.name}#${walkthrough!.id}`).toBe(WALKTHROUGH);
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${RUN_PANEL_TYPE}`);
  });

  it('asks in its menus for the context words that rows can have, and for all of them', () => {
    const asked = contributes.menus['view/item/context'].flatMap(({ when }) =>
      [...when.matchAll(/\\b(\w+)\\b/g)].map(([, word]) => word!),
    );
    expect(sorted(new Set(asked))).toEqual(sorted([...RUN_CONTEXTS, ...MODEL_CONTEXTS]));
    expect(contextValueOf(['run', 'stoppable'])).toMatch(/\bstoppable\b/);
  });

  it('uses only its own commands, and those of VS Code it names, in menus and texts', () => {
    const known = new Set<string>([
      ...Object.values(COMMANDS),
      'vscode.openFolder',
      'workbench.action.openWalkthrough',
      'workbench.trust.manage',
    ]);
    const inMenus = Object.values(contributes.menus).flatMap((items) =>
      items.map(({ command }) => command),
    );
    const inTexts = Object.values(english).flatMap((text) =>
      [...text.matchAll(/command:([\w.]+)/g)].map(([, command]) => command!),
    );
    expect(inTexts.length).toBeGreaterThan(0);
    expect([...inMenus, ...inTexts].filter((command) => !known.has(command))).toEqual([]);
  });
});
