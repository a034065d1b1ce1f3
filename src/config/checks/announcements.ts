/** Whether the announcements that settings play are there; they lie in a store of their own, not in the file. */

import { closest } from '../../lib/closest.ts';
import type { Finding } from '../problem.ts';
import { warning } from '../problem.ts';
import { entriesAt, textOf } from './view.ts';

/** Warnings, since they may be added without touching the file. */
export function checkAnnouncements(root: unknown, known: readonly string[]): Finding[] {
  return entriesAt(root, 'recording', 'settings').flatMap((setting) =>
    ['in', 'out']
      .map((direction) => textOf(setting, 'announcements', direction))
      .filter((named) => named !== undefined)
      .filter(({ text }) => !known.includes(text))
      .map(({ path, text }) => {
        const meant = closest(text, known);
        const hint = meant === undefined ? 'announcements add FILE --name NAME' : `did you mean ${meant}?`;
        return warning(path, `there is no announcement "${text}" yet, so that nothing is recorded`, hint);
      }),
  );
}
