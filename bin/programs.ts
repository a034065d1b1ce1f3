import { ensurePrograms } from './setup.mjs';

/** Programs that tests and the demo call, and the Debian packages they come in. */
const PACKAGE_OF = {
  'espeak-ng': 'espeak-ng',
  ffmpeg: 'ffmpeg',
  sipp: 'sip-tester',
  sox: 'sox',
  strace: 'strace',
  unshare: 'util-linux',
  debootstrap: 'debootstrap',
} as const satisfies Readonly<Record<string, string>>;

export type Program = keyof typeof PACKAGE_OF;

/** Installs what is missing, as root on Debian; throws with the command to type where that is not possible. */
export function ensureCommands(programs: readonly Program[]): void {
  ensurePrograms(Object.fromEntries(programs.map((program) => [program, PACKAGE_OF[program]])));
}
