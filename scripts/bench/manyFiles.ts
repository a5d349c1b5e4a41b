// `npm run bench:files`: peak memory and time of `masklab profile` on a folder of many small files.
// -- <files> takes another number than 200,000.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const FILES_PER_FOLDER = 500;
const POLL_MILLISECONDS = 50;

function fill(folder: string, files: number): void {
  for (let i = 0; i < files; i++) {
    const below = path.join(folder, `part-${Math.floor(i / FILES_PER_FOLDER)}`);
    if (i % FILES_PER_FOLDER === 0) mkdirSync(below);
    const text = `The whale number ${i} rose slowly, and the sea closed over it.\n`;
    writeFileSync(path.join(below, `text-${i}.txt`), text);
  }
}

/** Peak resident memory of a process in megabytes, as Linux counts it; 0 once it has ended. */
function peakOf(pid: number): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}

async function main(): Promise<void> {
  const files = Number(process.argv[2] ?? 200_000);
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(path.join(root, '.cache/bench-files-'));
  try {
    fill(folder, files);
    const began = performance.now();
    const args = [path.join(root, 'dist/cli.js'), 'profile', '--data', '.'];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, peakOf(child.pid!));
    }, POLL_MILLISECONDS);
    const [code] = (await once(child, 'exit')) as [number];
    clearInterval(timer);
    const seconds = (performance.now() - began) / 1000;
    console.log(
      `${files} files: peak ${Math.round(peak)} MB, ${seconds.toFixed(1)} s, exit code ${code}`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
