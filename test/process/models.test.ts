import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { useHub } from '../support/hubPlace.js';
import { oidOf } from '../support/hubServer.js';
import { DIST } from './trainerRuns.js';
import { masklab, UNNAMED, type CommandResult } from './commandLine.js';

describe('masklab models', () => {
  const place = useHub();
  const environment = (more: Record<string, string> = {}): Record<string, string> => ({
    HF_ENDPOINT: place().server.endpoint,
    HF_HUB_CACHE: place().cache,
    HF_TOKEN: '',
    HF_TOKEN_PATH: path.join(place().folder, 'no-token'),
    ...more,
  });
  const run = (args: string[], more?: Record<string, string>): Promise<CommandResult> =>
    masklab(place().folder, args, { environment: environment(more) });

  it('search, add, use, list and remove a model', { timeout: 120_000 }, async () => {
    const found = await run(['models', 'search', 'tiny']);
    expect(found.output).toMatch(/^acme\/tiny +fill-mask +bert .*apache-2\.0/);
    expect(found.output).not.toContain('does not load');

    const missing = await run(['fill', '--model', 'acme/tiny', 'the [MASK] fox']);
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.output).toContain('Download it with "masklab models add acme/tiny".');
    expect(fs.existsSync(place().cache)).toBe(false);

    const dry = await run(['models', 'add', 'acme/tiny', '--dry-run']);
    expect(dry.output).toMatch(/loads here +yes/);
    expect(dry.output).toMatch(/to download +\d+ kB from 127\.0\.0\.1:\d+/);
    expect(fs.existsSync(place().cache)).toBe(false);

    const added = await run(['models', 'add', 'acme/tiny']);
    expect(added.output).toMatch(/^Downloading \d+ kB from 127\.0\.0\.1:\d+\./);
    expect(added.output).toContain('Use it with --model acme/tiny.');

    place().server.requests.length = 0;
    const filled = await run(['fill', '--model', 'acme/tiny', 'the [MASK] fox']);
    expect(filled.output).toContain('model: acme/tiny');
    const listed = await run(['models', 'list']);
    expect(listed.output).toMatch(/In the shared cache \(.*\)\n {2}acme\/tiny +bert +fill-mask/);
    expect(listed.output).toMatch(/In this folder\n {2}source +bert/);
    expect(place().server.requests).toEqual([]);

    const removed = await run(['models', 'rm', 'acme/tiny']);
    expect(removed.output).toMatch(/^Removed acme\/tiny and freed \d+ kB\./);
    expect(fs.readdirSync(place().cache)).not.toContain('models--acme--tiny');
  });

  it('records repository, commit and hashes in a run', { timeout: 120_000 }, async () => {
    await run(['models', 'add', 'acme/tiny@main']);
    fs.writeFileSync(path.join(place().folder, 'a.txt'), 'the quick fox. '.repeat(200));
    const queued = await run([
      ...['train', '--data', 'a.txt', '--model', 'acme/tiny', '--queue', '--json'],
    ]);
    expect(queued.output).not.toMatch(UNNAMED);
    const runs = path.join(place().folder, '.masklab/runs');
    const [id = ''] = fs
      .readdirSync(runs)
      .filter((name) => !name.startsWith('.') && !name.endsWith('.json'));
    const { model } = JSON.parse(fs.readFileSync(path.join(runs, id, 'run.json'), 'utf8')) as {
      model: { name: string; hub: { files: Record<string, string>; commit: string } };
    };
    const served = place().server.models.get('acme/tiny')!;
    expect(model).toMatchObject({
      name: 'acme/tiny',
      hub: {
        repository: 'acme/tiny',
        commit: place().server.commitOf(served),
        files: {
          'model.safetensors': oidOf('model.safetensors', served.files.get('model.safetensors')!),
        },
      },
    });
    // The cache of another machine is elsewhere; without the model, the error names its commit.
    const elsewhere = path.join(place().folder, 'elsewhere');
    const directory = path.join(runs, id);
    fs.renameSync(place().cache, elsewhere);
    const moved = await run(['models', 'list', '--json'], { HF_HUB_CACHE: elsewhere });
    expect(moved.output).toMatch(/"origin":"cache"[^}]*"usedBy":\["[^"]+"\]/);
    const resumed = await run(['resume', directory]);
    expect(resumed.output).toContain(`masklab models add acme/tiny@${model.hub.commit}`);
    fs.renameSync(elsewhere, place().cache);
    const listed = await run(['models', 'list', '--json']);
    expect(listed.output).toMatch(/"origin":"cache"[^}]*"usedBy":\["[^"]+"\]/);
  });

  it.each([
    [['models', 'add', 'acme/tiny'], { HF_HUB_OFFLINE: '1' }, /HF_HUB_OFFLINE is set/],
    [['models', 'add', '../../etc'], {}, /is not the name of a model/],
    [['models', 'add', 'acme/tiny@no-such'], {}, /has no revision "no-such"/],
    [['models', 'add', 'acme/tinny'], {}, /Similar names: acme\/tiny\./],
    [['models', 'rm', 'acme/tiny'], {}, /There is no model acme\/tiny in the shared cache/],
    [['models', 'search', 'x'], { HF_ENDPOINT: 'ftp://x' }, /HF_ENDPOINT is "ftp:\/\/x"/],
    [['models'], {}, /requires a subcommand: list, search, add, or rm\./],
  ])('explain %j', async (args, more, expected) => {
    const { code, output } = await run(args, more);
    expect(output).toMatch(expected);
    expect(output).not.toMatch(UNNAMED);
    expect(code).toBe(2);
  });

  it('are downloaded once by two processes', { timeout: 120_000 }, async () => {
    const both = await Promise.all([0, 1].map(() => run(['models', 'add', 'acme/tiny'])));
    for (const { code, output } of both) {
      expect(output).not.toMatch(UNNAMED);
      expect(code, output).toBe(0);
    }
    const { source, server } = place();
    const snapshots = path.join(place().cache, 'models--acme--tiny/snapshots');
    const [commit = '', ...others] = fs.readdirSync(snapshots);
    expect(others).toEqual([]);
    const name = 'model.safetensors';
    const arrived = fs.readFileSync(path.join(snapshots, commit, name));
    expect(arrived).toEqual(fs.readFileSync(path.join(source, name)));
    const whole = server.contentRequests(name).filter(({ headers }) => !headers.range);
    expect(whole).toHaveLength(1);
  });

  it('continue after the process was killed', { timeout: 120_000 }, async () => {
    const { server, source } = place();
    let isFirst = true;
    const arrived = new Promise<void>((resolve) => {
      server.faults.push((seen, response, delivery) => {
        const isWhole = delivery !== null && seen.headers.range === undefined;
        if (!isWhole || !seen.url.endsWith('/model.safetensors') || !isFirst) return false;
        isFirst = false;
        response.writeHead(delivery.status, delivery.headers);
        response.write(delivery.body.subarray(0, 30_000), () => {
          resolve();
        });
        return true;
      });
    });
    const child = spawn(
      process.execPath,
      [path.join(DIST, 'cli.js'), 'models', 'add', 'acme/tiny'],
      {
        env: { ...process.env, ...environment() },
        stdio: 'ignore',
      },
    );
    await arrived;
    const blob = path.join(
      place().cache,
      'models--acme--tiny/blobs',
      oidOf('model.safetensors', fs.readFileSync(path.join(source, 'model.safetensors'))),
    );
    while ((fs.statSync(`${blob}.incomplete`, { throwIfNoEntry: false })?.size ?? 0) === 0) {
      child.kill('SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (child.exitCode !== null || child.signalCode !== null) break;
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(fs.existsSync(blob)).toBe(false);
    const use = await run(['fill', '--model', 'acme/tiny', 'the [MASK] fox']);
    expect(use.output).toContain('Download it with "masklab models add acme/tiny".');
    const again = await run(['models', 'add', 'acme/tiny']);
    expect(again.code).toBe(0);
    expect(fs.readFileSync(blob)).toEqual(fs.readFileSync(path.join(source, 'model.safetensors')));
  });
});
