/** Every command that exists. */

import { checkConfig } from './check-config.ts';
import type { Command } from './command.ts';
import { dialplan } from './dialplan.ts';
import { listRecordings, showRecording } from './recordings.ts';

export const commands: readonly Command[] = [checkConfig, dialplan, listRecordings, showRecording];
