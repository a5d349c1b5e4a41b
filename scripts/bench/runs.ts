// `npm run bench:runs`: reading runs as the editor does.
// 1. Lists 1,000 runs into the index that tree and table hold: for the first time on this machine,
//    cold (a new process with the facts that an earlier one stored, as each start of the editor) and
//    warm (unchanged files), and beside it a plain JSON.parse of the same files as the peer.
//    Then makes the rows of the Experiments view of them: 500 settings with two seeds each, plain, and
//    filtered, sorted and grouped; and again after one run has progressed, as each update does.
// 2. Follows a run that a simulated trainer (another process, 20 steps a second) appends to: CPU time
//    of a process that follows it with rows (a panel is open), of one that follows it without (the
//    tree alone), each less that of a process that does nothing, all at the same time.
// 3. Opens a panel on 100,000 rows: from the request until the whole history has crossed a channel
//    as the page gets it, validated and restored to curves that can be drawn.
// Wall times depend on what else the machine does; CPU times (of all threads) hardly do.
// --json ends with one line that holds the result as JSON.
import '../../src/host/platform/zodInEditor.js';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import Module from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { historyOf } from '../../src/core/runs/runHistory.js';
import type { MetricsRow } from '../../src/core/runs/schema.js';
import { PanelFeed } from '../../src/host/runs/panel/panelFeed.js';
import { RunIndex } from '../../src/host/runs/runIndex.js';
import type { TreeSettings } from '../../src/host/runs/tree/treeSettings.js';
import { listRunDirectories, runsFolderOf } from '../../src/node/runs/runDirectory.js';
import { RunFollowers } from '../../src/node/runs/runFollowers.js';
import { RunReader, type RunSummary } from '../../src/node/runs/runReader.js';
import { tokenOf } from '../../src/node/runs/processes.js';
import { initialRunState } from '../../src/node/runs/runState.js';
import { RunWriter } from '../../src/node/runs/runWriter.js';
import { Channel, type Port } from '../../src/protocol/channel.js';
import { PANEL_HOST_SIDE, PANEL_SIDE } from '../../src/protocol/runPanelMessages.js';
import { specOf } from '../../test/support/syntheticRuns.js';

