/** What is known of a recording when it is judged. */

import type { Assembly } from './assemble.ts';
import type { Made } from './file-work.ts';
import type { Evidence, JudgementRules } from './judgement.ts';
import { laneNames } from './metadata.ts';
import type { StoredClosing, StoredOpening } from '../model.ts';
import { pausedSeconds } from './pauses.ts';

interface Talk {
  readonly opening: StoredOpening;
  readonly closing: StoredClosing;
}

export function toEvidence(rules: JudgementRules, { opening, closing }: Talk, made: Made): Evidence {
  const { assembly, inspection } = made;
  const cutOff = cutOffReason(closing, assembly);
  const levels = inspection?.lanes ?? assembly.partLevels;
  const lanes = levels?.map((level, i) => ({ name: laneNames(opening)[i] ?? '', level }));
  return {
    rules,
    faults: faultsOf(made),
    ...(cutOff === undefined ? {} : { cutOff }),
    ...(inspection?.level && { level: inspection.level }),
    ...(lanes && { lanes }),
    ...(closing.packets && { packets: closing.packets }),
    pausedSeconds: pausedSeconds(closing, inspection?.level?.seconds ?? 0),
    ...(isLengthKnown(closing) ? { expectedSeconds: Math.max(0, closing.partedAt - closing.joinedAt) / 1000 } : {}),
  };
}

function faultsOf({ assembly: { faults }, inspection }: Made): readonly string[] {
  const unread = faults.length === 0 && inspection?.fault !== undefined;
  return unread ? [`The finished file cannot be read: ${inspection.fault}`] : faults;
}

function isLengthKnown({ origin, endUnheard }: StoredClosing): boolean {
  return origin === 'told' && endUnheard !== true;
}

function cutOffReason(closing: StoredClosing, assembly: Assembly): string | undefined {
  if (assembly.repaired.length > 0)
    return `Asterisk did not close ${assembly.repaired.join(' and ')}: the recording was cut off`;
  return closing.interrupted ? 'The recording was interrupted before the call was over' : undefined;
}
