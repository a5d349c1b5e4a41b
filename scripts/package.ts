// Packs one VSIX for one platform: `npm run package -- [--target linux-x64] [--out <file>]`.
// What goes in is copied into a staging folder first, so that nothing else can slip in.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createVSIX } from '@vscode/vsce';
import { BUNDLED_MODEL_FOLDER } from '../src/core/models/bundled.js';

const root = path.join(import.meta.dirname, '..');

/** VS Code's name of a platform, and ONNX Runtime's folder for it. There is no build for Intel Macs. */
const TARGETS: Record<string, string> = {
  'linux-x64': 'linux/x64',
  'linux-arm64': 'linux/arm64',
  'darwin-arm64': 'darwin/arm64',
  'win32-x64': 'win32/x64',
  'win32-arm64': 'win32/arm64',
};

interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

/** A manifest without what only development needs, and with the chosen dependencies alone. */
function stageManifest(source: string, destination: string, keep: RegExp): void {
  const manifest = readManifest(source);
  const staged = Object.entries(manifest).filter(
    ([key]) => !['devDependencies', 'scripts', 'bin'].includes(key),
  );
  const dependencies = Object.entries(manifest.dependencies ?? {}).filter(([name]) =>
    keep.test(name),
  );
  mkdirSync(path.dirname(destination), { recursive: true });
  const content = { ...Object.fromEntries(staged), dependencies: Object.fromEntries(dependencies) };
  writeFileSync(destination, `${JSON.stringify(content, null, 2)}\n`);
}

/** ONNX Runtime for one platform; everything else is inside the bundles. */
function stageRuntime(stage: string, platformFolder: string): void {
  const source = path.join(root, 'node_modules');
  const destination = path.join(stage, 'node_modules');
  const binaries = path.join('onnxruntime-node/bin/napi-v6', platformFolder);
  for (const folder of ['onnxruntime-node/dist', 'onnxruntime-common/dist/cjs', binaries]) {
    cpSync(path.join(source, folder), path.join(destination, folder), {
      recursive: true,
      filter: (file) =>
        !/\.(d\.ts|map)$/.test(file) &&
        // The package holds the same macOS library under two names; the binding loads the other.
        !/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(file),
    });
  }
  for (const name of ['onnxruntime-node', 'onnxruntime-common']) {
    const manifest = path.join(name, 'package.json');
    // adm-zip and global-agent serve only the download at installation.
    stageManifest(
      path.join(source, manifest),
      path.join(destination, manifest),
      /^onnxruntime-common$/,
    );
  }
}

/** Texts of the manifest in each language; VS Code reads those of the display language. */
const MANIFEST_TEXTS = ['package.nls.json', 'package.nls.zh-cn.json'];
const STAGED = [
  'dist',
  'media',
  'l10n',
  ...MANIFEST_TEXTS,
  'README.md',
  'README.zh-cn.md',
  'LICENSE',
  'CHANGELOG.md',
];

/** Files without which the extension does not work; a package must have all of them. */
function requiredFiles(platformFolder: string): string[] {
  return [
    'dist/extension.js',
    'dist/modelServer.js',
    'dist/dataWorker.js',
    'dist/trainer.js',
    'dist/cli.js',
    'dist/kernels.wasm',
    'dist/compromise.js',
    'dist/eld.js',
    'dist/re2js.js',
    'dist/webview/panel.js',
    'dist/webview/profile.js',
    'media/schemas/mask-policy.schema.json',
    'media/schemas/run-file.schema.json',
    'media/schemas/study-file.schema.json',
    ...MANIFEST_TEXTS,
    'l10n/bundle.l10n.zh-cn.json',
    `${BUNDLED_MODEL_FOLDER}/config.json`,
    `${BUNDLED_MODEL_FOLDER}/tokenizer.json`,
    `${BUNDLED_MODEL_FOLDER}/model.safetensors`,
    'node_modules/onnxruntime-node/dist/index.js',
    'node_modules/onnxruntime-common/dist/cjs/index.js',
    `node_modules/onnxruntime-node/bin/napi-v6/${platformFolder}/onnxruntime_binding.node`,
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
  ];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: `${process.platform}-${process.arch}` },
      out: { type: 'string' },
    },
  });
  const { target } = values;
  const platformFolder = TARGETS[target];
  if (platformFolder === undefined) {
    throw new Error(`No package for "${target}"; there are ${Object.keys(TARGETS).join(', ')}.`);
  }
  execFileSync(process.execPath, [path.join(root, 'esbuild.mjs'), '--minify'], {
    stdio: 'inherit',
  });

  const stage = path.join(root, '.cache/package', target);
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  for (const entry of STAGED) {
    const source = path.join(root, entry);
    if (!existsSync(source)) continue;
    cpSync(source, path.join(stage, entry), { recursive: true });
  }
  cpSync(path.join(root, '.vscodeignore'), path.join(stage, '.vscodeignore'));
  stageManifest(path.join(root, 'package.json'), path.join(stage, 'package.json'), /^onnxruntime-/);
  stageRuntime(stage, platformFolder);
  const missing = requiredFiles(platformFolder).filter(
    (file) => !existsSync(path.join(stage, file)),
  );
  if (missing.length > 0) throw new Error(`The package would lack ${missing.join(', ')}.`);
  if (target === `${process.platform}-${process.arch}`) {
    // Fails here rather than in the editor when a module of the runtime has been left out.
    createRequire(path.join(stage, 'dist/extension.js'))('onnxruntime-node');
  }

  const { name, version } = readManifest(path.join(stage, 'package.json'));
  const packagePath = path.resolve(
    values.out ?? path.join(root, `${name}-${target}-${version}.vsix`),
  );
  mkdirSync(path.dirname(packagePath), { recursive: true });
  await createVSIX({
    cwd: stage,
    target,
    packagePath,
    rewriteRelativeLinks: false,
    allowMissingRepository: true,
  });
  const megabytes = statSync(packagePath).size / 1e6;
  console.log(`${path.relative(process.cwd(), packagePath)}: ${megabytes.toFixed(1)} MB`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
