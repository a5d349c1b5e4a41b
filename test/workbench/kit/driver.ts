/** Drives the workbench by keyboard and mouse, and reads it, as a person does. */
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { THEMES, type ColorTheme } from './settings.js';

const START_TIMEOUT_MS = 60_000;
/** Time in which a hover has to come up, the start of the extension and of its model included. */
const POINTING_MS = 90_000;

export interface Place {
  /** Path in the workspace folder, as one would type it into "Go to File". */
  file: string;
  /** Both count from 1. */
  line: number;
  column: number;
}

/** VS Code renders spaces as no-break spaces. */
function readable(text: string): string {
  return text.replaceAll('\u00a0', ' ').trim();
}

export class Driver {
  readonly quickInput: Locator;
  readonly toasts: Locator;

  constructor(readonly page: Page) {
    this.quickInput = page.locator('.quick-input-widget:visible');
    this.toasts = page.locator('.notifications-toasts .notification-list-item');
  }

  /** Waits until the window shows the opened folder. */
  async whenReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: START_TIMEOUT_MS });
    await this.page
      .locator('.explorer-folders-view .monaco-list-row, .sidebar .pane-header')
      .first()
      .waitFor({ timeout: START_TIMEOUT_MS });
  }

  /** Reloads the window as a person does, which lets the workbench keep its state first. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: START_TIMEOUT_MS });
    await this.runCommand('Developer: Reload Window');
    await loaded;
    await this.page.locator('.monaco-workbench').waitFor({ timeout: START_TIMEOUT_MS });
  }

  /** Runs a command from the palette by the title a person would type. */
  async runCommand(title: string): Promise<void> {
    const row = this.quickInput
      .locator('.monaco-list-row')
      .filter({ has: this.page.getByText(title, { exact: true }) })
      .first();
    // Right after a reload the palette may not know the extension's commands yet, and it closes whenever the
    // window hands the focus on, in the middle of a click too.
    for (let attempt = 0; ; attempt++) {
      await this.openQuickInput('F1', `>${title}`);
      const run = await row.click({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (run) return;
      if (attempt === 9) throw new Error(`The palette does not offer "${title}".`);
      await this.page.keyboard.press('Escape');
      await this.quickInput.waitFor({ state: 'hidden' });
    }
  }

  /** Selects one of VS Code's own themes in its list. */
  async useTheme(theme: ColorTheme): Promise<void> {
    const { label, cssClass } = THEMES[theme];
    const row = this.quickInput
      .locator('.monaco-list-row')
      .filter({ has: this.page.getByText(label, { exact: true }) });
    const isShown = this.page.locator(`.monaco-workbench.${cssClass}`);
    // The list of themes closes as the palette does, when the focus moves on.
    for (let attempt = 0; !(await isShown.isVisible()); attempt++) {
      if (attempt === 9) throw new Error(`The theme "${label}" cannot be selected.`);
      await this.runCommand('Preferences: Color Theme');
      try {
        await this.quickInput.locator('.quick-input-box input').fill(label, { timeout: 3000 });
        await row.first().click({ timeout: 3000 });
        await isShown.waitFor({ timeout: 3000 });
      } catch {
        await this.page.keyboard.press('Escape');
        // Themes of the list are shown while it is open, and are not selected yet.
        await this.page.waitForTimeout(1000);
      }
    }
    // Webviews and editors take the colors over a moment after the window.
    await this.page.waitForTimeout(1000);
  }

  /** Opens a quick input and types into it; again where something else took the focus. */
  private async openQuickInput(key: string, text: string): Promise<void> {
    const input = this.quickInput.locator('.quick-input-box input');
    for (let attempt = 0; ; attempt++) {
      await this.page.keyboard.press(key);
      try {
        await input.fill(text, { timeout: 3000 });
        return;
      } catch (error) {
        if (attempt === 4) throw error;
      }
    }
  }

  /** Opens a file with the cursor at a place. */
  async openFileAt({ file, line, column }: Place): Promise<void> {
    const name = file.split('/').at(-1)!;
    const row = this.quickInput.locator('.monaco-list-row').filter({ hasText: name }).first();
    const tab = this.page.locator('.tab.active').filter({ hasText: name });
    // The list may be refilled between its first row and the key, which then opens nothing.
    for (let attempt = 0; ; attempt++) {
      await this.openQuickInput('Control+P', `${file}:${line}:${column}`);
      // A file that was just written may be missing from the list until it is opened again.
      const isListed = await row.waitFor({ timeout: attempt < 3 ? 5000 : 30_000 }).then(
        () => true,
        () => false,
      );
      if (!isListed && attempt < 3) {
        await this.page.keyboard.press('Escape');
        continue;
      }
      await row.click();
      // A click while the colors of a theme change is lost at times.
      const closed = await this.quickInput.waitFor({ state: 'hidden', timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (!closed && attempt < 4) {
        await this.page.keyboard.press('Escape');
        continue;
      }
      const opened = await tab.waitFor({ timeout: 3000 }).then(
        () => true,
        () => false,
      );
      if (opened) break;
      if (attempt === 4) throw new Error(`${file} did not open.`);
    }
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** Waits for a question of the extension (a quick pick or an input box) and reads its title. */
  async questionTitle(): Promise<string> {
    await this.quickInput.waitFor();
    return readable(await this.quickInput.locator('.quick-input-titlebar').innerText());
  }

  /** Waits until Enter answers the shown question: a list has a focused row, a text box has none. */
  async whenAnswerable(): Promise<void> {
    await this.page.waitForFunction(() => {
      const widget = document.querySelector('.quick-input-widget');
      const list = widget?.querySelector<HTMLElement>('.quick-input-list');
      if (widget === null || list === null || list === undefined) return false;
      const isList = list.offsetParent !== null;
      return isList
        ? list.querySelector('.monaco-list-row.focused') !== null
        : widget.contains(document.activeElement);
    });
  }

  /**
   * Presses Enter until the shown question, which no other follows, is gone: the page of a webview may
   * take the focus back while it opens, and with it the key.
   */
  async acceptLastQuestion(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      await this.page.keyboard.press('Enter');
      try {
        await this.quickInput.waitFor({ state: 'hidden', timeout: 5000 });
        return;
      } catch (error) {
        if (attempt === 4) throw error;
        await this.quickInput.locator('.quick-input-box input').focus();
      }
    }
  }

  /** Answers the workbench's own folder dialog: types the path, presses the button. */
  async chooseFolder(folder: string, button: string): Promise<void> {
    await this.typePath(`${folder}/`);
    await this.quickInput.getByRole('button', { name: button }).click();
  }

  /** Answers the workbench's own dialog for saving a file: types the path, presses the button. */
  async chooseFile(file: string, button: string): Promise<void> {
    await this.typePath(file);
    await this.quickInput.getByRole('button', { name: button }).click();
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** Types a path into a dialog, again where the dialog puts the path of the folder that it read in its place. */
  private async typePath(wanted: string): Promise<void> {
    const input = this.quickInput.locator('.quick-input-box input');
    for (let attempt = 0; ; attempt++) {
      await this.untilFolderIsRead();
      if ((await input.inputValue()) === wanted) return;
      if (attempt === 9) throw new Error(`The dialog does not keep ${wanted}.`);
      await input.fill(wanted);
      await this.page.waitForTimeout(500);
    }
  }

  /** Waits until a dialog shows the path and the entries of a folder, and reads no other. */
  private async untilFolderIsRead(): Promise<void> {
    await this.quickInput.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await this.page.waitForFunction(() => {
      const widget = document.querySelector('.quick-input-widget');
      const field = widget?.querySelector('.quick-input-box input');
      const isBusy = widget?.querySelector('.monaco-progress-container.active') != null;
      return field instanceof HTMLInputElement && field.value.startsWith('/') && !isBusy;
    });
  }

  /** Saves under the path that the workbench's own save dialog suggests. */
  async acceptSavePath(): Promise<void> {
    await this.untilFolderIsRead();
    await this.page.waitForTimeout(500);
    await this.quickInput.getByRole('button', { name: 'OK' }).click();
  }

  /** The hover at the cursor, as text; by keyboard, so that no pointer has to be held still. */
  async hoverAtCursor(options: { containing?: string; timeout?: number } = {}): Promise<string> {
    const deadline = Date.now() + (options.timeout ?? 30_000);
    // Keys that come while the focus moves, or before the extension has come up, show nothing.
    for (;;) {
      await this.page.keyboard.press('Control+K');
      await this.page.keyboard.press('Control+I');
      const left = deadline - Date.now();
      try {
        return await this.readHover({ ...options, timeout: Math.max(1, Math.min(left, 10_000)) });
      } catch (error) {
        if (Date.now() >= deadline) throw error;
        await this.untilHoverIsLoaded(deadline);
      }
    }
  }

  /** Waits while a hover is being made: asking for another would cancel it. */
  private async untilHoverIsLoaded(deadline: number): Promise<void> {
    const loading = this.page
      .locator('.monaco-hover:not(.hidden) .hover-contents')
      .filter({ hasText: 'Loading...' });
    const timeout = Math.max(1, deadline - Date.now());
    await loading.waitFor({ state: 'hidden', timeout }).catch(() => undefined);
  }

  /** The hover that pointing at a word of the active editor brings up. */
  async hoverWord(
    word: string,
    options: { containing?: string; timeout?: number } = {},
  ): Promise<string> {
    // Whoever points before the extension has come up sees nothing, and points again.
    const deadline = Date.now() + POINTING_MS;
    for (;;) {
      // A line that was just moved is drawn there a moment later.
      const box = await this.placeOf(word);
      await this.page.mouse.move(box.x, box.y + 200);
      await this.page.mouse.move(box.x - 3, box.y);
      await this.page.mouse.move(box.x, box.y);
      try {
        return await this.readHover({ timeout: 5000, ...options });
      } catch (error) {
        if (Date.now() >= deadline) throw error;
        await this.untilHoverIsLoaded(deadline);
      }
    }
  }

  /** Center of the first occurrence of a word in the visible editors. */
  private async placeOf(word: string): Promise<{ readonly x: number; readonly y: number }> {
    const box = await this.page.evaluate((wanted) => {
      const lines = [...document.querySelectorAll('.editor-instance .view-line')];
      for (const line of lines) {
        const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
          const at = node.nodeValue?.indexOf(wanted) ?? -1;
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, at + wanted.length);
          const { x, y, width, height } = range.getBoundingClientRect();
          return { x: x + width / 2, y: y + height / 2 };
        }
      }
      return null;
    }, word);
    if (box === null) throw new Error(`"${word}" is not on the screen.`);
    return box;
  }

  private async readHover(options: { containing?: string; timeout?: number }): Promise<string> {
    const hover = this.page
      .locator('.monaco-hover:not(.hidden) .hover-contents')
      .filter({
        hasNotText: 'Loading...',
        ...(options.containing === undefined ? {} : { hasText: options.containing }),
      })
      .first();
    await hover.waitFor({ timeout: options.timeout ?? 30_000 });
    return readable(await hover.innerText());
  }

  /** Text that decorations put before or after the text of the visible editors. */
  async decorationTexts(): Promise<string[]> {
    return this.page.evaluate(() =>
      [...document.querySelectorAll('.editor-instance [class*="ced-"]')].flatMap((element) =>
        ['::before', '::after'].flatMap((side) => {
          const { content } = getComputedStyle(element, side);
          return content === 'none' || content === 'normal' ? [] : [content.replaceAll('"', '')];
        }),
      ),
    );
  }

  /** Waits for a decoration text that matches. */
  async waitForDecoration(pattern: RegExp, timeout = 30_000): Promise<string> {
    const deadline = Date.now() + timeout;
    let texts: string[] = [];
    while (Date.now() < deadline) {
      texts = await this.decorationTexts();
      const found = texts.find((text) => pattern.test(text));
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`No decoration matches ${String(pattern)}: ${texts.join(' | ')}`);
  }

  /** Shows a view container by its activity bar entry. */
  async showContainer(title: string): Promise<void> {
    const shown = this.page.locator('.sidebar .composite.title').filter({ hasText: title });
    const tab = this.page.locator(`.activitybar .action-item a[aria-label^="${title}"]`);
    await tab.waitFor();
    // Pressing the entry of a container that is shown would close it.
    if (await shown.isVisible()) return;
    // A badge may lie over the entry.
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click({ force: true });
    await shown.waitFor();
  }

  /** A row of the first tree in the side bar, such as that of the Experiments view. */
  treeRow(text: string | RegExp): Locator {
    return this.treeAt(0).filter({ hasText: text });
  }

  /** A row of the Models view, which is below the Experiments view. */
  modelRow(text: string | RegExp): Locator {
    return this.treeAt(1).filter({ hasText: text });
  }

  private treeAt(index: number): Locator {
    return this.page.locator('.sidebar .pane').nth(index).locator('.monaco-list-row');
  }

  async treeRows(): Promise<string[]> {
    return (await this.treeAt(0).allInnerTexts()).map(readable);
  }

  /** Presses one of the buttons that a tree row shows while the pointer is on it. */
  async pressRowButton(row: Locator, name: string): Promise<void> {
    await row.hover();
    await row.getByRole('button', { name }).click();
  }

  /** Points at a tree row until its tooltip contains the text, and returns the tooltip. */
  async rowTooltip(row: Locator, text: string): Promise<Locator> {
    const tooltip = this.page.locator('.monaco-hover:not(.hidden)').filter({ hasText: text });
    // While another tooltip is shown, or the row is drawn again, pointing at it has no effect.
    for (let attempt = 0; ; attempt++) {
      await this.page.mouse.move(600, 600);
      await row.hover();
      try {
        await tooltip.waitFor({ timeout: 5000 });
        return tooltip;
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  }

  /** Chooses an entry of a tree row's context menu. */
  async contextMenu(row: Locator, entry: string | RegExp): Promise<void> {
    const hover = this.page.locator('.monaco-hover:not(.hidden)').first();
    const menu = this.page.locator('.monaco-menu');
    const item = menu.locator('.action-item').filter({ hasText: entry });
    // A tree that is filled meanwhile moves its rows, so the click may open the menu of another.
    for (let attempt = 1; ; attempt++) {
      // The hover of a row that the pointer rests on, or passes, covers other rows.
      await this.page.mouse.move(600, 600);
      await hover.waitFor({ state: 'hidden', timeout: 5000 }).catch(() => undefined);
      try {
        await row.click({ button: 'right', timeout: attempt < 3 ? 5000 : 30_000 });
        await item.waitFor({ timeout: 5000 });
        break;
      } catch (error) {
        if (attempt === 4) throw error;
        if (await menu.isVisible()) await this.page.keyboard.press('Escape');
      }
    }
    // A menu ignores clicks in its first moments, lest the opening click choose something.
    for (let attempt = 0; attempt < 10 && (await menu.isVisible()); attempt++) {
      await item.click();
      await menu.waitFor({ state: 'hidden', timeout: 500 }).catch(() => undefined);
    }
  }

  /** An item of the status bar. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item').filter({ hasText: text }).first();
  }

  async notificationTexts(): Promise<string[]> {
    const texts = await this.toasts.locator('.notification-list-item-message').allInnerTexts();
    return texts.map(readable);
  }

  /** Waits for a notification that contains the text, and reads the whole of it. */
  async notification(text: string | RegExp, timeout = 30_000): Promise<string> {
    const toast = this.toasts.filter({ hasText: text }).first();
    await toast.waitFor({ timeout });
    return readable(await toast.locator('.notification-list-item-message').innerText());
  }

  /** Presses a button of a notification that contains the text. */
  async pressInNotification(text: string | RegExp, button: string): Promise<void> {
    const toast = this.toasts.filter({ hasText: text }).first();
    await toast.waitFor({ timeout: 30_000 });
    // The buttons of a toast show at once only while it has the pointer.
    await toast.hover();
    await toast.getByRole('button', { name: button }).click();
  }

  /** Waits for an error notification and reads it. */
  async errorNotification(timeout = 30_000): Promise<string> {
    const toast = this.toasts.filter({ has: this.page.locator('.codicon-error') }).first();
    await toast.waitFor({ timeout });
    return readable(await toast.locator('.notification-list-item-message').innerText());
  }

  /** Waits for a modal question and reads it. */
  async dialogText(): Promise<string> {
    const dialog = this.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    return readable(await dialog.innerText());
  }

  async answerDialog(button: string): Promise<void> {
    const dialog = this.page.locator('.monaco-dialog-box');
    await dialog.locator('.monaco-button').filter({ hasText: button }).first().click();
    await dialog.waitFor({ state: 'hidden' });
  }

  /** The document inside the extension's webview. */
  webview(): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .last()
      .contentFrame()
      .frameLocator('#active-frame');
  }

  /** Puts the shown notifications away without ending what they report on. */
  async hideToasts(): Promise<void> {
    await this.page.locator('.sidebar .composite.title').click();
    if (await this.toasts.first().isVisible()) await this.page.keyboard.press('Escape');
    await this.toasts.first().waitFor({ state: 'hidden' });
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.toasts.first().waitFor({ state: 'hidden' });
  }
}