const RUNS = 1000;
const FILES_A_RUN = 30;
const ROWS = 100_000;
const LIVE_SECONDS = 10;
const STEP_MILLISECONDS = 50;
const REPEATS = 5;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'masklab-bench-runs-'));
  try {
    const listing = await benchListing(folder);
    console.log(
      `${RUNS} runs listed cold in ${timesText(listing.cold)} (goal: under 200 ms), for the first time in ${timesText(listing.first)}, warm in ${timesText(listing.warm)}; plain JSON.parse of the same files: ${timesText(listing.peer)}`,
    );
    const tree = await benchTree(folder);
    console.log(
      `rows of ${RUNS} runs in ${timesText(tree.first)} (goal: under 200 ms), again after an update in ${timesText(tree.plain)}, filtered, sorted and grouped in ${timesText(tree.arranged)}`,
    );
    const live = await benchLive(path.join(folder, 'live'));
    console.log(
      `a live run costs ${percent(live.panelShare)} of a core with a panel, ${percent(live.treeShare)} without (goal: under 1%), beyond ${percent(live.idleShare)} of an idle process`,
    );
    const panel = await benchPanel(path.join(folder, 'long'));
    console.log(
      `a panel on ${ROWS} rows in ${timesText(panel.open)} (goal: under 300 ms), again while it is followed in ${timesText(panel.again)}; JSON.parse of the rows alone: ${timesText(panel.peer)}`,
    );
    if (values.json)
      console.log(JSON.stringify({ runs: RUNS, rows: ROWS, listing, tree, live, panel }));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

interface Times {
  readonly wallMs: number;
  readonly cpuMs: number;
}

function timesText({ wallMs, cpuMs }: Times): string {
  return `${wallMs.toFixed(0)} ms (${cpuMs.toFixed(0)} ms of CPU)`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`;
}

/** Runs of the same `setting` differ only in their seed. */
function makeRun(
  directory: string,
  name: string,
  { setting = 0, seed = 0 }: { readonly setting?: number; readonly seed?: number } = {},
): RunWriter {
  fs.mkdirSync(directory, { recursive: true });
  const plain = specOf(name, { files: FILES_A_RUN });
  const spec = {
    ...plain,
    optimizer: { ...plain.optimizer, learningRate: (setting + 1) * 1e-6 },
    training: { ...plain.training, seed },
  };
  fs.writeFileSync(path.join(directory, 'run.json'), JSON.stringify(spec, null, 2));
  const writer = new RunWriter(directory, initialRunState());
  writer.update({ status: 'finished', totalSteps: 100, step: 100 });
  return writer;
}

function rowAt(step: number): MetricsRow {
  return {
    step,
    epoch: step / 5000,
    time: step * 0.05123,
    split: 'train',
    loss: 2 + Math.sin(step) / 7,
    learningRate: 0.0000456789 + step * 1e-10,
    gradientNorm: 1 + Math.cos(step) / 3,
    tokensPerSecond: 12_345.678 + (step % 97),
  };
}

async function benchListing(
  workspace: string,
): Promise<{ first: Times; cold: Times; warm: Times; peer: Times }> {
  const runsFolder = runsFolderOf(workspace);
  for (let i = 0; i < RUNS; i++) {
    const id = `20260101-${String(i).padStart(6, '0')}-run`;
    makeRun(path.join(runsFolder, id), id, { setting: Math.floor(i / 2), seed: i % 2 });
  }
  const first: Times[] = [];
  const cold: Times[] = [];
  const warm: Times[] = [];
  const peer: Times[] = [];
  const factsFile = path.join(workspace, 'runFacts.json');
  for (let i = 0; i < REPEATS; i++) {
    fs.rmSync(factsFile, { force: true });
    first.push(await timesOf(() => indexOf(workspace, factsFile).refresh()));
    const index = indexOf(workspace, factsFile);
    cold.push(await timesOf(() => index.refresh()));
    warm.push(await timesOf(() => index.refresh()));
    peer.push(await timesOf(() => parsePlainly(runsFolder)));
    if (index.list().length !== RUNS) throw new Error(`only ${index.list().length} runs listed`);
  }
  return { first: median(first), cold: median(cold), warm: median(warm), peer: median(peer) };
}

/** Index that the editor's tree and table read, in a new process. */
function indexOf(workspace: string, factsFile: string): RunIndex {
  const reader = new RunReader({ factsFile });
  return new RunIndex({
    reader,
    followers: new RunFollowers(reader),
    folders: () => [workspace],
    watch: () => undefined,
    onDidChange: () => undefined,
    onError: (thrown) => {
      throw thrown;
    },
  });
}

/** Rows of the Experiments view, the first time with parameters that are not parsed yet. */
async function benchTree(
  workspace: string,
): Promise<{ first: Times; plain: Times; arranged: Times }> {
  useFakeEditor();
  const { treeContent } = await import('../../src/host/runs/tree/treeRows.js');
  const rowsOf = (runs: readonly RunSummary[], settings: TreeSettings): Promise<Times> =>
    timesOf(() => {
      const { shown } = treeContent({
        runs,
        settings,
        usedForHovers: [],
        followedByHovers: null,
        studies: new Map(),
        waits: new Map(),
      });
      if (shown === 0) throw new Error('no run is shown');
      return Promise.resolve();
    });
  const plain: TreeSettings = { filter: '', sort: 'date', groupBy: null };
  const arranged: TreeSettings = {
    filter: 'lr > 1e-4 -status:failed',
    sort: '-lr',
    groupBy: 'optimizer.learningRate',
  };
  const times: { first: Times[]; plain: Times[]; arranged: Times[] } = {
    ...{ first: [], plain: [], arranged: [] },
  };
  for (let i = 0; i < REPEATS; i++) {
    const index = indexOf(workspace, path.join(workspace, 'runFacts.json'));
    await index.refresh();
    times.first.push(await rowsOf(index.list(), plain));
    times.plain.push(await rowsOf(index.list(), plain));
    times.arranged.push(await rowsOf(index.list(), arranged));
  }
  return {
    first: median(times.first),
    plain: median(times.plain),
    arranged: median(times.arranged),
  };
}

/** Lets code that shows texts run here: it asks the editor for nothing but translations. */
function useFakeEditor(): void {
  const resolver = Module as unknown as {
    _resolveFilename: (request: string, ...more: unknown[]) => string;
  };
  const resolve = resolver._resolveFilename;
  const fake = path.resolve(import.meta.dirname, '../../test/support/fakeVscode.ts');
  resolver._resolveFilename = (request, ...more) =>
    request === 'vscode' ? fake : resolve(request, ...more);
}

async function parsePlainly(runsFolder: string): Promise<void> {
  const directories = await listRunDirectories(runsFolder);
  await Promise.all(
    directories.flatMap((directory) =>
      ['run.json', 'state.json'].map(async (name) => {
        JSON.parse(await fs.promises.readFile(path.join(directory, name), 'utf8'));
      }),
    ),
  );
}

/** Until the reader's code is compiled; an editor follows a run for hours. */
const WARM_UP_MILLISECONDS = 12_000;

const FOLLOWING = ['nothing', 'state', 'rows'] as const;
type Following = (typeof FOLLOWING)[number];

/** Shares of one core that following a live run costs, beyond those of an idle process. */
async function benchLive(
  directory: string,
): Promise<{ panelShare: number; treeShare: number; idleShare: number }> {
  makeRun(directory, 'live');
  const trainer = fork(import.meta.filename, ['--simulate', directory]);
  const [nothing, state, rows] = await Promise.all(
    FOLLOWING.map((following) => shareOfReader(directory, following)),
  );
  const ended = new Promise((resolve) => trainer.once('exit', resolve));
  trainer.kill();
  await ended;
  return { panelShare: rows! - nothing!, treeShare: state! - nothing!, idleShare: nothing! };
}

/** Share of one core that a process takes while it follows a live run. */
async function shareOfReader(directory: string, following: Following): Promise<number> {
  const reader = fork(import.meta.filename, ['--follow', directory, following]);
  const [answer] = (await once(reader, 'message')) as [{ share: number } | { problem: string }];
  if ('problem' in answer) throw new Error(answer.problem);
  return answer.share;
}

/** The reader of `benchLive`. */
async function follow(directory: string, following: Following): Promise<void> {
  const followers = new RunFollowers(new RunReader());
  let rows = 0;
  let states = 0;
  if (following !== 'nothing') {
    followers.watch(directory, {
      onState: () => states++,
      ...(following === 'rows'
        ? { onHistory: () => undefined, onRows: ({ metrics }) => void (rows += metrics.length) }
        : {}),
    });
  }
  await pause(WARM_UP_MILLISECONDS);
  const before = process.cpuUsage();
  await pause(LIVE_SECONDS * 1000);
  const { user, system } = process.cpuUsage(before);
  followers.dispose();
  const hasSeen =
    (following === 'nothing' || states >= LIVE_SECONDS) &&
    (following !== 'rows' || rows >= LIVE_SECONDS * 10);
  process.send!(
    hasSeen
      ? { share: (user + system) / 1e6 / LIVE_SECONDS }
      : { problem: `the reader saw only ${states} states and ${rows} rows` },
  );
  process.disconnect();
}

/** The trainer of `benchLive`: rows and heartbeats until it is ended. */
async function simulate(directory: string): Promise<void> {
  const writer = new RunWriter(directory, initialRunState());
  const token = await tokenOf(process.pid, directory);
  writer.update({ status: 'running', process: token, totalSteps: 1_000_000 });
  let step = 0;
  setInterval(() => {
    step++;
    writer.metrics(rowAt(step));
    writer.update({ step }, { now: false });
  }, STEP_MILLISECONDS);
}

async function benchPanel(directory: string): Promise<{ open: Times; again: Times; peer: Times }> {
  makeRun(directory, 'long');
  const file = path.join(directory, 'metrics.jsonl');
  const lines = Array.from({ length: ROWS }, (_, i) => JSON.stringify(rowAt(i + 1)));
  fs.writeFileSync(file, lines.join('\n') + '\n');
  const open: Times[] = [];
  const again: Times[] = [];
  const peer: Times[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const reader = new RunReader();
    const followers = new RunFollowers(reader);
    open.push(await timesOf(() => openPanel(directory, reader, followers)));
    again.push(await timesOf(() => openPanel(directory, reader, followers)));
    followers.dispose();
    peer.push(
      await timesOf(() => {
        for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
          if (line !== '') JSON.parse(line);
        }
        return Promise.resolve();
      }),
    );
  }
  return { open: median(open), again: median(again), peer: median(peer) };
}

/** Resolves once a page has curves of all rows. The follower stays, as that of an open panel. */
async function openPanel(
  directory: string,
  reader: RunReader,
  followers: RunFollowers,
): Promise<void> {
  const [hostPort, pagePort] = portPair();
  const page = new Channel({
    port: pagePort,
    local: PANEL_SIDE,
    remote: PANEL_HOST_SIDE,
    handlers: {},
  });
  const host = new Channel({
    port: hostPort,
    local: PANEL_HOST_SIDE,
    remote: PANEL_SIDE,
    handlers: {
      connect: () => [directory],
      exports: () => null,
      audit: () => null,
      watch: (runs) => feed.watch(runs),
      unwatch: () => null,
      act: () => null,
      evaluation: () => null,
      save: () => null,
      examples: () => null,
      openExample: () => null,
      classify: () => {
        throw new RangeError('the run leaves no classifier');
      },
    },
  });
  const feed: PanelFeed = new PanelFeed({
    page: host,
    followers,
    read: (run) => reader.read(run),
    useOf: () => ({ isUsedForHovers: false, isFollowedByHovers: false }),
  });
  await new Promise<void>((resolve) => {
    page.on('history', ({ history }) => {
      const { curves } = historyOf(history);
      if (curves.curve('loss', 'train').last?.x === ROWS) resolve();
    });
    void page.call('connect', null).then((runs) => page.call('watch', runs));
  });
}

/** Two ends of a pipe that copies what it carries, as `postMessage` does. */
function portPair(): [Port, Port] {
  const listeners: [((message: unknown) => void)[], ((message: unknown) => void)[]] = [[], []];
  const end = (own: 0 | 1): Port => ({
    post: (message) => {
      const copy = structuredClone(message);
      setImmediate(() => {
        for (const listener of listeners[own === 0 ? 1 : 0]) listener(copy);
      });
    },
    onMessage: (listener) => {
      listeners[own].push(listener);
      return { dispose: () => undefined };
    },
  });
  return [end(0), end(1)];
}

async function timesOf(work: () => Promise<unknown>): Promise<Times> {
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const wallMs = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  return { wallMs, cpuMs: (user + system) / 1000 };
}

function median(times: readonly Times[]): Times {
  const middleOf = (values: number[]): number =>
    values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
  return {
    wallMs: middleOf(times.map(({ wallMs }) => wallMs)),
    cpuMs: middleOf(times.map(({ cpuMs }) => cpuMs)),
  };
}

function pause(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration));
}

const [role, directory, following] = process.argv.slice(2);
if (role === '--simulate') void simulate(directory!);
else if (role === '--follow') void follow(directory!, following as Following);
else {
  main().catch((thrown: unknown) => {
    console.error(thrown);
    process.exitCode = 1;
  });
}
