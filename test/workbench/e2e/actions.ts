/** Actions on the extension that several suites share. */
import type { Driver } from '../kit/driver.js';

export const COMMAND = 'Masklab: Fine-tune on workspace data';

export async function waitForQuestion(driver: Driver, number: string): Promise<void> {
  const title = driver.quickInput.locator('.quick-input-titlebar').filter({ hasText: number });
  await title.waitFor({ timeout: 30_000 });
}

/**
 * Presses Enter in a question once it can be answered: a list has a focused row a moment after its
 * title is drawn.
 */
export async function accept(driver: Driver, number: string): Promise<void> {
  await waitForQuestion(driver, number);
  await driver.whenAnswerable();
  await driver.page.keyboard.press('Enter');
}

/** Runs the palette command and answers each question with Enter; returns their titles. */
export async function fineTuneWithDefaults(driver: Driver): Promise<string[]> {
  await driver.runCommand(COMMAND);
  const titles: string[] = [];
  for (const number of ['1/4', '2/4', '3/4', '4/4']) {
    await waitForQuestion(driver, number);
    titles.push(await driver.questionTitle());
    await accept(driver, number);
  }
  return titles;
}

/** The same, but starting from a model folder that is looked up in a dialog. */
export async function fineTuneFrom(driver: Driver, modelFolder: string): Promise<void> {
  await answerUpToModel(driver, 'Browse');
  await driver.chooseFolder(modelFolder, 'Use This Model');
  await accept(driver, '4/4');
}

/** The same, but with a model that the run makes. */
export async function trainNewModel(driver: Driver): Promise<void> {
  await answerUpToModel(driver, 'A new model');
  await accept(driver, '4/4');
}

async function answerUpToModel(driver: Driver, model: string): Promise<void> {
  await driver.runCommand(COMMAND);
  for (const number of ['1/4', '2/4']) await accept(driver, number);
  await waitForQuestion(driver, '3/4');
  await driver.page.keyboard.type(model);
  await accept(driver, '3/4');
}

/**
 * Runs the palette command in a workspace with labelled files and answers each question with Enter;
 * returns what was offered to be learned.
 */
export async function fineTuneOnLabels(driver: Driver): Promise<string> {
  await driver.runCommand(COMMAND);
  await accept(driver, '1/4');
  await waitForQuestion(driver, '2/4');
  const offered = await driver.quickInput.locator('.monaco-list-row').first().innerText();
  for (const number of ['2/4', '3/4', '4/4']) await accept(driver, number);
  return offered.replaceAll(/\s+/g, ' ');
}

export interface HoverParts {
  /** Predicted words, the most probable first. */
  candidates: string[];
  /** Name of the model that made them. */
  model: string;
}

/** Reads a hover: a table of predictions with their probabilities, and the model in the last line. */
export function hoverParts(hover: string): HoverParts {
  const lines = hover.split('\n').map((line) => line.trim());
  const candidates = lines.flatMap((line) => {
    const row = /^(\S+)\s+<?\s?[\d.]+\s?%/.exec(line);
    return row === null ? [] : [row[1]!];
  });
  const [model = ''] = (lines.filter(Boolean).at(-1) ?? '').split(' · ');
  return { candidates, model };
}
