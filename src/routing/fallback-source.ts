/** What the fallback is made from: the configuration, and what the rules of recording say. */

import type { Hotline, RoutingSource } from './directory.ts';

/** `open`: the call goes on, unrecorded. `record`: Asterisk records it. `closed`: an announcement, then hang-up. */
export type FallbackMode = 'open' | 'record' | 'closed';

export interface FallbackHotline extends Hotline {
  readonly fallback?: FallbackMode | undefined;
}

/** The same keys as in the file. */
export interface FallbackSource extends RoutingSource {
  readonly asterisk: { readonly application: string; readonly fallback: FallbackMode };
  readonly hotlines: readonly FallbackHotline[];
}

/**
 * One side of a call. Incoming: of the user, group or outside number that is called. Outgoing: of the user who calls.
 * An internal call has both, and the setting that stands first in the list takes it.
 */
export type RecordedSide =
  | {
      readonly direction: 'in';
      readonly internal: boolean;
      readonly addressed:
        | { readonly kind: 'user'; readonly extension: string }
        | { readonly kind: 'group'; readonly number: string }
        | { readonly kind: 'outside'; readonly number: string };
      readonly hotline?: string;
    }
  | { readonly direction: 'out'; readonly internal: boolean; readonly user: string };

/** The first setting that matches the side. */
export interface MatchingSetting {
  /** Its place in the list. */
  readonly order: number;
  /** Its name if it records without asking or announcing; without a name nothing is recorded, by no later setting either. */
  readonly setting?: string;
}

export interface FallbackPorts {
  /** Of the last known rules. Where only the numbers of a call could tell (exceptions), the answer is that nothing is recorded. */
  matchingSetting(side: RecordedSide): MatchingSetting | undefined;
  /** Sixteen hexadecimal digits that stand for a setting's name in a file name. */
  settingKey(setting: string): string;
  /** Members that are logged in to the group, in the group's order. */
  activeMembers(group: string): readonly string[];
}
