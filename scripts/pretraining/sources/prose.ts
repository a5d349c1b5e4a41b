import path from 'node:path';
import { paragraphsOfHtml } from '../cleaning.js';
import { DICTIONARIES } from './dictionaries.js';
import { GAMES } from './games.js';
import {
  DOCUMENTATION,
  filesIn,
  gnomePages,
  htmlPages,
  read,
  sections,
  type Source,
} from './source.js';

const LIBREOFFICE_HELP = 'usr/share/libreoffice/help/en-US/text';

/** General English: an essay, dictionaries, tales of games and manuals for end users. */
export const PROSE: readonly Source[] = [
  {
    name: 'anarchism',
    title: 'An Anarchist FAQ',
    package: { kind: 'debian', name: 'anarchism' },
    kind: 'reference',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: function* (folder) {
      const pages = /^(?:10years|append\w+|intro|sec\w+)\.html$/;
      for (const section of sections(path.join(folder, DOCUMENTATION, 'anarchism/html'), pages)) {
        // Page references and changed letters of quotations are in brackets.
        yield section.map((paragraph) =>
          paragraph
            .replace(/\s*\[(?:[^\]]*\bpp?\.[^\]]*|sic!?)\]/g, '')
            .replace(/\[(\w{1,4})\]/g, '$1'),
        );
      }
    },
  },
  ...DICTIONARIES,
  ...GAMES,
  {
    name: 'gnome-user-docs',
    title: "GNOME's help",
    package: { kind: 'debian', name: 'gnome-user-docs' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'CC-BY-SA-3.0',
    read: (folder) => gnomePages(path.join(folder, 'usr/share/help/C')),
  },
  {
    name: 'gimp-help',
    title: "GIMP's user manual",
    package: { kind: 'debian', name: 'gimp-help-en' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GFDL-1.2 or later, no invariant sections and no cover texts',
    read: (folder) =>
      htmlPages(
        path.join(folder, 'usr/share/gimp/2.0/help/en'),
        /^(?!gfdl|legal|bibliography)[^/]+\.html$/,
      ),
  },
  {
    name: 'libreoffice-help',
    title: "LibreOffice's help",
    package: { kind: 'debian', name: 'libreoffice-help-en-us' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'MPL-2.0',
    read: (folder) => htmlPages(path.join(folder, LIBREOFFICE_HELP), /\.html$/),
  },
  {
    name: 'debian-handbook',
    title: "The Debian Administrator's Handbook",
    package: { kind: 'debian', name: 'debian-handbook' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later, or CC-BY-SA-3.0',
    read: (folder) =>
      htmlPages(
        path.join(folder, DOCUMENTATION, 'debian-handbook/html/en-US'),
        /^(?!index)[^/]+\.html$/,
      ),
  },
  {
    name: 'gnucash-docs',
    title: "GnuCash's guide and help",
    package: { kind: 'debian', name: 'gnucash-docs' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GFDL-1.1 or later, no invariant sections and no cover texts',
    read: (folder) =>
      htmlPages(
        path.join(folder, DOCUMENTATION, 'gnucash-docs'),
        /^gnucash-(?:guide|help)-en\/(?!fdl|authors|index|titlepage)[^/]+\.html$/,
      ),
  },
  {
    name: 'kicad-doc',
    title: "KiCad's manuals",
    package: { kind: 'debian', name: 'kicad-doc-en' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later, or CC-BY-SA-3.0 (pages: GPL-3 or later, or CC-BY-3.0 or later)',
    read: (folder) => sections(path.join(folder, DOCUMENTATION, 'kicad/help/en'), /\.html$/),
  },
  {
    name: 'lilypond-doc',
    title: "LilyPond's manuals",
    package: { kind: 'debian', name: 'lilypond-doc-html' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GFDL-1.3 or later, no invariant sections and no cover texts',
    read: (folder) =>
      htmlPages(
        path.join(folder, DOCUMENTATION, 'lilypond/html/Documentation'),
        /^(?:contributor|essay|extending|learning|music-glossary|notation|usage|web)\/(?!gnu-free|.*license|gpl|fdl)[^/]+\.html$/,
      ),
  },
  {
    name: 'installation-guide',
    title: 'Debian GNU/Linux Installation Guide',
    package: { kind: 'debian', name: 'installation-guide-amd64' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2',
    read: (folder) =>
      htmlPages(
        path.join(folder, DOCUMENTATION, 'installation-guide-amd64/en'),
        /^(?!apf|index)[^/]+\.html$/,
      ),
  },
  {
    name: 'debian-reference',
    title: 'Debian Reference',
    package: { kind: 'debian', name: 'debian-reference-en' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) =>
      sections(path.join(folder, 'usr/share/debian-reference'), /^(?:ch|pr)\d+\.en\.html$/),
  },
  {
    name: 'developers-reference',
    title: "Debian Developer's Reference",
    package: { kind: 'debian', name: 'developers-reference' },
    kind: 'code',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) =>
      sections(
        path.join(folder, 'usr/share/developers-reference'),
        /^(?!index|search|developers-reference)[^/]+\.html$/,
      ),
  },
  {
    name: 'debian-policy',
    title: 'Debian Policy Manual',
    package: { kind: 'debian', name: 'debian-policy' },
    kind: 'code',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) =>
      sections(
        path.join(folder, DOCUMENTATION, 'debian-policy/policy.html'),
        /^(?!ap-license|index|search|genindex)[^/]+\.html$/,
      ),
  },
  {
    name: 'harden-doc',
    title: 'Securing Debian Manual',
    package: { kind: 'debian', name: 'harden-doc' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) =>
      htmlPages(
        path.join(folder, DOCUMENTATION, 'harden-doc/html/en-US'),
        /^(?!changelog|credits|references|securityreferences|index)[^/]+\.html$/,
      ),
  },
  {
    name: 'inkscape-tutorials',
    title: "Inkscape's tutorials",
    package: { kind: 'debian', name: 'inkscape-tutorials' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL (no version stated)',
    read: function* (folder) {
      const tutorials = path.join(folder, 'usr/share/inkscape/tutorials');
      for (const file of filesIn(tutorials, /^tutorial-[\w-]+\.svg$/))
        yield paragraphsOfHtml(read(file).replace(/<text\b[^>]*>/g, '<p>'));
    },
  },
  {
    name: 'maint-guide',
    title: "Debian New Maintainers' Guide",
    package: { kind: 'debian', name: 'maint-guide' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) =>
      sections(path.join(folder, DOCUMENTATION, 'maint-guide/html'), /^(?!index)\w+\.en\.html$/),
  },
  {
    name: 'aptitude-doc',
    title: "Aptitude's user manual",
    package: { kind: 'debian', name: 'aptitude-doc-en' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) =>
      htmlPages(
        path.join(folder, DOCUMENTATION, 'aptitude/html/en'),
        /^(?!ch04|index)[^/]+\.html$/,
      ),
  },
];
