/** What announcements need to know of the others. */

import type { Language } from './model.ts';

export interface AnnouncementsPorts {
  /** Unix time in milliseconds. */
  now(): number;
  /** The language of an announcement that tells none. */
  language(): Language;
  /** The names of the settings that play it; while there is one it is not removed. */
  usedBy(name: string): readonly string[];
  /** Whether evidence names this audio, which is then kept whatever becomes of its name. */
  isEvidence(sha256: string): boolean;
}
