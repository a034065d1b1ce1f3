import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { AsteriskInstallation } from './installation.ts';
import { isNewEnough, missingModules, parseVersion, VERSION_RULE } from './requirements.ts';

const run = promisify(execFile);

type Places = Pick<AsteriskInstallation, 'modulesDirectory' | 'dataDirectory'>;
type Unchecked = Omit<AsteriskInstallation, 'version' | keyof Places>;
export type Inspection =
  | { readonly kind: 'usable'; readonly installation: AsteriskInstallation }
  | { readonly kind: 'unusable'; readonly reason: string };

/** Looks whether the Asterisk that `command` reaches has the version, modules and files that are needed. */
export async function inspect(candidate: Unchecked): Promise<Inspection> {
  const version = await readVersion(candidate);
  if (version === undefined) return unusable('`asterisk -V` names no release');
  if (!isNewEnough(version)) return unusable(`it is ${version}; ${VERSION_RULE} is needed`);
  const places = await findPlaces(candidate.prefix);
  if (places === undefined) return unusable('its modules or its documentation folder were not found');
  const missing = missingModules(await readdir(`${candidate.prefix}${places.modulesDirectory}`));
  if (missing.length > 0) return unusable(`it lacks the modules ${missing.join(', ')}`);
  return { kind: 'usable', installation: { ...candidate, ...places, version } };
}

/** Where packages and `make install` put things. */
export async function findPlaces(prefix: string): Promise<Places | undefined> {
  const modulesDirectory = await firstDirectory(prefix, await moduleFolders(prefix), 'chan_pjsip.so');
  const dataDirectory = await firstDirectory(prefix, DATA_FOLDERS, 'documentation/core-en_US.xml');
  if (modulesDirectory === undefined || dataDirectory === undefined) return undefined;
  return { modulesDirectory, dataDirectory };
}

const DATA_FOLDERS = ['/usr/share/asterisk', '/var/lib/asterisk', '/usr/local/share/asterisk'];

async function moduleFolders(prefix: string): Promise<string[]> {
  const libraries = await readdir(`${prefix}/usr/lib`).catch(() => []);
  const multiarch = libraries.filter((name) => name.includes('-linux-'));
  const folders = ['/usr/lib', '/usr/lib64', '/usr/local/lib', ...multiarch.map((name) => `/usr/lib/${name}`)];
  return folders.map((folder) => `${folder}/asterisk/modules`);
}

async function firstDirectory(
  prefix: string,
  folders: readonly string[],
  holding: string,
): Promise<string | undefined> {
  for (const folder of folders) {
    const found = await stat(`${prefix}${folder}/${holding}`).catch(() => undefined);
    if (found !== undefined) return folder;
  }
  return undefined;
}

async function readVersion(candidate: Unchecked): Promise<string | undefined> {
  const [file, ...args] = candidate.command('asterisk', ['-V']);
  const output = await run(file, args).catch(() => undefined);
  return output === undefined ? undefined : parseVersion(output.stdout);
}

function unusable(reason: string): Inspection {
  return { kind: 'unusable', reason };
}
