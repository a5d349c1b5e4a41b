/** Places of elements that pages draw again, and drags over them. */
import { errors, type Locator } from 'playwright-core';

export type Box = NonNullable<Awaited<ReturnType<Locator['boundingBox']>>>;

/** Drags from one point of an element to another, as shares of its width and height. */
export async function dragWithin(
  element: Locator,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
): Promise<void> {
  const box = await boxOf(element);
  const { mouse } = element.page();
  const at = ([x, y]: readonly [number, number]): [number, number] => [
    box.x + x * box.width,
    box.y + y * box.height,
  ];
  await mouse.move(...at(from));
  await mouse.down();
  await mouse.move(...at(to), { steps: 8 });
  await mouse.up();
}

/** Place of an element on the screen after scrolling to it, once a page has stopped drawing it again. */
export async function boxOf(element: Locator): Promise<Box> {
  let cause: unknown = null;
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      await element.scrollIntoViewIfNeeded();
      const box = await element.boundingBox();
      if (box !== null) return box;
    } catch (error) {
      if (error instanceof errors.TimeoutError) throw error;
      // It was replaced meanwhile.
      cause = error;
    }
    await element.page().waitForTimeout(100);
  }
  throw new Error('The element is not on the screen.', { cause });
}
