/** What a fresh clone needs before anything of it can run. Needs nothing but Node; also used by the demo. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('..', import.meta.url));

const oldestNode = [20, 19];
const buildTools = { python3: 'python3', make: 'make', 'g++': 'g++' };

/** Runs a command in the project's folder with its output shown; true if it succeeded. */
export function run(command, args, env = {}) {
  const result = spawnSync(command, args, { cwd: projectRoot, stdio: 'inherit', env: { ...process.env, ...env } });
  if (result.error) console.error(`${command}: ${result.error.message}`);
  return result.status === 0;
}

/** Installs what package-lock.json names, unless exactly that is installed already. Throws with advice if it fails. */
export function ensurePackages() {
  demandNode();
  if (!installedAsLocked()) {
    ensureBuildTools();
    console.log(
      'Installing the packages (npm ci); the embedded database may be compiled, which takes a minute or two.',
    );
    if (!run('npm', ['ci', '--no-audit', '--no-fund'])) throw new Error('npm ci failed; its message stands above.');
  }
  if (databaseLoads()) return;
  ensureBuildTools();
  console.log('The embedded database was built for another Node; building it anew.');
  if (!run('npm', ['rebuild', 'better-sqlite3']) || !databaseLoads()) {
    throw new Error(
      'better-sqlite3 cannot be loaded. It needs python3, make and g++ where no ready-made build can be had.',
    );
  }
}

/** Installs Debian packages for the programs that are missing. Throws with the command to type if it may not. */
export function ensurePrograms(packageOf) {
  const missing = Object.keys(packageOf).filter((program) => !findProgram(program));
  if (missing.length === 0) return;
  const packages = missing.map((program) => packageOf[program]);
  const advice = `Please install: apt-get install ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !findProgram('apt-get'))
    throw new Error(`${missing.join(', ')} not found. ${advice}`);
  console.log(`Installing ${packages.join(', ')} by apt-get.`);
  const apt = (...args) => run('apt-get', ['-qq', '-y', ...args], { DEBIAN_FRONTEND: 'noninteractive' });
  apt('update');
  if (!apt('install', '--no-install-recommends', ...packages)) throw new Error(`apt-get failed. ${advice}`);
}

/** The full path of a program on the search path, or undefined. */
export function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function demandNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor, needMinor] = oldestNode;
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new Error(`Node ${oldestNode.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

/** Compares contents, not times: a checkout gives every file a new time. */
function installedAsLocked() {
  const installed = readPackages('node_modules/.package-lock.json');
  const locked = readPackages('package-lock.json');
  if (!installed || !locked) return false;
  return Object.entries(locked).every(([path, entry]) => {
    if (path === '') return true;
    const there = installed[path];
    return there ? there.version === entry.version && there.integrity === entry.integrity : entry.optional === true;
  });
}

function readPackages(path) {
  const full = join(projectRoot, path);
  return existsSync(full) ? JSON.parse(readFileSync(full, 'utf8')).packages : undefined;
}

function databaseLoads() {
  const script = "new (require('better-sqlite3'))(':memory:').close()";
  return spawnSync(process.execPath, ['-e', script], { cwd: projectRoot }).status === 0;
}

/** Missing tools are no error yet: a ready-made build may be had. */
function ensureBuildTools() {
  try {
    ensurePrograms(buildTools);
  } catch (error) {
    console.warn(error.message);
  }
}
