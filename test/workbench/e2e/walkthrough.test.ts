import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { choose } from './maskActions.js';
import { Scenario, tellAsOneStory } from './scenario.js';

const LANGUAGES = [
  { locale: 'en', open: 'Welcome: Open Walkthrough...', heading: 'Masking policies' },
  { locale: 'zh-cn', open: 'Welcome: Open Walkthrough...', heading: '掩码策略' },
] as const;

for (const { locale, open, heading } of LANGUAGES) {
  describe(`the walkthrough in ${locale}`, function () {
    this.timeout(120_000);
    tellAsOneStory(() => scenario);
    let scenario: Scenario;

    before(async () => {
      scenario = await Scenario.open(locale === 'en' ? {} : { locale });
    });

    const step = (id: string) =>
      scenario.driver.page.locator(`.getting-started-step[data-step-id$="#masklab.start#${id}"]`);
    const isDone = (id: string): Promise<boolean> =>
      step(id).locator('.codicon.complete').isVisible();
    const media = () => scenario.driver.webview();

    const openWalkthrough = async (): Promise<void> => {
      await scenario.driver.runCommand(open);
      await choose(scenario.driver, 'Masklab');
    };
    /** Presses the button of the step again where the picture of the step took the focus from the list. */
    const choosePolicy = async (name: string): Promise<void> => {
      const { driver } = scenario;
      const row = driver.quickInput.locator('.monaco-list-row').filter({ hasText: name }).first();
      const tab = driver.page.locator('.tab.active').filter({ hasText: '.mask.json' });
      for (let attempt = 0; !(await tab.isVisible()); attempt++) {
        await step('mask').locator('.monaco-button').first().click();
        try {
          await row.click({ timeout: 5000 });
          await tab.waitFor({ timeout: 5000 });
        } catch (error) {
          if (attempt === 4) throw error;
        }
      }
    };

    it('has a picture in each step that is drawn', async () => {
      await openWalkthrough();
      // The first step is there only while no folder is open.
      await step('mask').waitFor();
      assert.equal(await step('openFolder').count(), 0);
      for (const id of ['mask', 'fineTune', 'watch', 'hover']) {
        await step(id).click();
        const picture = media().locator(`img[src*="${id}.svg"]`);
        await picture.waitFor();
        const width = await picture.evaluate((image) => (image as HTMLImageElement).naturalWidth);
        assert.equal(width, 480, id);
        if (locale !== 'en') await scenario.photograph(`walkthrough-${locale}-${id}`);
      }
      await step('mask').click();
      await media().locator('h1').filter({ hasText: heading }).waitFor();
      await scenario.photographThemes(`walkthrough-${locale}`);
    });

    it('ticks the steps that are done, and no others', async () => {
      assert.equal(await isDone('hover'), false);
      await choosePolicy('BERT');
      // Where the walkthrough took the place of the welcome page, its tab shows that page again.
      await openWalkthrough();
      await step('mask').locator('.codicon.complete').waitFor();
    });
  });
}
