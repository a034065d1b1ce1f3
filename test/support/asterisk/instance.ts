import { spawn, execFile, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile, readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import type { AsteriskInstallation } from '../../../bin/asterisk/installation.ts';

const run = promisify(execFile);
const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 5_000;

/** One running Asterisk with directories and ports of its own. Paths are as this process sees them. */
export interface Instance {
  readonly directory: string;
  readonly etcDirectory: string;
  readonly recordingDirectory: string;
  readonly soundsDirectory: string;
  readonly logFile: string;
  readonly pid: number;
  /** A path of this process as Asterisk knows it. */
  toAsteriskPath(path: string): string;
  writeConf(name: string, text: string): Promise<void>;
  cli(command: string): Promise<string>;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Ends it at once, and removes the directories. */
  remove(): Promise<void>;
}

export interface InstanceSettings {
  readonly name: string;
  /** Files of `etc`, by name; `asterisk.conf` and `logger.conf` are made here. */
  readonly files: Readonly<Record<string, string>>;
  /** Stands in front of the ids that Asterisk gives; by default the directory's name. */
  readonly systemName?: string;
}

/** Makes the directories of an instance; `start()` runs it. */
export async function makeInstance(installation: AsteriskInstallation, settings: InstanceSettings): Promise<Instance> {
  const parent = `${installation.prefix}${installation.instancesDirectory}`;
  await mkdir(parent, { recursive: true });
  await sweepLeftovers(parent);
  const directory = await mkdtemp(join(parent, `${process.pid}-${settings.name}-`));
  const instance = new RunningInstance(installation, directory);
  await instance.prepare(settings);
  return instance;
}

/** Removes what processes left behind that were killed; a directory's name begins with its owner's process id. */
async function sweepLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = Number.parseInt(name, 10);
    if (Number.isNaN(owner) || isAlive(owner)) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

class RunningInstance implements Instance {
  readonly directory: string;
  readonly #installation: AsteriskInstallation;
  readonly #inside: string;
  #child: ChildProcess | undefined;

  constructor(installation: AsteriskInstallation, directory: string) {
    this.#installation = installation;
    this.directory = directory;
    this.#inside = directory.slice(installation.prefix.length);
  }

  get etcDirectory(): string {
    return join(this.directory, 'etc');
  }

  get recordingDirectory(): string {
    return join(this.directory, 'spool/recording');
  }

  get soundsDirectory(): string {
    return join(this.directory, 'data/sounds');
  }

  get logFile(): string {
    return join(this.directory, 'log/messages');
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('this Asterisk is not running');
    return pid;
  }

  toAsteriskPath(path: string): string {
    return path.slice(this.#installation.prefix.length);
  }

  async prepare({ files, systemName = basename(this.directory) }: InstanceSettings): Promise<void> {
    const folders = ['etc', 'run', 'spool/recording', 'log', 'data/sounds', 'data/moh', 'varlib/keys'];
    for (const folder of folders) await mkdir(join(this.directory, folder), { recursive: true });
    await this.#linkDocumentation();
    await this.#linkSounds();
    await this.writeConf('asterisk.conf', asteriskConf(this.#inside, this.#installation, systemName));
    await this.writeConf('logger.conf', LOGGER_CONF);
    for (const [name, text] of Object.entries(files)) await this.writeConf(name, text);
  }

  async writeConf(name: string, text: string): Promise<void> {
    await writeFile(join(this.etcDirectory, name), text);
  }

  async start(): Promise<void> {
    if (this.#child !== undefined) return;
    const child = spawnTied(this.#asterisk(['-f'], basename(this.directory)));
    this.#child = child;
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    await this.#untilBooted(child);
  }

  async stop(): Promise<void> {
    const timer = setTimeout(() => void this.kill('SIGKILL'), STOP_DEADLINE_MS);
    await this.kill('SIGTERM');
    clearTimeout(timer);
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = once(child, 'exit');
    if (this.#installation.kill === undefined) child.kill(signal);
    else await this.#installation.kill(basename(this.directory), signal);
    await ended;
  }

  async remove(): Promise<void> {
    // Nobody needs its goodbyes any more, which take a second.
    await this.kill('SIGKILL');
    await rm(this.directory, { recursive: true, force: true });
  }

  async cli(command: string): Promise<string> {
    const [file, ...args] = this.#asterisk(['-rx', command]);
    const { stdout } = await run(file, args);
    return stdout;
  }

  #asterisk(args: readonly string[], name?: string): readonly [string, ...string[]] {
    return this.#installation.command('asterisk', ['-C', `${this.#inside}/etc/asterisk.conf`, ...args], name);
  }

  /** Asterisk refuses to start without the descriptions of its own options. */
  async #linkDocumentation(): Promise<void> {
    const shipped = `${this.#installation.prefix}${this.#installation.dataDirectory}/documentation`;
    const data = join(this.directory, 'data');
    await symlink(relative(data, shipped), join(data, 'documentation'));
  }

  /** Asterisk's own prompts, by relative links, which lead to the same place inside and outside a root folder. */
  async #linkSounds(): Promise<void> {
    const shipped = `${this.#installation.prefix}${this.#installation.dataDirectory}/sounds`;
    const entries = await readdir(shipped, { withFileTypes: true }).catch(() => []);
    const language = entries.find((entry) => entry.isDirectory() && entry.name.startsWith('en'));
    if (language === undefined) return;
    await symlink(relative(this.soundsDirectory, join(shipped, language.name)), join(this.soundsDirectory, 'en'));
  }

  async #untilBooted(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) throw await this.#startFailure('ended at once');
      const answer = await this.cli('core waitfullybooted').catch(() => '');
      if (answer.includes('fully booted')) return;
      if (Date.now() > deadline) throw await this.#startFailure(`was not ready after ${START_DEADLINE_MS} ms`);
      await delay(20);
    }
  }

  async #startFailure(what: string): Promise<Error> {
    const log = await readFile(this.logFile, 'utf8').catch(() => '(no log)');
    return new Error(`Asterisk in ${this.directory} ${what}:\n${log.split('\n').slice(-30).join('\n')}`);
  }
}

/**
 * A test that is killed leaves no Asterisk behind: the kernel ends it with its parent. In a group of its own it gets no
 * Ctrl-C from the terminal, which is for its parent to act on.
 */
function spawnTied(command: readonly [string, ...string[]]): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { stdio: 'ignore', detached: true });
}

function asteriskConf(directory: string, installation: AsteriskInstallation, systemName: string): string {
  return `[directories]
astetcdir => ${directory}/etc
astmoddir => ${installation.modulesDirectory}
astvarlibdir => ${directory}/varlib
astdbdir => ${directory}/varlib
astkeydir => ${directory}/varlib
astdatadir => ${directory}/data
astagidir => ${directory}/data/agi-bin
astspooldir => ${directory}/spool
astrundir => ${directory}/run
astlogdir => ${directory}/log
astcachedir => ${directory}/varlib

[options]
verbose = 3
hideconnect = yes
systemname = ${systemName}
`;
}

const LOGGER_CONF = `[general]
dateformat = %F %T.%3q
[logfiles]
messages => notice,warning,error,verbose(3)
`;
