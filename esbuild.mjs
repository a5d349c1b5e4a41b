// Builds every bundle into dist/. `--watch` rebuilds, `--minify` is for packaging.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { compileKernels } from './scripts/compileKernels.mjs';

const watch = process.argv.includes('--watch');
const minify = process.argv.includes('--minify');
const root = import.meta.dirname;
const require = createRequire(import.meta.url);

// What is packaged starts clean; otherwise a build must not pull files from under what runs.
if (minify) rmSync(path.join(root, 'dist'), { recursive: true, force: true });
mkdirSync(path.join(root, 'dist/webview'), { recursive: true });

compileKernels(path.join(root, 'dist/kernels.wasm'));

/** @type {esbuild.BuildOptions} */
const shared = {
  bundle: true,
  minify,
  sourcemap: minify ? false : 'linked',
  logLevel: 'warning',
  absWorkingDir: root,
};

/** Hash of the sources that verdicts on imported graphs depend on. */
function passesVersion() {
  const hash = createHash('sha256');
  for (const room of [
    'autodiff',
    'batches',
    'graph',
    'models',
    'train/engine',
    'train/verification',
  ]) {
    for (const name of readdirSync(path.join(root, 'src/core', room), { recursive: true }).sort()) {
      if (!name.endsWith('.ts')) continue;
      hash.update(`${name}\0`).update(readFileSync(path.join(root, 'src/core', room, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Large packages that few calls need, each in a file of `dist/` that all bundles share: a process that
 * does not need one does not read it either.
 */
const SHARED_PACKAGES = {
  ...{ chardet: 'chardet', compromise: 'compromise', eld: 'eld/extrasmall' },
  ...{ htmlparser2: 'htmlparser2', ibantools: 'ibantools', re2js: 're2js' },
  'hyparquet-compressors': 'hyparquet-compressors',
  ...{ flatbuffers: 'flatbuffers', hyparquet: 'hyparquet', picomatch: 'picomatch' },
  ...{ undici: 'undici', yaml: 'yaml', yazl: 'yazl' },
};

/** @type {esbuild.Plugin} */
const sharedPackages = {
  name: 'shared packages',
  setup(build) {
    for (const [file, name] of Object.entries(SHARED_PACKAGES)) {
      build.onResolve({ filter: new RegExp(`^${name}$`) }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: `./${file}.js`, external: true },
      );
    }
  },
};

/**
 * The tagger of English words builds its lexicon as it is loaded, which is a third of the time that a
 * process takes to start, so it is loaded at its first call.
 * @type {esbuild.Plugin}
 */
const taggerAtFirstUse = {
  name: 'tagger at first use',
  setup(build) {
    const namespace = 'first-use';
    build.onResolve({ filter: /^compromise$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: 'compromise', namespace },
    );
    build.onResolve({ filter: /./, namespace }, ({ path: file }) => ({
      path: file,
      external: true,
    }));
    build.onLoad({ filter: /./, namespace }, () => ({
      contents: `
        let loaded;
        const tagger = () => (loaded ??= require('./compromise.js').default);
        export default new Proxy(() => {}, {
          apply: (target, self, args) => tagger()(...args),
          get: (target, name) => tagger()[name],
        });`,
    }));
  },
};

/** @type {esbuild.BuildOptions} */
const node = {
  ...shared,
  entryPoints: {
    extension: 'src/extension.ts',
    modelServer: 'src/modelServer/start.ts',
    modelServerMain: 'src/modelServer/main.ts',
    dataWorker: 'src/dataWorker/main.ts',
    trainer: 'src/trainer/main.ts',
    cli: 'src/cli/main.ts',
    ...SHARED_PACKAGES,
  },
  plugins: [taggerAtFirstUse, sharedPackages],
  outdir: 'dist',
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['vscode', 'onnxruntime-node'],
  // Sources that change while they are watched have no version.
  define: { PASSES_VERSION: watch ? 'undefined' : JSON.stringify(passesVersion()) },
  // Its other form hides what it requires from bundlers.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
};

/** @type {esbuild.BuildOptions} */
const webview = {
  ...shared,
  entryPoints: {
    panel: 'webview/panel/main.ts',
    profile: 'webview/profile/main.ts',
    compare: 'webview/compare/main.ts',
    launch: 'webview/launch/main.ts',
  },
  outdir: 'dist/webview',
  platform: 'browser',
  format: 'esm',
  target: 'es2022',
  loader: { '.ttf': 'file' },
};

for (const file of ['codicon.css', 'codicon.ttf']) {
  cpSync(
    path.join(path.dirname(require.resolve('@vscode/codicons/package.json')), 'dist', file),
    path.join(root, 'dist/webview', file),
  );
}

if (watch) {
  const contexts = await Promise.all([esbuild.context(node), esbuild.context(webview)]);
  await Promise.all(contexts.map((context) => context.watch()));
} else {
  await Promise.all([esbuild.build(node), esbuild.build(webview)]);
}
