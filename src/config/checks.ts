/** Everything that the schema cannot see because it concerns more than one key. */

import { checkContradictions } from './checks/contradictions.ts';
import { checkDestinations } from './checks/destinations.ts';
import { checkDigits } from './checks/digits.ts';
import { checkNames } from './checks/names.ts';
import { checkPhones } from './checks/phones.ts';
import { checkRecording } from './checks/recording.ts';
import { checkReferences } from './checks/references.ts';
import type { Finding } from './problem.ts';

const checks: readonly ((root: unknown) => Finding[])[] = [
  checkNames,
  checkDigits,
  checkPhones,
  checkReferences,
  checkDestinations,
  checkRecording,
  checkContradictions,
];

export function checkAll(root: unknown): Finding[] {
  return checks.flatMap((check) => check(root));
}
