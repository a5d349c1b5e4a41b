import path from 'node:path';
import { DOCUMENTATION, gnomePages, htmlPages, sections, type Source } from './source.js';

/**
 * Text in Simplified Chinese: manuals whose translations are under the terms of the originals. Of
 * those that are translated in part, cleaning leaves the Chinese paragraphs.
 */
export const CHINESE: readonly Source[] = [
  {
    name: 'libreoffice-help',
    title: "LibreOffice's help",
    package: { kind: 'debian', name: 'libreoffice-help-zh-cn' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'MPL-2.0',
    read: (folder) =>
      htmlPages(path.join(folder, 'usr/share/libreoffice/help/zh-CN/text'), /\.html$/),
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
        path.join(folder, DOCUMENTATION, 'debian-handbook/html/zh-CN'),
        /^(?!index)[^/]+\.html$/,
      ),
  },
  {
    name: 'gnome-user-docs',
    title: "GNOME's help",
    package: { kind: 'debian', name: 'gnome-user-docs' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'CC-BY-SA-3.0',
    read: (folder) => gnomePages(path.join(folder, 'usr/share/help/zh_CN')),
  },
  {
    name: 'gimp-help',
    title: "GIMP's user manual",
    package: { kind: 'debian', name: 'gimp-help-zh-cn' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GFDL-1.2 or later, no invariant sections and no cover texts',
    read: (folder) =>
      htmlPages(
        path.join(folder, 'usr/share/gimp/2.0/help/zh_CN'),
        /^(?!gfdl|legal|bibliography)[^/]+\.html$/,
      ),
  },
  {
    name: 'debian-reference',
    title: 'Debian Reference',
    package: { kind: 'debian', name: 'debian-reference-zh-cn' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) =>
      sections(path.join(folder, 'usr/share/debian-reference'), /^(?:ch|pr)\d+\.zh-cn\.html$/),
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
        path.join(folder, DOCUMENTATION, 'installation-guide-amd64/zh_CN'),
        /^(?!apf|index)[^/]+\.html$/,
      ),
  },
  {
    name: 'kicad-doc',
    title: "KiCad's manuals",
    package: { kind: 'debian', name: 'kicad-doc-zh' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later, or CC-BY-SA-3.0 (pages: GPL-3 or later, or CC-BY-3.0 or later)',
    read: (folder) => sections(path.join(folder, DOCUMENTATION, 'kicad/help/zh'), /\.html$/),
  },
  {
    name: 'debian-edu-doc',
    title: 'Debian Edu / Skolelinux Manual',
    package: { kind: 'debian', name: 'debian-edu-doc-zh-cn' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) =>
      sections(
        path.join(folder, DOCUMENTATION, 'debian-edu-doc-zh-cn'),
        /^debian-edu-bookworm-manual\.html$/,
      ),
  },
  {
    name: 'maint-guide',
    title: "Debian New Maintainers' Guide",
    package: { kind: 'debian', name: 'maint-guide-zh-cn' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'GPL-2 or later',
    read: (folder) =>
      sections(
        path.join(folder, DOCUMENTATION, 'maint-guide-zh-cn/html'),
        /^(?!index)\w+\.zh-cn\.html$/,
      ),
  },
  {
    name: 'debian-faq',
    title: 'The Debian GNU/Linux FAQ',
    package: { kind: 'debian', name: 'debian-faq-zh-cn' },
    kind: 'manual',
    terms: 'copyleft',
    licence: 'may be copied, changed and translated where the same permission goes with it',
    read: (folder) =>
      sections(
        path.join(folder, DOCUMENTATION, 'debian/FAQ/zh-cn'),
        /^(?!index)[\w-]+\.zh-cn\.html$/,
      ),
  },
];
