import * as vscode from 'vscode';

/** Outcome of a question for a person who wants to return to the question before. */
export const BACK = Symbol('back');
/** An answer, a return to the question before, or `null` if the person dismisses the question. */
export type Outcome<T> = T | typeof BACK | null;

/** Position of a question in a series. */
export interface Place {
  readonly title: string;
  readonly step: number;
  readonly canGoBack: boolean;
}

export interface PickQuestion<T extends vscode.QuickPickItem> {
  readonly title: string;
  readonly placeHolder: string;
  readonly items: readonly T[];
  /** Item that Enter accepts; by default the first. */
  readonly active?: T | undefined;
  /** Position in a series; absent for a single question. */
  readonly place?: Place | undefined;
  /** Number of questions of the series if this item is accepted; undefined while not known. */
  readonly totalSteps?: (item: T | undefined) => number | undefined;
  /**
   * Why an item cannot be accepted; `null` if it can. The question waits for an answer that takes
   * time, and stays open with the reason below the item.
   */
  readonly problemOf?: (item: T) => string | null | Promise<string | null>;
  /** Keeps the question up to date while it is shown; disposed when it is closed. */
  readonly keepUpToDate?: (pick: vscode.QuickPick<T>, refresh: () => void) => vscode.Disposable;
}

/** Lets the person pick one item. */
export function pickOne<T extends vscode.QuickPickItem>({
  title,
  placeHolder,
  items,
  active,
  place,
  totalSteps,
  problemOf = () => null,
  keepUpToDate,
}: PickQuestion<T>): Promise<Outcome<T>> {
  const pick = vscode.window.createQuickPick<T>();
  pick.title = title;
  pick.placeholder = placeHolder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.items = items;
  if (active !== undefined) pick.activeItems = [active];
  const refresh = (): void => {
    pick.totalSteps = totalSteps?.(pick.activeItems[0] ?? active ?? items[0]);
  };
  const own = [
    pick.onDidChangeActive(refresh),
    ...(keepUpToDate === undefined ? [] : [keepUpToDate(pick, refresh)]),
  ];
  const answer = async (): Promise<T | null> => {
    const item = acceptedItem(pick, active);
    if (item === null) return null;
    const problem = await problemOf(item);
    if (problem === null) return item;
    replaceItem(pick, item, { ...item, detail: `$(error) ${problem}` });
    return null;
  };
  return outcomeOf(pick, { place, refresh, own, buttons: [], answer });
}

/** Replaces an item where it is; the person keeps their place in the list. */
export function replaceItem<T extends vscode.QuickPickItem>(
  pick: Pick<vscode.QuickPick<T>, 'items' | 'activeItems'>,
  { label }: vscode.QuickPickItem,
  item: T,
): void {
  replaceItems(
    pick,
    pick.items.map((known) => (known.label === label ? item : known)),
  );
}

/** Replaces the items; the person keeps their place in the list, where it is still there. */
export function replaceItems<T extends vscode.QuickPickItem>(
  pick: Pick<vscode.QuickPick<T>, 'items' | 'activeItems'>,
  items: readonly T[],
): void {
  const [active] = pick.activeItems;
  pick.items = items;
  const same = items.find(({ label }) => label === active?.label);
  if (same !== undefined) pick.activeItems = [same];
}

/**
 * Item that Enter accepts. While the editor is still filling its list, it selects none: then the item
 * that it will select first.
 */
function acceptedItem<T extends vscode.QuickPickItem>(
  pick: Pick<vscode.QuickPick<T>, 'selectedItems' | 'activeItems' | 'items' | 'value'>,
  active: T | undefined,
): T | null {
  const [selected = pick.activeItems[0]] = pick.selectedItems;
  if (selected !== undefined || pick.value !== '') return selected ?? null;
  const { Separator } = vscode.QuickPickItemKind;
  const [first] = pick.items.filter(({ kind }) => kind !== Separator);
  return pick.items.find((item) => item === active) ?? first ?? null;
}

export interface TextQuestion<B extends vscode.QuickInputButton> {
  readonly place: Place;
  readonly totalSteps: number | undefined;
  readonly prompt: string;
  readonly value: string;
  /** Why a value cannot be accepted; `null` if it can. */
  readonly problemOf: (value: string) => string | null;
  /** Keeps the question up to date while it is shown; disposed when it is closed. */
  readonly keepUpToDate: (input: vscode.InputBox) => vscode.Disposable;
  /** Buttons that accept the text as Enter does, for something else. */
  readonly buttons: readonly B[];
}

/** An accepted text, and the button that accepted it; `null` for Enter. */
export interface TextAnswer<B> {
  readonly text: string;
  readonly button: B | null;
}

/** Lets the person type a text, with a value that Enter accepts. */
export function askText<B extends vscode.QuickInputButton>({
  place,
  totalSteps,
  prompt,
  value,
  problemOf,
  keepUpToDate,
  buttons,
}: TextQuestion<B>): Promise<Outcome<TextAnswer<B>>> {
  const input = vscode.window.createInputBox();
  input.title = place.title;
  input.prompt = prompt;
  input.value = value;
  input.ignoreFocusOut = true;
  const refresh = (): void => {
    input.totalSteps = totalSteps;
    input.validationMessage = problemOf(input.value) ?? undefined;
  };
  return outcomeOf(input, {
    place,
    refresh,
    own: [input.onDidChangeValue(refresh), keepUpToDate(input)],
    buttons,
    answer: (button) => {
      const text = input.value;
      return Promise.resolve(problemOf(text) === null ? { text, button } : null);
    },
  });
}

type Question = vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox;

function outcomeOf<T, B extends vscode.QuickInputButton>(
  input: Pick<
    Question,
    'step' | 'buttons' | 'onDidTriggerButton' | 'onDidHide' | 'hide' | 'show' | 'dispose'
  > & { readonly onDidAccept: vscode.Event<void> },
  {
    place,
    refresh,
    own,
    buttons,
    answer,
  }: {
    readonly place: Place | undefined;
    readonly refresh: () => void;
    readonly own: readonly vscode.Disposable[];
    readonly buttons: readonly B[];
    /** The answer that a button, or Enter, accepts; `null` keeps the question open. */
    readonly answer: (button: B | null) => Promise<T | null>;
  },
): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    input.step = place?.step;
    const back = place?.canGoBack === true ? [vscode.QuickInputButtons.Back] : [];
    input.buttons = [...back, ...buttons];
    refresh();
    const accept = (button: B | null): void => {
      void answer(button).then((accepted) => {
        if (accepted === null) return;
        resolve(accepted);
        input.hide();
      });
    };
    input.onDidTriggerButton((pressed) => {
      const button = buttons.find((one) => one === pressed);
      if (button !== undefined) {
        accept(button);
        return;
      }
      resolve(BACK);
      input.hide();
    });
    input.onDidAccept(() => {
      accept(null);
    });
    input.onDidHide(() => {
      resolve(null);
      for (const each of own) each.dispose();
      input.dispose();
    });
    input.show();
  });
}
