/** Peak memory of `masklab mask` by the size of what it masks. */
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { round2 } from './contender.js';
import { prose } from './dataText.js';

const root = path.join(import.meta.dirname, '../..');

export interface MemoryResult {
  readonly megabytes: number;
  readonly format: string;
  readonly peakMegabytes: number;
  readonly seconds: number;
  readonly megabytesASecond: number;
}

/** JSON lines of 10 MB, 100 MB and 1 GB, and Parquet, whose row groups are held for a while. */
export async function measureMemory(options: {
  readonly folder: string | null;
  readonly quick: boolean;
  readonly temporary: string;
}): Promise<MemoryResult[]> {
  const { folder, quick, temporary } = options;
  const texts = prose(folder, 4);
  const cli = await bundledCommand(temporary);
  const policy = path.join(temporary, 'bert.mask.json');
  writeFileSync(policy, '{ "version": 1 }');
  const results: MemoryResult[] = [];
  for (const megabytes of quick ? [10, 100] : [10, 100, 1000]) {
    const data = path.join(temporary, `${megabytes}.txt`);
    generate(data, megabytes, texts);
    for (const format of megabytes === 100 ? ['jsonl', 'parquet'] : ['jsonl']) {
      const out = path.join(temporary, `out.${format}`);
      const args = [cli, 'mask', '--policy', policy, '--data', data, '--out', out];
      results.push({ megabytes, format, ...(await measure(args, megabytes)) });
      rmSync(out);
    }
    rmSync(data);
  }
  return results;
}

/** Real paragraphs in another order each time, each with a number, so that no two are the same. */
function generate(file: string, megabytes: number, texts: readonly string[]): void {
  const handle = openSync(file, 'w');
  let written = 0;
  for (let i = 0; written < megabytes * 1e6; i++) {
    const lines: string[] = [];
    for (let j = 0; j < 100; j++) {
      const text = texts[(i * 100 + j * 7919 + Math.floor(i / 97)) % texts.length]!;
      lines.push(`${text} (${i * 100 + j})\n\n`);
    }
    written += writeSync(handle, lines.join(''));
  }
  closeSync(handle);
}

async function measure(
  args: readonly string[],
  megabytes: number,
): Promise<Omit<MemoryResult, 'megabytes' | 'format'>> {
  const started = performance.now();
  const peak = path.join(path.dirname(args[0]!), 'peak.cjs');
  const child = spawn(process.execPath, ['--require', peak, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  const found = /^peak (\d+)$/m.exec(said);
  if (code !== 0 || found === null) throw new Error(said);
  const seconds = (performance.now() - started) / 1000;
  return {
    peakMegabytes: Math.round(Number(found[1]) / 1000),
    seconds: round2(seconds),
    megabytesASecond: round2(megabytes / seconds),
  };
}

/** The command line as it ships, and beside it what makes it say how much memory it took. */
async function bundledCommand(temporary: string): Promise<string> {
  const outfile = path.join(temporary, 'dist/cli.cjs');
  await build({
    entryPoints: [path.join(root, 'src/cli/main.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['onnxruntime-node'],
    alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
    outfile,
    logLevel: 'error',
  });
  symlinkSync(path.join(root, 'media'), path.join(temporary, 'media'), 'junction');
  symlinkSync(path.join(root, 'node_modules'), path.join(temporary, 'node_modules'), 'junction');
  writeFileSync(
    path.join(temporary, 'dist/peak.cjs'),
    "process.on('exit', () => console.error('peak ' + process.resourceUsage().maxRSS));\n",
  );
  return outfile;
}

export function reportMemory(results: readonly MemoryResult[]): string {
  return [
    'masklab mask, whole processes:',
    ...results.map(
      ({ megabytes, format, peakMegabytes, seconds, megabytesASecond }) =>
        `${String(megabytes).padStart(6)} MB to ${format.padEnd(8)} peak ${String(peakMegabytes).padStart(5)} MB  ${seconds.toFixed(1).padStart(6)} s  ${megabytesASecond.toFixed(1)} MB/s`,
    ),
  ].join('\n');
}
