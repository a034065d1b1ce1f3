/** Identifiers. Those of Asterisk objects are chosen by us before the request and begin with the application's name. */

type Brand<Name extends string> = string & { readonly __brand: Name };

export type CallId = Brand<'CallId'>;
/** A leg is one channel; its id is Asterisk's channel id. */
export type LegId = Brand<'LegId'>;
export type BridgeId = Brand<'BridgeId'>;
export type SnoopId = Brand<'SnoopId'>;
export type PlaybackId = Brand<'PlaybackId'>;
/** Asterisk's name of one recorded file, without ending. */
export type RecordingName = Brand<'RecordingName'>;
/** One recording of ours; it may consist of two recorded files. */
export type RecordingId = Brand<'RecordingId'>;

export type ResourceKind = 'leg' | 'bridge' | 'snoop' | 'play' | 'announcement' | 'mouth' | 'beep' | 'rec';

/** `<application>-<call>-<kind><number>`: unique, and tells the call by itself. */
export function resourceId(application: string, call: CallId, kind: ResourceKind, number: number): string {
  return `${application}-${call}-${kind}${String(number)}`;
}

/**
 * The call that an id of ours belongs to, or undefined for a foreign one. Asterisk's own ids may begin like ours, if its
 * system name is our application's: `fernamt-1700000000.12`.
 */
export function callOfResource(application: string, id: string): CallId | undefined {
  if (!id.startsWith(`${application}-`)) return undefined;
  const rest = id.slice(application.length + 1);
  const dash = rest.lastIndexOf('-');
  return dash > 0 && /^[a-z]+[0-9]+$/.test(rest.slice(dash + 1)) ? (rest.slice(0, dash) as CallId) : undefined;
}
