/** The demo from a fresh clone: `npm run demo`. Needs nothing but Node until the packages are there. */
import { parseArgs } from 'node:util';
import process from 'node:process';
import { ensurePackages } from './setup.mjs';

const usage = `Usage: npm run demo -- [--once]

Sets everything up, places a call from outside to a hotline, whose caller is told that he may be
recorded, shows what happens as it happens, and proves the recording by its content. Then it stays
up with the live page on http://127.0.0.1:8080 and places a sample call now and then, until Ctrl-C.

  --once     one proven call, then the end: exit code 0 if the recording was proven, 1 if not
  --targets  deliver the recording over SFTP and SMB too (not built yet)
  --help     this text
`;
const wrongUse = 2;

function readOptions() {
  const flag = { type: 'boolean', default: false };
  try {
    return parseArgs({ options: { once: flag, targets: flag, help: flag } }).values;
  } catch (error) {
    console.error(`${error.message}\n\n${usage}`);
    return undefined;
  }
}

async function main() {
  const options = readOptions();
  if (options === undefined) return wrongUse;
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (options.targets) {
    console.error('--targets: delivery to other servers is not built yet. Recordings stay in their local directory.');
    return wrongUse;
  }
  console.log('fernamt demo\n');
  const startedAt = Date.now();
  ensurePackages();
  const packagesMs = Date.now() - startedAt;
  const { register } = await import('tsx/esm/api');
  register();
  const { runDemo } = await import('./demo.ts');
  return await runDemo({ once: options.once, packagesMs });
}

// A telephone that was waiting for something when its Asterisk ended would keep the process for its patience.
process.exit(
  await main().catch((error) => {
    console.error(`\nThe demo could not go on: ${error.message}`);
    return 1;
  }),
);
