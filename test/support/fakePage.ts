/**
 * As much of a document as modules of a page read when they are loaded. Import it before them; to
 * change the language, set `page`, reset the modules and import them again.
 */
export const page = { locale: 'en-US', language: '{"bundle":{}}' };

Object.assign(globalThis, {
  document: {
    documentElement: {
      get lang() {
        return page.locale;
      },
    },
    getElementById: () => ({ textContent: page.language }),
  },
});
