import type { Words } from '../../src/core/messages/render.js';

/** Words that leave of each text its arguments alone, so that other text remains visible. */
export const dataAlone: Words = {
  surface: 'editor',
  locale: 'zh-cn',
  translate: (template) => (template.match(/\{\w+\}/g) ?? []).join(' '),
};
