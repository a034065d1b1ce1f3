/** Every command that exists. */

import { checkConfig } from './check-config.ts';
import type { Command } from './command.ts';

export const commands: readonly Command[] = [checkConfig];
