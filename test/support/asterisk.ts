/** A real Asterisk for a test: own directories, own ports, loopback only. Any number can run at once. */
import { existsSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOrMakeAsterisk } from '../../bin/asterisk/find.ts';
import { commonFiles, type AriLogin } from './asterisk/common-files.ts';
import { makeInstance, type Instance } from './asterisk/instance.ts';
import { pbxPjsipConf, type EndpointOptions, type PbxPeers } from './asterisk/pbx-files.ts';
import { claimPortBlock, type PortBlock } from './asterisk/port-block.ts';
import { makeAudio, writeWav } from './audio.ts';

const DIALPLAN = fileURLToPath(new URL('../../dialplan/fernamt.conf', import.meta.url));
const LOGIN: AriLogin = { username: 'fernamt', password: 'test-secret' };

/** Hold music is a tone, so that it can be told from everything else. */
export const HOLD_MUSIC_HZ = 580;

export interface AsteriskSettings {
  readonly name: string;
  /** Where the phones and the carrier answer; without them calls to them fail. */
  readonly peers?: PbxPeers;
  /** Options added to endpoints, or replacing theirs, by endpoint: `{'1003': {dtmf_mode: 'inband'}}`. */
  readonly endpoints?: Readonly<Record<string, EndpointOptions>>;
  /** Endpoints without a contact, like phones that are registered nowhere. */
  readonly unregistered?: readonly string[];
  /** What stands in front of the dialplan's include, e.g. a `[globals]`. */
  readonly globals?: Readonly<Record<string, string>>;
  /** Contexts of the test's own, after fernamt's. A context named `fernamt-phones` adds to fernamt's. */
  readonly dialplan?: string;
  /** fernamt's dialplan is left out, so that `dialplan` alone decides. */
  readonly withoutFernamt?: boolean;
  /** More or other configuration files, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly extraModules?: readonly string[];
  /** Stands in front of the ids that Asterisk gives. */
  readonly systemName?: string;
}

export interface Asterisk {
  /** `http://127.0.0.1:PORT`, as fernamt's configuration wants it. */
  readonly ariUrl: string;
  readonly username: string;
  readonly password: string;
  readonly sipPort: number;
  /** Directories and files as this process sees them. */
  readonly directory: string;
  readonly recordingDirectory: string;
  readonly soundsDirectory: string;
  readonly routesFile: string;
  readonly extensionsConf: string;
  readonly logFile: string;
  /** Of the Asterisk process, while it runs. */
  readonly pid: number;
  /** A path of this process as Asterisk knows it. */
  toAsteriskPath(path: string): string;
  cli(command: string): Promise<string>;
  start(): Promise<void>;
  /** Ends it and keeps its directories; `start()` runs it again on the same ports. */
  kill(signal: NodeJS.Signals): Promise<void>;
  restart(): Promise<void>;
  /** Ends it, and removes its directories. */
  stop(): Promise<void>;
}

/** Starts the telephone system that a test is about, or that fernamt is run against. */
export async function startAsterisk(settings: AsteriskSettings): Promise<Asterisk> {
  const installation = await findOrMakeAsterisk((line) => console.error(line));
  const ports = await claimPortBlock();
  const files = {
    ...commonFiles(ports, LOGIN, settings.extraModules ?? []),
    'pjsip.conf': pbxPjsipConf(ports.sip[0], settings.peers ?? NO_PEERS, {
      endpoints: settings.endpoints ?? {},
      unregistered: settings.unregistered ?? [],
    }),
    'extensions.conf': extensionsConf(settings),
    ...settings.files,
  };
  const instance = await makeInstance(installation, {
    name: settings.name,
    files,
    ...(settings.systemName === undefined ? {} : { systemName: settings.systemName }),
  });
  const asterisk = describe(instance, ports);
  await writeFile(asterisk.routesFile, '');
  if (existsSync(DIALPLAN)) await copyFile(DIALPLAN, join(instance.etcDirectory, 'fernamt.conf'));
  await writeHoldMusic(instance);
  await instance.start();
  return asterisk;
}

function describe(instance: Instance, ports: PortBlock): Asterisk {
  const etc = instance.etcDirectory;
  return {
    ...LOGIN,
    ariUrl: `http://127.0.0.1:${ports.http}`,
    sipPort: ports.sip[0],
    directory: instance.directory,
    recordingDirectory: instance.recordingDirectory,
    soundsDirectory: instance.soundsDirectory,
    routesFile: join(etc, 'fernamt-routes.conf'),
    extensionsConf: join(etc, 'extensions.conf'),
    logFile: instance.logFile,
    get pid() {
      return instance.pid;
    },
    toAsteriskPath: (path) => instance.toAsteriskPath(path),
    cli: (command) => instance.cli(command),
    start: () => instance.start(),
    kill: (signal) => instance.kill(signal),
    restart: async () => {
      await instance.stop();
      await instance.start();
    },
    stop: async () => {
      await instance.remove();
      await ports.release();
    },
  };
}

// The discard port: nobody answers there.
const NO_PEERS: PbxPeers = { phonesPort: 9, trunkPorts: { carrier: 9, backup: 9 } };

function extensionsConf({ globals = {}, dialplan = '', withoutFernamt = false }: AsteriskSettings): string {
  const variables = Object.entries(globals).map(([name, value]) => `${name}=${value}`);
  const include = withoutFernamt ? [] : ['#include fernamt.conf'];
  return ['[general]', 'static=yes', '[globals]', ...variables, ...include, dialplan, ''].join('\n');
}

/** Long enough that no test reaches the seam, and a whole number of periods all the same. */
async function writeHoldMusic(instance: Instance): Promise<void> {
  const audio = makeAudio([{ hz: HOLD_MUSIC_HZ, seconds: 60, dbfs: -20 }]);
  await writeWav(join(instance.directory, 'data/moh/hold.wav'), audio);
}
