import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ensurePrograms } from '../setup.mjs';
import { findMirror, proxyEnvironment } from './debian.ts';
import { inspect, type Inspection } from './inspect.ts';
import type { Progress } from './installation.ts';
import { withLock } from './lock.ts';
import { runQuietly } from './run.ts';

const PACKAGES = ['asterisk', 'asterisk-core-sounds-en-wav'];
const STAMP = '.fernamt-complete';

/** Where Debian has a new enough Asterisk, best first. */
const SUITES = ['sid', 'testing'] as const;
type Suite = (typeof SUITES)[number];

/** A Debian folder with Asterisk in it, made if it is not there; needs root. */
export async function prepareRootFolder(cacheDirectory: string, progress: Progress): Promise<Inspection> {
  const root = join(cacheDirectory, 'root');
  await mkdir(cacheDirectory, { recursive: true });
  await withLock(root, progress, async () => {
    if (!existsSync(join(root, STAMP))) await makeRootFolder(root, progress);
    await writeHosts(root);
  });
  return inspect({
    kind: 'rootFolder',
    prefix: root,
    instancesDirectory: '/srv/fernamt',
    command: (program, args) => ['chroot', root, program, ...args],
  });
}

async function makeRootFolder(root: string, progress: Progress): Promise<void> {
  ensurePrograms({ debootstrap: 'debootstrap', chroot: 'coreutils', setpriv: 'util-linux' });
  const failures: string[] = [];
  for (const suite of SUITES) {
    try {
      await makeFrom(suite, root, progress);
      return;
    } catch (error) {
      failures.push(`${suite}: ${error instanceof Error ? error.message : String(error)}`);
      progress(`That did not work with Debian ${suite}.`);
    }
  }
  throw new Error(`no root folder with Asterisk could be made.\n${failures.join('\n')}`);
}

async function makeFrom(suite: Suite, root: string, progress: Progress): Promise<void> {
  if (existsSync(root)) progress('Removing a half-made root folder.');
  await rm(root, { recursive: true, force: true });
  const mirror = await findMirror();
  const env = { ...(await proxyEnvironment()), DEBIAN_FRONTEND: 'noninteractive' };
  progress(`Making a root folder with Asterisk from Debian ${suite}; this takes a minute and 600 MB.`);
  // The script is named because an older debootstrap has none for a younger suite; all are like that of sid.
  await runQuietly(
    ['debootstrap', '--variant=minbase', suite, root, mirror, '/usr/share/debootstrap/scripts/sid'],
    env,
  );
  await writeSystemFiles(root);
  progress('Installing Asterisk into it.');
  await installPackages(root, env);
  await writeFile(join(root, `${STAMP}.new`), `${suite}\n`);
  await rename(join(root, `${STAMP}.new`), join(root, STAMP));
  progress('The root folder is ready.');
}

async function installPackages(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  // A testing mirror whose signature has expired is still the one this machine was told to trust.
  const apt = ['chroot', root, 'apt-get', '-q', '-o', 'Acquire::Check-Valid-Until=false'] as const;
  await runQuietly([...apt, 'update'], env);
  await runQuietly([...apt, 'install', '-y', '--no-install-recommends', ...PACKAGES], env);
  await runQuietly([...apt, 'clean'], env);
}

async function writeSystemFiles(root: string): Promise<void> {
  await writeHosts(root);
  await copyFile('/etc/resolv.conf', join(root, 'etc/resolv.conf')).catch(() => undefined);
  // No service may start inside while packages are installed.
  await writeFile(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n', { mode: 0o755 });
}

/** Without the host's own name in it every call waits for the name service, 5 s and more. */
async function writeHosts(root: string): Promise<void> {
  const text = `127.0.0.1 localhost ${hostname()}\n::1 localhost ip6-localhost\n`;
  const path = join(root, 'etc/hosts');
  if ((await readFile(path, 'utf8').catch(() => '')) === text) return;
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
