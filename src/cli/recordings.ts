/** `recordings list` and `recordings show`: what was recorded, and what the files were found to be. */

import { createCatalogue, type Catalogue } from '../recording/catalogue/catalogue.ts';
import type { CatalogueQuery } from '../recording/catalogue/catalogue-list.ts';
import { createListing, type ListedRecording, type Listing } from '../recording/catalogue/listing.ts';
import { toMetadata } from '../recording/files/metadata.ts';
import { storedStates, type Erasure, type StoredRecording } from '../recording/model.ts';
import type { RecordingId } from '../telephony/ids.ts';
import { recordingsDirectoryOf } from '../wiring/finishing.ts';
import type { Command, ExitCode, Invocation } from './command.ts';
import { withStored } from './stored.ts';
import { formatFacts, formatTable } from './table.ts';

export const listRecordings: Command = {
  usage: 'recordings list',
  summary: 'list recordings, the latest first',
  options: [
    { flags: '--from <time>', summary: 'begun at or after, such as 2025-11-21 or 2025-11-21T09:30:00Z' },
    { flags: '--to <time>', summary: 'begun before' },
    { flags: '--setting <name>', summary: 'of this recording setting' },
    { flags: '--direction <in|out>', summary: 'of this direction' },
    { flags: '--party <number>', summary: 'with this caller, callee, group or user' },
    { flags: '--state <state>', summary: storedStates.join(', ') },
    { flags: '--limit <number>', summary: 'at most so many (default: 50)' },
  ],
  run: runList,
};

export const showRecording: Command = {
  usage: 'recordings show <id>',
  summary: 'show everything about a recording, and how it was judged',
  run: runShow,
};

interface Book {
  readonly catalogue: Catalogue;
  readonly listing: Listing;
  readonly timeZone: string;
}

const largestPage = 200;

async function runList(invocation: Invocation): Promise<ExitCode> {
  const query = toQuery(invocation.options);
  if (typeof query === 'string') return wrongUse(invocation, query);
  return withBook(invocation, async (book) => {
    const recordings = book ? readAll(book.listing, query) : [];
    if (invocation.json) {
      const listed = recordings.map(async (one) => ({ ...one, files: await book?.listing.files(one.id) }));
      invocation.output.out(JSON.stringify(await Promise.all(listed), null, 2));
    } else {
      invocation.output.out(recordings.length === 0 ? 'No recordings.' : toTable(recordings, book?.timeZone ?? 'UTC'));
    }
    return 0;
  });
}

async function runShow(invocation: Invocation): Promise<ExitCode> {
  const id = invocation.arguments[0] ?? '';
  return withBook(invocation, async (book) => {
    const recording = book?.catalogue.get(id as RecordingId);
    if (!book || !recording) {
      invocation.output.err(`There is no recording ${id}.`);
      return 1;
    }
    const files = await book.listing.files(id);
    const text = invocation.json
      ? JSON.stringify({ ...book.listing.get(id), files, metadata: toMetadata(recording) }, null, 2)
      : toFacts(recording, files, book.timeZone);
    invocation.output.out(text);
    return 0;
  });
}

/** Without a book nothing was recorded yet. */
function withBook(invocation: Invocation, use: (book: Book | undefined) => Promise<ExitCode>): Promise<ExitCode> {
  return withStored(invocation, ({ config, database }) => {
    if (!database) return use(undefined);
    const catalogue = createCatalogue(database);
    const listing = createListing(catalogue, recordingsDirectoryOf(config));
    return use({ catalogue, listing, timeZone: config.timeZone });
  });
}

function wrongUse({ output }: Invocation, message: string): ExitCode {
  output.err(message);
  return 2;
}

// ── what is asked for ───────────────────────────────────────────────────────

/** The query, or what is wrong with the options. */
function toQuery(options: Invocation['options']): CatalogueQuery | string {
  const [from, to] = [toTime(options['from']), toTime(options['to'])];
  const direction = (['in', 'out'] as const).find((one) => one === options['direction']);
  const state = storedStates.find((one) => one === options['state']);
  const limit = Number(options['limit'] ?? 50);
  if (Number.isNaN(from) || Number.isNaN(to)) return 'A time is written like 2025-11-21 or 2025-11-21T09:30:00Z.';
  if (!Number.isInteger(limit) || limit < 1) return 'The limit is a number from 1 on.';
  if (options['direction'] !== direction) return 'The direction is in or out.';
  if (options['state'] !== state) return `The state is one of ${storedStates.join(', ')}.`;
  const asked = { from, to, direction, state, setting: toText(options['setting']), party: toText(options['party']) };
  return { limit, ...withoutUndefined(asked) };
}

function withoutUndefined<Value extends object>(value: Value): { [Key in keyof Value]?: NonNullable<Value[Key]> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as ReturnType<
    typeof withoutUndefined<Value>
  >;
}

function toText(option: string | boolean | undefined): string | undefined {
  return typeof option === 'string' ? option : undefined;
}

function toTime(text: string | boolean | undefined): number | undefined {
  return typeof text === 'string' ? Date.parse(text) : undefined;
}

function readAll(listing: Listing, query: CatalogueQuery): readonly ListedRecording[] {
  const found: ListedRecording[] = [];
  for (let cursor: string | null | undefined; cursor !== null && found.length < query.limit;) {
    const limit = Math.min(largestPage, query.limit - found.length);
    const page = listing.list({ ...query, limit, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...(page?.recordings ?? []));
    cursor = page?.nextCursor ?? null;
  }
  return found;
}

// ── how it is shown ─────────────────────────────────────────────────────────

function toTable(recordings: readonly ListedRecording[], timeZone: string): string {
  const head = ['STARTED', 'DIR', 'CALLER', 'CALLEE', 'SETTING', 'SECONDS', 'STATE', 'JUDGED', 'ID'];
  const rows = recordings.map((one) => [
    toLocalTime(Date.parse(one.startedAt), timeZone),
    one.direction,
    one.caller,
    one.callee,
    one.setting,
    one.seconds?.toFixed(1) ?? '-',
    one.state,
    one.judgement ?? '-',
    one.id,
  ]);
  return formatTable(head, rows);
}

function toFacts(
  { id, opening, state, outcome, erasure }: StoredRecording,
  files: readonly string[],
  timeZone: string,
): string {
  const { caller, callerName } = opening;
  return formatFacts([
    ['recording', id],
    ['call', opening.call],
    ['started', toLocalTime(opening.startedAt, timeZone)],
    ['direction', opening.direction],
    ['caller', callerName === '' ? caller : `${caller} (${callerName})`],
    ['callee', opening.callee],
    ['users', opening.users.join(', ')],
    ['setting', `${opening.setting} (${opening.reason})`],
    ['configuration', opening.configuration ?? '-'],
    ['state', state],
    ...(erasure ? ([['erased', toEvidence(erasure, timeZone)]] as const) : []),
    ['seconds', outcome?.audio?.seconds?.toFixed(2) ?? '-'],
    ['judged', outcome?.verdict.judgement ?? '-'],
    ['how', outcome?.verdict.method ?? '-'],
    ['sha256', outcome?.audio?.sha256 ?? '-'],
    ...files.map((path): readonly [string, string] => ['file', path]),
  ]);
}

function toEvidence({ erasedAt, by }: Erasure, timeZone: string): string {
  const who = by.kind === 'user' ? `user ${by.extension}` : by.kind === 'api' ? by.name : 'the time limit';
  return `${toLocalTime(erasedAt, timeZone)} by ${who}`;
}

function toLocalTime(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
}
