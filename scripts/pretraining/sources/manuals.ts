import fs from 'node:fs';
import path from 'node:path';
import { paragraphsOfHtml, type Paragraphs } from '../cleaning.js';
import { chaptersOfLyx, paragraphsOfPod, paragraphsOfVimHelp } from './markup.js';
import {
  DOCUMENTATION,
  eachOnce,
  filesIn,
  htmlPages,
  read,
  type Kind,
  type Source,
  type Terms,
} from './source.js';

interface Manual {
  readonly name: string;
  readonly title: string;
  /** A Debian package. */
  readonly package: string;
  readonly kind: Kind;
  readonly terms: Terms;
  readonly licence: string;
  /** Folder of the pages below /usr/share/doc. */
  readonly below: string;
  /** Pages of the manual; release notes, indices and licenses are excluded. */
  readonly pages: RegExp;
}

function manual({ below, pages, package: name, ...rest }: Manual): Source {
  return {
    ...rest,
    package: { kind: 'debian', name },
    read: (folder) => htmlPages(path.join(folder, DOCUMENTATION, below), pages),
  };
}

/** Notes on versions and on rights, which many pages have. */
const NOTICE =
  /^(?:New|Added|Changed|Deprecated|Removed) in (?:version|\d)|(?:permission|license) (?:is|to) (?:hereby )?(?:granted|copy)|without any warranty|warranties of|licensed under|free documentation license|all rights reserved|free software; you can|^Redistribution|(?:to|you may) redistribute|VIM LICENSE/i;

/** Leaves out notices, and what many pages say alike, however short. */
function* withoutFurniture(pages: Iterable<Paragraphs>): Generator<Paragraphs> {
  for (const page of eachOnce(pages)) yield page.filter((paragraph) => !NOTICE.test(paragraph));
}

/** The parts of pages that hold a whole book each. */
function* chapters(folder: string, pattern: RegExp): Generator<Paragraphs> {
  for (const file of filesIn(folder, pattern)) {
    for (const chapter of read(file).split(/(?=<h2 class="(?:chapter|appendix|unnumbered)")/)) {
      if (!/^<h2[^>]*>[^\n]*Free Documentation License/.test(chapter))
        yield paragraphsOfHtml(chapter);
    }
  }
}

