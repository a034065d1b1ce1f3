/** What routing needs to know from outside at the moment it decides. */

export interface Availability {
  /** Members that are logged in to the group, in the group's order. */
  activeMembers(group: string): readonly string[];
  /** The user has a call that is not over, other than `exceptCall`. */
  isBusy(extension: string, exceptCall: string): boolean;
  /** Who was rung first at the group's last call, for `roundRobin`. */
  lastHunted(group: string): string | undefined;
  /** Calls on the trunk now. */
  trunkCalls(trunk: string): number;
  /** Outside calls that the user began within the last minute. */
  outsideCallsLastMinute(extension: string): number;
  /** True when one more call would be one too many. */
  isOverloaded(): boolean;
}

/** Does the administrator's pattern match? Linear time; the pattern was checked when the configuration was loaded. */
export type PatternTest = (pattern: string, text: string) => boolean;
