import assert from 'node:assert/strict';
import { existsSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { load } from '../../../src/config/load.ts';
import type { Config } from '../../../src/config/complete.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { openDatabase } from '../../../src/store/database.ts';
import { createAnnouncements, openAnnouncementStore, type Announcements } from '../../../src/wiring/announcements.ts';
import { collectLogLines } from '../../support/log-lines.ts';
import { createManualClock, type ManualClock } from '../../support/manual-clock.ts';
import { makeAudio, makeFolder, speech } from '../announcements/studio.ts';

const studio = makeFolder({ after });
const audio = makeAudio(studio, 'own.mp3', speech(1));

interface Server extends Announcements {
  readonly config: Config;
  readonly clock: ManualClock;
  readonly installed: (sha256: string) => string;
  readonly errors: () => readonly string[];
}

async function server(t: TestContext, settings = '[]'): Promise<Server> {
  const root = makeFolder(t);
  const file = join(root, 'fernamt.yaml');
  const place = `soundsDirectory: ${root}/sounds`;
  writeFileSync(
    file,
    `dataDirectory: ${root}/data
asterisk: { url: http://127.0.0.1:8088, username: fernamt, password: x, application: switch, ${place} }
recording: { settings: ${settings} }
`,
  );
  const loaded = load(file);
  assert.ok(loaded.ok, JSON.stringify(loaded.problems));
  const { config } = loaded;
  const database = await openDatabase(join(config.dataDirectory, 'fernamt.db'));
  const [log, clock] = [collectLogLines(), createManualClock()];
  const logger = createLogger({ level: 'info', personalData: 'plain' }, log.stream);
  const announcements = createAnnouncements({ config, current: () => config, database, clock, logger });
  t.after(async () => {
    announcements.stop();
    await database.close();
  });
  await announcements.start();
  return {
    ...announcements,
    ...{ config, clock },
    installed: (sha256) => join(root, 'sounds/switch/announcements', `${sha256}.wav`),
    errors: () => log.lines.filter(({ level }) => level === 'error').map((line) => JSON.stringify(line)),
  };
}

/** As the command line does. */
async function addBeside({ config, clock }: Server, name: string): Promise<string> {
  const database = await openDatabase(join(config.dataDirectory, 'fernamt.db'));
  const added = await openAnnouncementStore({ config, database, clock }).add({ name, audio, replace: true });
  await database.close();
  assert.ok(!('refused' in added));
  return added.announcement.sha256;
}

test('a call gets the name, the hash and the sound that Asterisk plays, and the files are there', async (t) => {
  const { port, installed, errors } = await server(t);
  const found = port.announcement('recording-optout-de');
  assert.ok(found);
  assert.deepEqual(
    { ...found, seconds: Math.round(found.seconds) },
    {
      ...{ name: 'recording-optout-de', sha256: found.sha256, language: 'de', seconds: 8 },
      sound: `switch/announcements/${found.sha256}`,
    },
  );
  assert.ok(existsSync(installed(found.sha256)) && existsSync(`${installed(found.sha256)}16`));
  assert.equal(port.announcement('none'), undefined);
  assert.deepEqual(errors(), []);
});

test('what another process adds is there for the next call, and for Asterisk before that', async (t) => {
  const one = await server(t);
  const sha256 = await addBeside(one, 'recording-optout-de');
  assert.equal(one.port.announcement('recording-optout-de')?.sha256, sha256);
  const next = await addBeside(one, 'another');
  one.clock.advance(5000);
  assert.ok(existsSync(one.installed(next)));
});

test('a file that somebody cut is whole again before the next call', async (t) => {
  const { port, installed } = await server(t);
  const { sha256 = '' } = port.announcement('recording-notice-en') ?? {};
  truncateSync(installed(sha256), 1000);
  assert.ok(port.announcement('recording-notice-en'));
  rmSync(installed(sha256));
  assert.ok(port.announcement('recording-notice-en'));
  assert.ok(existsSync(installed(sha256)));
});

test('an announcement that is cut in the store and for Asterisk is none, and it is told', async (t) => {
  const one = await server(t);
  const sha256 = await addBeside(one, 'own');
  assert.ok(one.port.announcement('own'));
  truncateSync(one.installed(sha256), 1000);
  truncateSync(join(one.config.dataDirectory, 'announcements', sha256, 'audio.wav'), 1000);
  assert.equal(one.port.announcement('own'), undefined);
  assert.match(one.errors().join(), /missing or damaged.*could not be put where Asterisk finds it/);
});

test('a setting that plays what there is not is told at the start', async (t) => {
  const announced = '{ name: Sales, select: { all: true }, announcements: { in: recording-notice-en, out: mine } }';
  const { errors, shelf } = await server(t, `[${announced}]`);
  assert.equal(errors().length, 1);
  assert.match(errors()[0] ?? '', /"setting":"Sales","announcement":"mine"/);
  assert.deepEqual(shelf.get('recording-notice-en')?.usedBy, ['Sales']);
  const removed = await shelf.remove('recording-notice-en');
  assert.ok('refused' in removed && removed.refused === 'in-use');
});
