/** What an announcement is: a name that settings refer to, and the audio that callers hear under it. */

export type Language = 'en' | 'de';

export interface Announcement {
  readonly name: string;
  /** Of the played audio; names exactly what a caller hears, at either sample rate. */
  readonly sha256: string;
  readonly language: Language;
  /** What it says, for the reader; empty if nobody told. */
  readonly text: string;
  readonly seconds: number;
  /** Unix time in milliseconds. */
  readonly addedAt: number;
  /** It came with the program, and nobody replaced it. */
  readonly shipped: boolean;
}

/** What a call needs to play one. */
export interface PlayableAnnouncement {
  readonly name: string;
  readonly sha256: string;
  readonly language: Language;
  readonly seconds: number;
  /** As Asterisk is told, behind `sound:`. */
  readonly sound: string;
}

export interface AddRequest {
  readonly name: string;
  /** The file as it was uploaded. */
  readonly audio: Buffer;
  readonly language?: Language;
  readonly text?: string;
  /** Takes the place of the one that has the name now, if there is one. */
  readonly replace: boolean;
}

/** Why audio cannot be taken. */
export type AudioFault =
  | 'not-audio'
  | 'silent'
  | 'too-short'
  | 'too-long'
  | 'too-large'
  | 'cut-off'
  | 'converter-missing'
  | 'converter-failed';

export type RefusalReason =
  AudioFault | 'bad-name' | 'text-too-long' | 'name-taken' | 'not-found' | 'in-use' | 'shipped';

export interface Refusal {
  readonly refused: RefusalReason;
  /** A sentence for the one who asked. */
  readonly message: string;
}

export type Added = { readonly announcement: Announcement; readonly replaced: boolean } | Refusal;
/** `restored`: the name lives on with the audio that ships with the program. */
export type Removed = { readonly removed: string; readonly restored: boolean } | Refusal;

export const mostUploadBytes = 20 * 1024 * 1024;
export const shortestSeconds = 0.3;
export const longestSeconds = 300;
export const longestText = 4000;

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

export function isRefusal<Answer extends object>(answer: Answer | Refusal): answer is Refusal {
  return 'refused' in answer;
}

/** The rule that the configuration has for the names of announcements. */
export function isAnnouncementName(name: string): boolean {
  return namePattern.test(name);
}

/** `recording-optin-de` says by its name what language it speaks. */
export function languageOfName(name: string): Language | undefined {
  return (['en', 'de'] as const).find((language) => name.endsWith(`-${language}`));
}

export function toSound(application: string, sha256: string): string {
  return `${application}/announcements/${sha256}`;
}
