/** `why`: everything that explains one call. */

import { createCatalogue } from '../recording/catalogue/catalogue.ts';
import { createLedger, type LedgeredCall } from '../recording/ledger/ledger.ts';
import { toTrace, type Trace } from '../recording/ledger/trace.ts';
import { toTraceText } from '../recording/ledger/trace-text.ts';
import type { Database } from '../store/database.ts';
import type { Config } from '../config/complete.ts';
import { sayNo } from './answer.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { toLocalTime, withStored } from './stored.ts';
import { formatFacts, formatTable } from './table.ts';

export const why: Command = {
  usage: 'why <callid>',
  summary: 'explain why a call was or was not recorded; the beginning of its id is enough if no other begins so',
  run: (invocation) => withStored(invocation, ({ config, database }) => explain(invocation, config, database)),
};

function explain(invocation: Invocation, config: Config, database: Database | undefined): ExitCode {
  const { json, output } = invocation;
  const [callId = ''] = invocation.arguments;
  const found = database && createLedger(database).find(callId);
  if (found === 'ambiguous') {
    return sayNo(invocation, 'ambiguous', `Several calls begin with ${callId}: give more of its id.`);
  }
  if (!database || !found) return sayNo(invocation, 'unknown-call', `There is no call ${callId} in the ledger.`);
  const trace = traceOf(database, found);
  output.out(json ? JSON.stringify(trace, null, 2) : toText(trace, config));
  return 0;
}

function traceOf(database: Database, found: LedgeredCall): Trace {
  return toTrace(found, createCatalogue(database).ofCall(found.entry.call));
}

const headings = {
  en: { looks: 'Settings, in the order in which they were asked:', timeline: 'What happened:' },
  de: { looks: 'Einstellungen in der Reihenfolge, in der sie gefragt wurden:', timeline: 'Was geschah:' },
} as const;

function toText(trace: Trace, { language, timeZone }: Config): string {
  const { facts, looks, timeline } = toTraceText(trace, {
    language,
    localTime: (iso, form) => toTime(iso, form, timeZone),
  });
  const sections = [
    formatFacts(facts),
    ...(looks.length === 0 ? [] : [`${headings[language].looks}\n${indented(formatFacts(looks))}`]),
    `${headings[language].timeline}\n${indented(toRows(timeline))}`,
  ];
  return sections.join('\n\n');
}

function toRows([first, ...rest]: readonly (readonly string[])[]): string {
  return first ? formatTable(first, rest) : '-';
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}

function toTime(iso: string, form: 'day' | 'moment', timeZone: string): string {
  const local = toLocalTime(Date.parse(iso), timeZone);
  const milliseconds = iso.slice(19, 23);
  return form === 'day' ? local : `${local.slice(11)}${milliseconds}`;
}
