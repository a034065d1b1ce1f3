/** The pages beside the compiled server: the compiler copies no files. */
import { cpSync } from 'node:fs';
import { projectRoot } from './setup.mjs';

cpSync(`${projectRoot}/src/web`, `${projectRoot}/dist/web`, { recursive: true });