const AS_PUBLISHED: readonly Source[] = [
  manual({
    name: 'python3.11-doc',
    title: "Python's documentation",
    package: 'python3.11-doc',
    kind: 'code',
    terms: 'permissive',
    licence: 'PSF-2.0 (Python license)',
    below: 'python3.11/html',
    pages:
      /^(?:c-api|distributing|distutils|extending|faq|howto|install|installing|library|reference|tutorial|using|whatsnew(?!\/changelog)|glossary)\b.*\.html$/,
  }),
  manual({
    name: 'python-django-doc',
    title: "Django's documentation",
    package: 'python-django-doc',
    kind: 'code',
    terms: 'permissive',
    licence: 'BSD-3-Clause',
    below: 'python-django-doc/html',
    pages: /^(?:faq|howto|internals|intro|misc|ref|topics|glossary).*\.html$/,
  }),
  manual({
    name: 'python-sqlalchemy-doc',
    title: "SQLAlchemy's documentation",
    package: 'python-sqlalchemy-doc',
    kind: 'code',
    terms: 'permissive',
    licence: 'MIT (Expat)',
    below: 'python-sqlalchemy-doc/html',
    pages: /^(?!changelog|_modules|genindex|copyright|search).*\.html$/,
  }),
  manual({
    name: 'rust-doc',
    title: 'Books about the Rust language',
    package: 'rust-doc',
    kind: 'code',
    terms: 'permissive',
    licence: 'MIT or Apache-2.0',
    below: 'rust-doc/html',
    // The embedded book has another license.
    pages:
      /^(?:book|nomicon|reference|rust-by-example|edition-guide|rustc|rustdoc|unstable-book)\/(?!.*(?:print|SUMMARY|README)\.html$).*\.html$/,
  }),
  manual({
    name: 'postgresql-doc',
    title: "PostgreSQL's documentation",
    package: 'postgresql-doc-15',
    kind: 'code',
    terms: 'permissive',
    licence: 'PostgreSQL licence',
    below: 'postgresql-doc-15/html',
    pages: /^(?!release|bookindex|legalnotice|acknowledgments|biblio).*\.html$/,
  }),
  manual({
    name: 'apache2-doc',
    title: "Apache HTTP Server's documentation",
    package: 'apache2-doc',
    kind: 'code',
    terms: 'permissive',
    licence: 'Apache-2.0',
    below: 'apache2-doc/manual/en',
    pages: /^(?!license|new_features|upgrading).*\.html$/,
  }),
  manual({
    name: 'git-doc',
    title: "Git's documentation",
    package: 'git-doc',
    kind: 'code',
    terms: 'copyleft',
    licence: 'GPL-2',
    below: 'git-doc',
    pages: /\.html$/,
  }),
  manual({
    name: 'erlang-doc',
    title: "Erlang/OTP's documentation",
    package: 'erlang-doc',
    kind: 'code',
    terms: 'permissive',
    licence: 'Apache-2.0',
    below: 'erlang-doc',
    pages: /^(?!lib\/(?:wx|jinterface|eldap))(?!.*(?:notes|history)[^/]*\.html$).*\.html$/,
  }),
  {
    name: 'nodejs-doc',
    title: "Node.js's documentation",
    package: { kind: 'debian', name: 'nodejs-doc' },
    kind: 'code',
    terms: 'permissive',
    licence: 'MIT (Expat)',
    read: (folder) => {
      const files = filesIn(
        path.join(folder, DOCUMENTATION, 'nodejs/api'),
        /^(?!all|index).*\.html$/,
      );
      const history = /<details class="changelog">[^]*?<\/details>/g;
      return files.map((file) => paragraphsOfHtml(read(file).replace(history, '')));
    },
  },
  manual({
    name: 'shorewall-doc',
    title: "Shorewall's documentation",
    package: 'shorewall-doc',
    kind: 'code',
    terms: 'copyleft',
    licence: 'GFDL-1.2 or later, no invariant sections',
    below: 'shorewall-doc/html',
    // Those whose names end in a language's are translations.
    pages:
      /^(?!Gnu|Documentation_Index|index|manpages|quotes|survey|template|useful).*(?<!_fr|_ru)\.html?$/,
  }),
  manual({
    name: 'exim4-doc',
    title: 'Specification of the Exim mail transfer agent',
    package: 'exim4-doc-html',
    kind: 'code',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    below: 'exim4-doc-html/spec_html',
    pages: /\.html$/,
  }),
  manual({
    name: 'postfix-doc',
    title: "Postfix's documentation",
    package: 'postfix-doc',
    kind: 'code',
    terms: 'copyleft',
    licence: 'EPL-2.0 or IPL-1.0',
    below: 'postfix/html',
    pages: /\.html$/,
  }),
  manual({
    name: 'bind9-doc',
    title: 'BIND 9 administrator reference manual',
    package: 'bind9-doc',
    kind: 'code',
    terms: 'copyleft',
    licence: 'MPL-2.0',
    below: 'bind9-doc/arm',
    pages: /^(?:chapter\d+|dnssec-guide|general|history|manpages|reference)\.html$/,
  }),
  manual({
    name: 'octave-doc',
    title: "GNU Octave's manual",
    package: 'octave-doc',
    kind: 'code',
    terms: 'copyleft',
    licence: 'GPL-3 or later; manual: copies and changed versions under the same notice',
    below: 'octave/octave.html',
    pages: /^(?!XREF|Copying|index\.).*\.html$/,
  }),
  manual({
    name: 'maxima-doc',
    title: "Maxima's manual",
    package: 'maxima-doc',
    kind: 'code',
    terms: 'copyleft',
    licence: 'GPL-2',
    below: 'maxima-doc/html',
    pages: /^(?:intro)?max.*\.html$/,
  }),
  {
    name: 'r-doc',
    title: "R's manuals",
    package: { kind: 'debian', name: 'r-doc-html' },
    kind: 'code',
    terms: 'copyleft',
    licence: 'GPL-2; manuals: copies and changed versions under the same notice',
    read: (folder) => chapters(path.join(folder, 'usr/share/R/doc/manual'), /\.html$/),
  },
  {
    name: 'bash-doc',
    title: 'Bash reference manual',
    package: { kind: 'debian', name: 'bash-doc' },
    kind: 'code',
    terms: 'copyleft',
    licence: 'GFDL-1.3 or later, no invariant sections',
    read: (folder) => chapters(path.join(folder, DOCUMENTATION, 'bash'), /^bashref\.html$/),
  },
  manual({
    name: 'zsh-doc',
    title: "Zsh's manual",
    package: 'zsh-doc',
    kind: 'code',
    terms: 'copyleft',
    licence:
      'Zsh licence (MIT-like); manual: copies and changed versions under the same notice; FAQ: any use that keeps its notice',
    below: 'zsh-common/html',
    pages: /^(?!.*Index).*\.html$/,
  }),
  {
    name: 'perl-doc',
    title: "Perl's documentation",
    package: { kind: 'debian', name: 'perl-doc' },
    kind: 'code',
    terms: 'permissive',
    licence: 'Artistic or GPL-1 or later',
    read: (folder) => {
      // Left out are pages on releases, licences, and pages in other languages.
      const pages =
        /\/pod\/(?!perl(?:\d*delta|artistic|gpl|hist|toc|podstyle|cn|jp|ko|tw)\.).*\.pod$/;
      const files = filesIn(path.join(folder, 'usr/share/perl'), pages);
      return files.map((file) => paragraphsOfPod(read(file)));
    },
  },
  {
    name: 'vim-help',
    title: "Vim's help",
    package: { kind: 'debian', name: 'vim-runtime' },
    kind: 'code',
    terms: 'copyleft',
    licence: 'Open Publication License 1.0 or later, no options',
    read: (folder) => {
      const pages =
        /^vim\d+\/doc\/(?!version\d|pi_|ft_ps1|todo|uganda|sponsor|quickref|index|usr_toc).*\.txt$/;
      const files = filesIn(path.join(folder, 'usr/share/vim'), pages);
      return files.map((file) => paragraphsOfVimHelp(read(file)));
    },
  },
  {
    name: 'lyx-docs',
    title: "LyX's manuals",
    package: { kind: 'debian', name: 'lyx-common' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: function* (folder) {
      const documents = path.join(folder, 'usr/share/lyx/doc');
      // Folders hold translations.
      for (const name of fs.readdirSync(documents).sort())
        if (/^(?!Dummy|LFUNs|LaTeXConfig).*\.lyx$/.test(name))
          yield* chaptersOfLyx(read(path.join(documents, name)));
    },
  },
  manual({
    name: 'linux-doc',
    title: "Linux's documentation",
    package: 'linux-doc-6.1',
    kind: 'code',
    terms: 'copyleft',
    licence: 'GPL-2; some pages GFDL-1.1 or later, no invariant sections',
    below: 'linux-doc-6.1/html',
    // Left out too are pages that consist of comments on structures in the source.
    pages:
      /^(?!translations|driver-api|gpu|_|genindex|search|process\/license-rules|userspace-api\/media\/fdl).*\.html$/,
  }),
  manual({
    name: 'sklearn-doc',
    title: "scikit-learn's documentation",
    package: 'python-sklearn-doc',
    kind: 'code',
    terms: 'permissive',
    licence: 'BSD-3-Clause',
    below: 'python-sklearn-doc/html',
    pages: /^(?!whats_new|_|genindex|search|about|testimonials).*\.html$/,
  }),
];

/** Documentation of free software. */
export const MANUALS: readonly Source[] = AS_PUBLISHED.map((source) => ({
  ...source,
  read: (folder) => withoutFurniture(source.read(folder)),
}));
