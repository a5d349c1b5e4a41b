import fs from 'node:fs';
import path from 'node:path';
import { AppError } from '../../core/errors.js';
import { asideOf, replaceFolder, storing } from '../files/storage.js';
import { hubTokenizerConfig } from './tokenizerFiles.js';

const TOKENIZER = 'tokenizer.json';
const CONFIG = 'tokenizer_config.json';
/** As many as most encoders take; a model that is made for the tokenizer says its own. */
const MAX_LENGTH = 512;

/** Throws `UserInput` where a folder has something else in it than a tokenizer written here. */
export function refuseForeignFolder(folder: string): void {
  const stats = fs.statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return;
  const others = stats.isDirectory()
    ? fs.readdirSync(folder).filter((name) => name !== TOKENIZER && name !== CONFIG)
    : [path.basename(folder)];
  if (others.length === 0) return;
  const what = stats.isDirectory() ? `has other files in it (${others[0]!})` : 'is a file';
  throw new AppError({
    code: 'UserInput',
    details: { problem: `${folder} ${what}.`, remedy: 'Choose a new or an empty folder.' },
  });
}

/** Writes a tokenizer's two files aside and renames them, so that a reader sees both or neither. */
export function writeTokenizerFolder(folder: string, tokenizerJson: object): void {
  const aside = asideOf(folder);
  storing(folder, () => {
    try {
      fs.mkdirSync(aside, { recursive: true });
      const config = hubTokenizerConfig({ tokenizerJson }, { maxLength: MAX_LENGTH });
      for (const [name, value] of Object.entries({
        [TOKENIZER]: tokenizerJson,
        [CONFIG]: config,
      })) {
        fs.writeFileSync(path.join(aside, name), JSON.stringify(value, null, 2) + '\n');
      }
      replaceFolder(aside, folder);
    } catch (thrown) {
      fs.rmSync(aside, { recursive: true, force: true });
      throw thrown;
    }
  });
}
