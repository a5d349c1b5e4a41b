import * as vscode from 'vscode';
import { MAX_TAG_LENGTH, tagsIn } from '../../../core/runs/annotations.js';
import type { RunSummary } from '../../../node/runs/runReader.js';
import { whole } from '../tree/runTooltip.js';

/** Tags to add to and to remove from runs. */
export interface TagChanges {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

interface TagItem extends vscode.QuickPickItem {
  readonly isNew: boolean;
}

/**
 * Lets a person check the tags of runs and type new ones; `null` if they dismiss the list. A tag that
 * only some of the runs have is unchecked and stays as it is unless it gets checked.
 */
export function askTags(
  runs: readonly RunSummary[],
  all: readonly RunSummary[],
): Promise<TagChanges | null> {
  const counts = countTags(all);
  const own = countTags(runs);
  const onAll = new Set([...own].filter(([, count]) => count === runs.length).map(([tag]) => tag));
  const known = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  const pick = vscode.window.createQuickPick<TagItem>();
  pick.title = vscode.l10n.t('Edit Tags');
  pick.placeholder = vscode.l10n.t('Check tags, or type new ones separated by commas');
  pick.canSelectMany = true;
  pick.ignoreFocusOut = true;
  const show = (checked: ReadonlySet<string>): void => {
    const typed = pick.value.toLowerCase();
    const isFiltering = known.some(([tag]) => tag.toLowerCase().includes(typed));
    const fresh = tagsIn(pick.value)
      .filter((tag) => !counts.has(tag))
      .map((tag) => newItem(tag, { isChecked: !isFiltering }));
    const items = known.map(([tag]) => ({
      label: tag,
      description: shareText(own.get(tag) ?? 0, runs.length),
      isNew: false,
      picked: checked.has(tag),
    }));
    pick.items = [...fresh, ...items];
    // Both are set, since the list takes its first checks from the items.
    pick.selectedItems = pick.items.filter(({ picked }) => picked === true);
  };
  show(onAll);
  return new Promise((resolve) => {
    pick.onDidChangeValue(() => {
      show(checkedOf(pick));
    });
    pick.onDidAccept(() => {
      const checked = pick.selectedItems.map(({ label }) => label);
      resolve({
        add: checked.filter((tag) => !onAll.has(tag)),
        remove: [...onAll].filter((tag) => !checked.includes(tag)),
      });
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
    pick.show();
  });
}

function newItem(tag: string, { isChecked }: { readonly isChecked: boolean }): TagItem {
  const isLong = tag.length > MAX_TAG_LENGTH;
  return {
    label: tag.slice(0, MAX_TAG_LENGTH),
    description: isLong
      ? vscode.l10n.t('New tag, shortened to {0} characters', MAX_TAG_LENGTH)
      : vscode.l10n.t('New tag'),
    isNew: true,
    alwaysShow: true,
    picked: isChecked,
  };
}

/** Checked tags that exist already; new ones follow from the typed text. */
function checkedOf(pick: vscode.QuickPick<TagItem>): Set<string> {
  return new Set(pick.selectedItems.filter(({ isNew }) => !isNew).map(({ label }) => label));
}

function countTags(runs: readonly RunSummary[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const tag of runs.flatMap(({ annotations }) => annotations.tags ?? [])) {
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return counts;
}

function shareText(count: number, runs: number): string {
  return count === 0 || count === runs
    ? ''
    : vscode.l10n.t('on {0} of {1} runs', whole(count), whole(runs));
}
