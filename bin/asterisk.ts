/** Finds or makes a usable Asterisk and says where it is: what the tests and the demo run first. */
import { findOrMakeAsterisk } from './asterisk/find.ts';

try {
  const found = await findOrMakeAsterisk((line) => console.log(line));
  const where = { machine: 'of this machine', rootFolder: `in ${found.prefix}`, docker: 'in Docker' }[found.kind];
  console.log(`Asterisk ${found.version} ${where}.`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
