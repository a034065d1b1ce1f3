import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isNewEnough, parseVersion, VERSION_RULE } from './requirements.ts';
import type { AsteriskInstallation, Progress } from './installation.ts';
import type { Inspection } from './inspect.ts';
import { runQuietly } from './run.ts';

const run = promisify(execFile);
const IMAGE = 'fernamt-asterisk:sid';

export async function dockerAnswers(): Promise<boolean> {
  return run('docker', ['info'], { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/** Asterisk in containers on the host's own loopback; the instances' directories lie below the cache directory. */
export async function prepareDocker(cacheDirectory: string, progress: Progress): Promise<Inspection> {
  const instancesDirectory = join(cacheDirectory, 'instances');
  await mkdir(instancesDirectory, { recursive: true });
  await ensureImage(progress);
  const command = commandIn(instancesDirectory);
  const version = await versionOf(command('asterisk', ['-V']));
  if (version === undefined) return { kind: 'unusable', reason: 'the image has no Asterisk' };
  if (!isNewEnough(version)) return { kind: 'unusable', reason: `it is ${version}; ${VERSION_RULE} is needed` };
  const modulesDirectory = await findInImage(command, 'chan_pjsip.so', 1);
  const dataDirectory = await findInImage(command, 'core-en_US.xml', 2);
  const kill = async (name: string, signal: NodeJS.Signals) => {
    await run('docker', ['kill', '--signal', signal, name]);
  };
  return {
    kind: 'usable',
    installation: {
      kind: 'docker',
      version,
      modulesDirectory,
      dataDirectory,
      instancesDirectory,
      prefix: '',
      command,
      kill,
    },
  };
}

function commandIn(instancesDirectory: string): AsteriskInstallation['command'] {
  return (program, args, name) => {
    const named = name === undefined ? [] : ['--name', name];
    const mounted = ['--volume', `${instancesDirectory}:${instancesDirectory}`];
    return ['docker', 'run', '--rm', '--network', 'host', ...named, ...mounted, IMAGE, program, ...args];
  };
}

async function ensureImage(progress: Progress): Promise<void> {
  const exists = await run('docker', ['image', 'inspect', IMAGE]).then(
    () => true,
    () => false,
  );
  if (exists) return;
  progress('Building a container image with Asterisk from Debian sid; this takes a few minutes.');
  const steps = [
    'FROM debian:sid-slim',
    'RUN apt-get update && apt-get install -y --no-install-recommends asterisk asterisk-core-sounds-en-wav',
  ];
  await runQuietly(['sh', '-c', `printf '%s\\n' "$@" | docker build --tag ${IMAGE} -`, 'build', ...steps]);
  progress('The image is ready.');
}

async function versionOf(command: readonly [string, ...string[]]): Promise<string | undefined> {
  const [file, ...args] = command;
  const { stdout } = await run(file, args);
  return parseVersion(stdout);
}

/** The folder `levels` above the named file, as the image has it. */
async function findInImage(command: AsteriskInstallation['command'], name: string, levels: number): Promise<string> {
  const [file, ...args] = command('find', ['/usr', '/var/lib', '-name', name, '-print', '-quit']);
  const { stdout } = await run(file, args);
  return stdout.trim().split('/').slice(0, -levels).join('/');
}
