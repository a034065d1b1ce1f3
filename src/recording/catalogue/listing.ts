/** Recordings as they are shown: lists, one of them, its audio and its files. Instants are ISO 8601 texts in UTC. */

import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { statIfThere } from '../../lib/durable-files.ts';
import type { RecordingId } from '../../telephony/ids.ts';
import type { Actor } from '../../telephony/recording-plan.ts';
import type { Catalogue } from './catalogue.ts';
import type { CatalogueQuery } from './catalogue-list.ts';
import { contentTypes } from '../files/conversion.ts';
import { audioName, fileNames } from '../files/metadata.ts';
import type { Judgement, StoredRecording, StoredState } from '../model.ts';

export interface ListedRecording {
  readonly id: string;
  readonly callid: string;
  /** File name without ending; empty until it is given. */
  readonly base: string;
  readonly direction: 'in' | 'out';
  readonly caller: string;
  readonly callee: string;
  readonly setting: string;
  readonly startedAt: string;
  /** Length of the audio; null until it is known, and where there is none. */
  readonly seconds: number | null;
  readonly state: StoredState;
  readonly judgement: Judgement | null;
  /** When and by whom the audio was withdrawn; null if it was not. */
  readonly erased: { readonly at: string; readonly by: Actor } | null;
}

export interface ListedPage {
  /** The latest first. */
  readonly recordings: readonly ListedRecording[];
  readonly nextCursor: string | null;
}

export interface StoredAudio {
  readonly bytes: number;
  readonly contentType: string;
  readonly fileName: string;
  /** Changes with the content. */
  readonly version: string;
  /** The bytes from `first` to `last`, both included. */
  read(first: number, last: number): Readable;
}

export interface Listing {
  /** Undefined for a cursor that this list never gave. */
  list(query: CatalogueQuery): ListedPage | undefined;
  get(id: string): ListedRecording | undefined;
  /** Undefined if there is no such recording, or its audio is not finished or not on this machine. */
  openAudio(id: string): Promise<StoredAudio | undefined>;
  /** Paths of the files that are on this machine, the audio first. */
  files(id: string): Promise<readonly string[]>;
  /** Told of each recording that is new or changed. Returns the way to end it. */
  subscribe(listener: (recording: ListedRecording) => void): () => void;
}

export function createListing(catalogue: Catalogue, directory: string): Listing {
  const find = (id: string): StoredRecording | undefined => catalogue.get(id as RecordingId);
  return {
    list: (query) => {
      const page = catalogue.list(query);
      return page && { recordings: page.recordings.map(toListed), nextCursor: page.next ?? null };
    },
    get: (id) => {
      const recording = find(id);
      return recording && toListed(recording);
    },
    openAudio: async (id) => {
      const recording = find(id);
      return recording && openAudio(recording, directory);
    },
    files: async (id) => {
      const recording = find(id);
      return recording ? listFiles(recording, directory) : [];
    },
    subscribe: (listener) =>
      catalogue.subscribe((recording) => {
        listener(toListed(recording));
      }),
  };
}

export function toListed({ id, opening, base, outcome, state, erasure }: StoredRecording): ListedRecording {
  return {
    id,
    callid: opening.call,
    base: base ?? '',
    direction: opening.direction,
    caller: opening.caller,
    callee: opening.callee,
    setting: opening.setting,
    startedAt: new Date(opening.startedAt).toISOString(),
    seconds: outcome?.audio?.seconds ?? null,
    state,
    judgement: outcome?.verdict.judgement ?? null,
    erased: erasure ? { at: new Date(erasure.erasedAt).toISOString(), by: erasure.by } : null,
  };
}

/** While the files of a withdrawn recording are being removed they are nobody's any more. */
function hasFiles({ state }: StoredRecording): boolean {
  return state !== 'recording' && state !== 'finishing' && state !== 'deleted';
}

async function openAudio(recording: StoredRecording, directory: string): Promise<StoredAudio | undefined> {
  const { base, outcome } = recording;
  if (!hasFiles(recording) || base === undefined || !outcome?.audio) return undefined;
  const { format, sha256 } = outcome.audio;
  const fileName = audioName(base, format);
  const path = join(directory, fileName);
  const stats = await statIfThere(path);
  return (
    stats && {
      bytes: stats.size,
      contentType: contentTypes[format],
      fileName,
      version: sha256,
      read: (first, last) => createReadStream(path, { start: first, end: last }),
    }
  );
}

async function listFiles(recording: StoredRecording, directory: string): Promise<readonly string[]> {
  if (!hasFiles(recording) || recording.base === undefined || !recording.outcome?.audio) return [];
  const paths = fileNames(recording.base, recording.outcome.audio.format).map((name) => join(directory, name));
  const there = await Promise.all(paths.map((path) => statIfThere(path)));
  return paths.filter((_, i) => there[i] !== undefined);
}
