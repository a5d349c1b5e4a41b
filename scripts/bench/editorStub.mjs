// Resolves the editor's API to the fake of the unit tests, for benchmarks of code that shows texts.
const FAKE = new URL('../../test/support/fakeVscode.ts', import.meta.url).href;

export async function resolve(specifier, context, nextResolve) {
  return specifier === 'vscode' ? nextResolve(FAKE, context) : nextResolve(specifier, context);
}
