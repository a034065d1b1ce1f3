/** Finishes a recording on a disk that is full, and then no longer: tells as JSON what was seen on the way. */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../../src/lib/durable-files.ts';
import {
  aClosing,
  anOpening,
  makeWorkshop,
  namesIn,
  silence,
  startUnattended,
  tone,
  until,
  writeRecorded,
} from './workshop.ts';

/** Writes until nothing more fits, by ever smaller pieces. */
function fillDisk(path: string): void {
  for (let size = 1 << 20; size >= 1; size /= 2) {
    for (let i = 0; writePiece(`${path}-${size}-${i}`, size); i++);
  }
}

function writePiece(path: string, size: number): boolean {
  try {
    writeFileSync(path, Buffer.alloc(size));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOSPC') return false;
    throw error;
  }
}

async function finishOnFullDisk(root: string, leadMs: number): Promise<object> {
  const workshop = makeWorkshop(root);
  const { finisher, catalogue, finished, failures, recordingDirectory, directory, database } = await startUnattended(
    workshop,
    { ownThread: true },
  );
  const opening = anOpening('call1');
  finisher.open(opening);
  const part = writeRecorded(
    recordingDirectory,
    'fernamt-call1-rec1',
    Int16Array.from([...silence(leadMs / 1000), ...tone(20)]),
  );
  fillDisk(join(root, 'ballast'));
  finisher.close(aClosing(opening, 20, { leadMs }));
  await until('the failure was reported', () => failures.length > 0);
  const whileFull = {
    finished: finished.length,
    partIsThere: existsSync(part),
    state: catalogue.get(opening.id)?.state,
  };
  for (const name of namesIn(root)) if (name.startsWith('ballast')) rmSync(join(root, name));
  await until('the recording is finished', () => finished.length === 1);
  await finisher.drained();
  const base = finished[0]?.base ?? '';
  const afterwards = {
    judgement: finished[0]?.outcome?.verdict.judgement,
    bytes: readFileSync(join(directory, `${base}.wav`)).length,
    files: namesIn(directory).length,
    parts: namesIn(recordingDirectory).length,
  };
  await finisher.stop();
  await database.close();
  return { whileFull, afterwards };
}

process.stdout.write(JSON.stringify(await finishOnFullDisk(process.argv[2] ?? '', Number(process.argv[3]))));
