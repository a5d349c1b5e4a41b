import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Paragraphs } from '../cleaning.js';
import type { Package } from '../packages.js';

/**
 * What a licence asks of those who pass the text on: nothing, that its authors are named, or that
 * what is made of it is shared alike.
 */
export type Terms = 'public-domain' | 'permissive' | 'copyleft';

/** Text for pre-training, with where it comes from and why it may be used. */
export interface Source {
  readonly name: string;
  readonly title: string;
  readonly package: Package;
  readonly terms: Terms;
  /** As the package's own copyright file or README states it for this text. */
  readonly licence: string;
  /** Documents of the unpacked package. */
  read(folder: string): Iterable<Paragraphs>;
}

export const DOCUMENTATION = 'usr/share/doc';

/** Files below `folder` whose paths match, in order. */
export function filesIn(folder: string, pattern: RegExp): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .sort()
    .map((file) => path.join(folder, file));
}

export function read(file: string, encoding: 'utf8' | 'latin1' = 'utf8'): string {
  return fs.readFileSync(file).toString(encoding);
}

export function unzip(file: string): string {
  return gunzipSync(fs.readFileSync(file)).toString('utf8');
}
