/** Languages of text files, by the editor's identifiers, for each extension. */
export const LANGUAGE_OF_EXTENSION: Readonly<Record<string, string>> = {
  '.txt': 'plaintext',
  '.text': 'plaintext',
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.tex': 'latex',
  '.rst': 'restructuredtext',
  '.adoc': 'asciidoc',
  '.asciidoc': 'asciidoc',
  '.html': 'html',
  '.htm': 'html',
};
