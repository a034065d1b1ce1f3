import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDebianRoot } from './debian.ts';
import { dockerAnswers, prepareDocker } from './docker.ts';
import { inspect, type Inspection } from './inspect.ts';
import type { AsteriskInstallation, Progress } from './installation.ts';
import { REQUIRED_MODULES, VERSION_RULE } from './requirements.ts';
import { prepareRootFolder } from './root-folder.ts';

const CACHE_DIRECTORY = fileURLToPath(new URL('../../.cache/asterisk', import.meta.url));

interface Way {
  readonly name: string;
  /** What must be so before this way can be gone. */
  readonly possible: () => boolean | Promise<boolean>;
  readonly otherwise: string;
  readonly prepare: (progress: Progress) => Promise<Inspection>;
}

const WAYS: readonly Way[] = [
  {
    name: "this machine's own Asterisk",
    possible: () => true,
    otherwise: '',
    prepare: () => inspectMachine(),
  },
  {
    name: 'a Debian root folder',
    possible: isDebianRoot,
    otherwise: 'needs root on Debian',
    prepare: (progress) => prepareRootFolder(CACHE_DIRECTORY, progress),
  },
  {
    name: 'Docker',
    possible: dockerAnswers,
    otherwise: 'no Docker service answers',
    prepare: (progress) => prepareDocker(CACHE_DIRECTORY, progress),
  },
];

/**
 * Finds a usable Asterisk, or makes one; the first way that works is taken. Throws with what to do when none does.
 */
export async function findOrMakeAsterisk(progress: Progress): Promise<AsteriskInstallation> {
  const refusals: string[] = [];
  for (const way of WAYS) {
    const outcome = await tryWay(way, progress);
    if (outcome.kind === 'usable') return outcome.installation;
    refusals.push(`  ${way.name}: ${outcome.reason}`);
  }
  throw new Error(`No usable Asterisk could be found or made.\n${refusals.join('\n')}\n${ADVICE}`);
}

async function tryWay(way: Way, progress: Progress): Promise<Inspection> {
  if (!(await way.possible())) return { kind: 'unusable', reason: way.otherwise };
  try {
    return await way.prepare(progress);
  } catch (error) {
    return { kind: 'unusable', reason: error instanceof Error ? error.message : String(error) };
  }
}

function inspectMachine(): Promise<Inspection> {
  return inspect({
    kind: 'machine',
    prefix: '',
    instancesDirectory: join(tmpdir(), 'fernamt-asterisk'),
    command: (program, args) => [program, ...args],
  });
}

const ADVICE = `Do one of these:
  - run this as root on Debian, which makes a root folder below .cache/asterisk;
  - start Docker;
  - install ${VERSION_RULE} with the modules ${REQUIRED_MODULES.join(', ')}.`;
