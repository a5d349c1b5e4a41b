import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const PACKAGES = path.join(import.meta.dirname, '../../.cache/packages');

export interface Package {
  readonly kind: 'debian' | 'npm';
  readonly name: string;
  /** For npm: the version that is taken. Debian has one for each release. */
  readonly version?: string;
}

export interface FetchedPackage {
  readonly folder: string;
  readonly version: string;
}

/** Downloads and unpacks a package below `.cache/packages`, once. Nothing in it is run or installed. */
export function fetchPackage(wanted: Package): FetchedPackage {
  const folder = path.join(PACKAGES, wanted.kind, wanted.name.replaceAll('/', '+'));
  const versionFile = path.join(folder, 'masklab-version');
  if (!fs.existsSync(versionFile)) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    const version =
      wanted.kind === 'debian' ? fetchDebian(wanted, folder) : fetchNpm(wanted, folder);
    fs.writeFileSync(versionFile, version);
  }
  return { folder, version: fs.readFileSync(versionFile, 'utf8') };
}

function fetchDebian({ name }: Package, folder: string): string {
  execFileSync('apt-get', ['download', name], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const archive = fs.readdirSync(folder).find((file) => file.endsWith('.deb'));
  if (archive === undefined) throw new Error(`apt-get gave no archive for ${name}`);
  const file = path.join(folder, archive);
  execFileSync('dpkg-deb', ['-x', file, folder]);
  const version = execFileSync('dpkg-deb', ['-f', file, 'Version'], { encoding: 'utf8' }).trim();
  fs.rmSync(file);
  return version;
}

function fetchNpm({ name, version }: Package, folder: string): string {
  const spec = `${name}@${version ?? 'latest'}`;
  const archive = execFileSync('npm', ['pack', '--silent', spec], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  execFileSync('tar', ['xzf', archive], { cwd: folder });
  fs.rmSync(path.join(folder, archive));
  const manifest = fs.readFileSync(path.join(folder, 'package/package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
