/** The routes file: how Asterisk itself handles every call while fernamt is away. */

import { toText } from './dialplan-text.ts';
import { arrivalContexts } from './fallback-arrivals.ts';
import { callerContexts } from './fallback-callers.ts';
import { lineContexts } from './fallback-lines.ts';
import { outsideContexts } from './fallback-outside.ts';
import { toPlan } from './fallback-plan.ts';
import { ringingContexts } from './fallback-ringing.ts';
import type { FallbackPorts, FallbackSource } from './fallback-source.ts';

const header = `; Written by fernamt; changes are lost. It is written anew whenever the configuration is loaded.
;
; How calls go while fernamt is away: "open" (the call goes on, unrecorded), "record" (it goes on, and Asterisk records
; it where the rules record without asking) or "closed" (an announcement, then hang-up). Calls for help always go on.
; A channel variable FERNAMT_FALLBACK that holds one of the three words beats what stands here.
; Who records a call stands as the setting's place in the list and the key of its name; 9999- is nobody.
`;

/** Deterministic: the same configuration, memberships and rules give the same text. */
export function toFallbackDialplan(source: FallbackSource, ports: FallbackPorts): string {
  const plan = toPlan(source, ports);
  const contexts = [
    ...arrivalContexts(plan),
    ...callerContexts(plan),
    ...ringingContexts(plan),
    ...outsideContexts(plan),
    ...lineContexts(plan),
  ];
  return `${header}\n${toText(contexts)}`;
}
