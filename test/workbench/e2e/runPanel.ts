/** Reads and presses what the run panel's page shows. */
import type { FrameLocator, Locator } from 'playwright-core';
import type { Driver } from '../kit/driver.js';

export class RunPanelPage {
  private readonly frame: FrameLocator;

  constructor(driver: Driver) {
    this.frame = driver.webview();
  }

  get title(): Locator {
    return this.frame.locator('h1');
  }

  part(testId: string): Locator {
    return this.frame.getByTestId(testId);
  }

  async text(testId: string): Promise<string> {
    return (await this.part(testId).innerText()).trim();
  }

  /** A tile's number; NaN while it shows none. Thousands are grouped by thin spaces or commas. */
  async number(testId: string): Promise<number> {
    const text = (await this.text(testId)).replace(/[\s,\u2009\u202f\u00a0]/g, '');
    return /^-?\d/.test(text) ? parseFloat(text) : NaN;
  }

  /** Waits until a tile's number satisfies a condition, and returns it. */
  async waitForNumber(
    testId: string,
    isWanted: (value: number) => boolean,
    timeout = 60_000,
  ): Promise<number> {
    const deadline = Date.now() + timeout;
    let value = NaN;
    while (Date.now() < deadline) {
      value = await this.number(testId);
      if (isWanted(value)) return value;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`The panel's ${testId} stayed at ${value}.`);
  }

  async waitForStatus(word: string, timeout = 120_000): Promise<void> {
    await this.part('status').filter({ hasText: word }).waitFor({ timeout });
  }

  async press(
    action:
      | 'stop'
      | 'pause'
      | 'resume'
      | 'useForHovers'
      | 'followCheckpoints'
      | 'audit'
      | 'export'
      | 'reveal',
  ): Promise<void> {
    await this.part(`button-${action}`).click();
  }
}
