/** Regular expressions that administrators write. The engine works in linear time, so no pattern can stall the server. */

import { RE2JS } from 're2js';

/** A checked expression; `matches` searches, it does not anchor. */
export interface Pattern {
  matches(text: string): boolean;
}

export type PatternResult =
  { readonly ok: true; readonly pattern: Pattern } | { readonly ok: false; readonly message: string };

/** Never throws: what the engine does not accept (look-ahead, back references, a bracket left open) comes back as a message. */
export function compilePattern(source: string): PatternResult {
  try {
    const compiled = RE2JS.compile(source);
    return { ok: true, pattern: { matches: (text) => compiled.matcher(text).find() } };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
