import * as vscode from 'vscode';
import { groupThousands } from '../../core/format.js';
import { pickPolicy } from '../masking/policies/pickPolicy.js';
import type { RegisterCommand } from '../platform/commands.js';
import { COMMANDS } from '../platform/contributions.js';
import type { Disposable } from '../platform/disposables.js';
import { EDITOR_WORDS, plural } from '../platform/editorWords.js';
import { followInNotification } from '../platform/followInNotification.js';
import { notify } from '../platform/notify.js';
import { withoutMarkup } from '../platform/withoutMarkup.js';
import { folderAround } from '../platform/workspace.js';
import type { HoverDependencies } from './hoverProvider.js';
import { readHoverSettings } from './hoverSettings.js';
import type { PredictionLimits } from './limits/predictionLimits.js';
import { windowAt } from './textWindow.js';
import { tellUnread } from './unreadReason.js';

const VARIATIONS = 8;
/** Likely words a little more often, from 90% of the probability. */
const SAMPLING = { temperature: 0.9, topP: 0.9, sweeps: 2 } as const;
/** Part of a text that is varied at once. */
const MOST_CHARACTERS = 5000;

type VariationDependencies = HoverDependencies & { readonly limits: PredictionLimits };

/** Registers the command that replaces words of a selection by others that fit. */
export function registerVariations(
  deps: VariationDependencies & { readonly registerCommand: RegisterCommand },
): Disposable {
  return deps.registerCommand(COMMANDS.generateVariations, () => vary(deps));
}

interface VariationItem extends vscode.QuickPickItem {
  readonly words: readonly string[];
}

async function vary({ modelClient, modelSelection, limits }: VariationDependencies): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const { document, selection } = editor;
  const { version } = document;
  const whole = selection.isEmpty ? document.lineAt(selection.active.line).range : selection;
  const part = partToVary(document.getText(whole));
  const range = whole.with(
    whole.start,
    document.positionAt(document.offsetAt(whole.start) + part.length),
  );
  limits.set(document, 'variations', part.isCut ? variationsText() : null);
  const title = vscode.l10n.t('Generate Variations');
  const source = await pickPolicy({
    title,
    placeHolder: vscode.l10n.t('Policy that selects the words to replace'),
    folder: folderAround(document.uri),
  });
  if (source === null) return;
  const policy = await source.read();
  const { text, offset } = windowAt(document, range);
  const within = {
    start: document.offsetAt(range.start) - offset,
    end: document.offsetAt(range.end) - offset,
  };
  const { folder: modelFolder, name: modelName } = await modelSelection.current(document.uri);
  const seed = Math.floor(Math.random() * 2 ** 31);
  const neverSuggest = [...readHoverSettings().neverSuggest];
  const request = {
    ...{ modelFolder, text, within, policy, seed, count: VARIATIONS, neverSuggest },
    ...SAMPLING,
  };
  const answer = await followInNotification(title, (report, signal) =>
    modelClient.follow(
      'generateVariations',
      { ...request, lane: 'interactive' },
      {
        signal,
        onProgress: ({ done, total }) => {
          const message = vscode.l10n.t('{0} of {1}', done, total);
          report({ message, percent: (100 * done) / Math.max(1, total) });
        },
      },
    ),
  );
  if (answer.unread !== null) {
    void tellUnread(answer.unread, modelName);
    return;
  }
  const { ranges, found } = answer;
  const originals = ranges.map(({ start, end }) => text.slice(start, end));
  const items = found.map(({ words }): VariationItem => {
    const changes = words.flatMap((word, i) =>
      word === originals[i] ? [] : [`${originals[i]!} → ${word}`],
    );
    return {
      label: withoutMarkup(changes.join(' · ')),
      description: plural(
        changes.length,
        vscode.l10n.t('{0} word', changes.length),
        vscode.l10n.t('{0} words', changes.length),
      ),
      words,
    };
  });
  if (items.length === 0) {
    void notify(
      'info',
      vscode.l10n.t('No other words fit as well. Select more text, or a policy that masks more.'),
    );
    return;
  }
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: vscode.l10n.t(
      'Variation to preview. The model knows which words go together, not what is true.',
    ),
  });
  if (picked === undefined || document.version !== version) return;
  await preview(document, { offset, ranges, originals, words: picked.words });
}

/** The part of a text that is varied: at most `MOST_CHARACTERS`, up to the end of a word. */
export function partToVary(text: string): { readonly length: number; readonly isCut: boolean } {
  if (text.length <= MOST_CHARACTERS) return { length: text.length, isCut: false };
  const space = text.slice(0, MOST_CHARACTERS + 1).search(/\s\S*$/u);
  return { length: space > 0 ? space : MOST_CHARACTERS, isCut: true };
}

function variationsText(): string {
  const most = groupThousands(MOST_CHARACTERS, EDITOR_WORDS.locale);
  return vscode.l10n.t('Variations of the first {0} characters', most);
}

/** Shows the words as changes that the person can accept one by one. */
async function preview(
  document: vscode.TextDocument,
  {
    offset,
    ranges,
    originals,
    words,
  }: {
    readonly offset: number;
    readonly ranges: readonly { readonly start: number; readonly end: number }[];
    readonly originals: readonly string[];
    readonly words: readonly string[];
  },
): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  ranges.forEach(({ start, end }, i) => {
    const word = words[i]!;
    if (word === originals[i]) return;
    const place = new vscode.Range(
      document.positionAt(offset + start),
      document.positionAt(offset + end),
    );
    edit.replace(document.uri, place, word, {
      needsConfirmation: true,
      label: `${originals[i]!} → ${word}`,
    });
  });
  await vscode.workspace.applyEdit(edit, { isRefactoring: true });
}
