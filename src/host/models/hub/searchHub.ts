import * as vscode from 'vscode';
import { AppError, describeError, toAppErrorData } from '../../../core/errors.js';
import { foundRows, SEARCHED_TASKS, type FoundRow } from '../../../core/hub/foundModels.js';
import { modelReferenceIn, referenceText } from '../../../core/hub/repository.js';
import type { ModelReference } from '../../../core/hub/repository.js';
import { renderProblem } from '../../../core/messages/render.js';
import { searchModels } from '../../../node/hub/hubApi.js';
import { hostOf } from '../../../node/hub/hubFailure.js';
import { EDITOR_WORDS } from '../../platform/editorWords.js';
import { withoutMarkup } from '../../platform/withoutMarkup.js';
import { usesText } from '../modelTexts.js';
import type { HubAccess } from './editorHubAccess.js';

interface FoundItem extends vscode.QuickPickItem {
  /** Absent for messages. */
  readonly reference?: ModelReference;
  /** Set for the item that asks for more. */
  readonly isMore?: boolean;
}

/** Time without a key after which what is typed is searched for. */
const QUIET_MILLISECONDS = 350;
const SHORTEST = 2;
const PAGE = 15;
const MOST = 60;

export interface SearchOptions {
  readonly access: HubAccess;
  /** Models of the shared cache. */
  readonly onDisk: ReadonlySet<string>;
}

/** Lets the person search the hub and select a model; `null` if dismissed. */
export async function searchHub({ access, onDisk }: SearchOptions): Promise<ModelReference | null> {
  const host = hostOf(await access.settings());
  return new Promise((resolve) => {
    const search = new HubSearch(host, { access, onDisk }, resolve);
    search.show();
  });
}

class HubSearch {
  private readonly pick = vscode.window.createQuickPick<FoundItem>();
  private timer: NodeJS.Timeout | null = null;
  private running: AbortController | null = null;
  private limit = PAGE;

  constructor(
    private readonly host: string,
    private readonly options: SearchOptions,
    private readonly settle: (reference: ModelReference | null) => void,
  ) {
    const { pick } = this;
    pick.title = vscode.l10n.t('Add Model From Hub');
    pick.placeholder = vscode.l10n.t(
      'Words of a name, or organization/name. They are sent to {0}.',
      host,
    );
    pick.ignoreFocusOut = true;
    pick.onDidChangeValue(() => {
      this.limit = PAGE;
      this.searchSoon();
    });
    pick.onDidAccept(() => {
      this.accept();
    });
    pick.onDidHide(() => {
      this.stop();
      this.settle(null);
      pick.dispose();
    });
  }

  show(): void {
    this.pick.show();
  }

  private accept(): void {
    const [item] = this.pick.selectedItems;
    if (item?.isMore === true) {
      this.limit = MOST;
      void this.search();
      return;
    }
    if (item?.reference === undefined) return;
    this.settle(item.reference);
    this.pick.hide();
  }

  private searchSoon(): void {
    this.stop();
    // Earlier results would answer another question.
    this.pick.items = this.exactItems();
    if (this.pick.value.trim().length < SHORTEST) return;
    this.pick.busy = true;
    this.timer = setTimeout(() => void this.search(), QUIET_MILLISECONDS);
  }

  private stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.running?.abort();
    this.running = null;
    this.pick.busy = false;
  }

  private async search(): Promise<void> {
    this.stop();
    const controller = new AbortController();
    this.running = controller;
    this.pick.busy = true;
    const { signal } = controller;
    const show = (items: readonly FoundItem[]): void => {
      if (signal.aborted) return;
      const exact = this.exactItems().filter(
        ({ reference: typed }) =>
          typed?.revision !== null ||
          !items.some(({ reference }) => reference?.repository === typed.repository),
      );
      this.pick.items = [...exact, ...items];
    };
    try {
      const rows = await this.ask(signal, (seconds) => {
        show([
          messageItem(
            'sync',
            vscode.l10n.t('{0} is busy. Asking again in {1} s.', this.host, Math.ceil(seconds)),
          ),
        ]);
      });
      show(this.itemsOf(rows));
    } catch (thrown) {
      if (thrown instanceof AppError && thrown.code === 'Cancelled') return;
      const { message, remedy } = describeError(toAppErrorData(thrown), EDITOR_WORDS);
      show([{ ...messageItem('error', message), detail: withoutMarkup(remedy) }]);
    } finally {
      if (this.running === controller) {
        this.running = null;
        this.pick.busy = false;
      }
    }
  }

  private async ask(
    signal: AbortSignal,
    onWait: (seconds: number) => void,
  ): Promise<readonly FoundRow[]> {
    const words = this.pick.value.trim().split('@')[0] ?? '';
    const client = await this.options.access.client({ onWait });
    const answers = await Promise.all(
      SEARCHED_TASKS.map((pipeline) =>
        searchModels(client, { words, pipeline, limit: this.limit }, { signal }),
      ),
    );
    return foundRows(answers);
  }

  /** The typed text, if it names a model by itself. */
  private exactItems(): FoundItem[] {
    const reference = modelReferenceIn(this.pick.value.trim());
    if (reference === null) return [];
    return [
      {
        label: `$(arrow-right) ${referenceText(reference)}`,
        description: vscode.l10n.t('Check this model'),
        alwaysShow: true,
        reference,
      },
    ];
  }

  private itemsOf(rows: readonly FoundRow[]): FoundItem[] {
    const { onDisk } = this.options;
    if (rows.length === 0) {
      return [messageItem('search', vscode.l10n.t('No models found on {0}.', this.host))];
    }
    const items = rows.map((row): FoundItem => foundItem(row, onDisk.has(row.name)));
    const hasMore = this.limit < MOST && rows.length >= this.limit;
    return hasMore
      ? [...items, { ...messageItem('ellipsis', vscode.l10n.t('Show more results')), isMore: true }]
      : items;
  }
}

function messageItem(icon: string, text: string): FoundItem {
  return { label: `$(${icon}) ${withoutMarkup(text)}`, alwaysShow: true };
}

/** An item with size, license and whether the model loads, as far as the list of its files tells. */
function foundItem(row: FoundRow, isOnDisk: boolean): FoundItem {
  const { name, parameters, license, downloads, isGated, problem } = row;
  const number = new Intl.NumberFormat(EDITOR_WORDS.locale, {
    notation: 'compact',
    maximumSignificantDigits: 3,
  });
  const facts = [
    ...(isOnDisk ? [vscode.l10n.t('on this machine')] : []),
    ...(parameters === null ? [] : [vscode.l10n.t('{0} parameters', number.format(parameters))]),
    license === null ? vscode.l10n.t('no license given') : withoutMarkup(license),
    ...(downloads === null ? [] : [vscode.l10n.t('{0} downloads', number.format(downloads))]),
    ...(isGated ? [`$(lock) ${vscode.l10n.t('gated')}`] : []),
  ];
  return {
    label: `$(${problem === null ? 'check' : 'circle-slash'}) ${name}`,
    description: facts.join(' · '),
    detail: detailOf(row),
    alwaysShow: true,
    reference: { repository: name, revision: null },
  };
}

function detailOf({ family, uses, problem }: FoundRow): string {
  if (problem !== null) {
    const { message } = renderProblem(problem, EDITOR_WORDS);
    return withoutMarkup(vscode.l10n.t('Does not load here: {0}', message));
  }
  const text = vscode.l10n.t('Can be used for {0}', usesText(uses));
  return family === null ? text : `${withoutMarkup(family)} · ${text}`;
}
