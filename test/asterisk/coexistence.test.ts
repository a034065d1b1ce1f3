/** Several servers, and things of others, on one Asterisk. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { leavesNothing } from '../support/aftermath.ts';
import { eventually } from '../support/eventually.ts';
import { startServer, type RunningServer } from '../support/server.ts';
import { startSite, type Site } from '../support/site.ts';
import {
  answered,
  ari,
  callerHz,
  channelsOf,
  freshNumber,
  hearEachOtherFor,
  inbound,
  isAsteriskEmpty,
  isRecordedOnce,
  type Talk,
} from './fault-bench.ts';

/** The second application's name begins with the first one's. */
const otherApplication = 'fernamt2';

const dialplan = `
[other-trunk]
exten => _[0-9+*#]!,1,Stasis(${otherApplication},trunk)
 same => n,Hangup()
[nobodys]
exten => _[0-9+*#]!,1,Answer()
 same => n,Wait(60)
`;

describe('two servers with different application names', () => {
  let site: Site;
  let other: RunningServer;
  before(async () => {
    const endpoints = { backup: { context: 'other-trunk' }, '1008': { context: 'nobodys' } };
    // With this system name the ids that Asterisk gives begin like the first server's own.
    site = await startSite({ name: 'coexistence', asterisk: { dialplan, endpoints, systemName: 'fernamt' } });
    const routesFile = join(dirname(site.asterisk.routesFile), 'other-routes.conf');
    other = await startServer({ asterisk: { ...site.asterisk, routesFile }, config: otherConfig });
  });
  after(async () => {
    await other.remove();
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  test('leave each other’s talks alone, also when one is killed and sweeps at its start', async () => {
    const [mine, theirs] = await Promise.all([inbound(site), inboundOfOther(site)]);
    const going = Promise.all([mine, theirs].map((talk) => hearEachOtherFor(talk, 3000)));
    await other.kill('SIGKILL');
    await other.start();
    await site.server.kill('SIGKILL');
    await site.server.start();
    await going;
    assert.deepEqual([(await site.server.calls()).length, (await other.calls()).length], [1, 1]);
    await Promise.all([mine, theirs].map(({ caller }) => caller.hangsUp()));
    await Promise.all([mine, theirs].map(({ callee }) => callee.hungUp()));
    await isRecordedOnce(site, mine, { judgement: 'ok', atLeastSeconds: 2.8 });
    await isRecordedOnce({ ...site, server: other }, theirs, { judgement: 'ok', atLeastSeconds: 2.8 });
    assert.equal((await site.server.recordings()).length, 1);
    assert.equal((await other.recordings()).length, 1);
  });

  test('sweep what is left over of their own, and nothing else', async () => {
    const own = 'fernamt-mgone1-';
    const theirs = `${otherApplication}-mgone1-`;
    const foreign = ['fernamt-1700000000.12', 'someone-mgone1-'];
    const nobodys = await site.phones.phone('1008').calls('5');
    await nobodys.isAnswered();
    for (const prefix of [own, theirs, ...foreign]) {
      await ari(site.asterisk, 'POST', `bridges/${prefix}bridge1`, { type: 'mixing' });
      const app = prefix === theirs ? otherApplication : 'fernamt';
      const made = { endpoint: 'PJSIP/1002', app, appArgs: 'leg', channelId: `${prefix}leg1` };
      await ari(site.asterisk, 'POST', 'channels/create', made);
    }
    await site.server.kill('SIGKILL');
    await site.server.start();
    await eventually('the left-overs are gone', async () => !(await idsOf(site)).some((id) => id.startsWith(own)));
    const left = await idsOf(site);
    for (const prefix of [theirs, ...foreign]) {
      assert.deepEqual(left.filter((id) => id.startsWith(prefix)).sort(), [`${prefix}bridge1`, `${prefix}leg1`]);
    }
    assert.equal(nobodys.isOver, false);
    await other.kill('SIGKILL');
    await other.start();
    await eventually('the others are gone, too', async () => !(await idsOf(site)).some((id) => id.startsWith(theirs)));
    await nobodys.hangsUp();
    for (const prefix of foreign) {
      await ari(site.asterisk, 'DELETE', `channels/${prefix}leg1`);
      await ari(site.asterisk, 'DELETE', `bridges/${prefix}bridge1`);
    }
  });
});

describe('two servers with the same application name', () => {
  let site: Site;
  let newer: RunningServer | undefined;
  before(async () => {
    site = await startSite({ name: 'same-name' });
  });
  after(async () => {
    await newer?.remove();
    await site.stop();
  });

  test('a second one with the same configuration file ends at once and disturbs nothing', async () => {
    const talk = await inbound(site);
    const second = await start(site.server.configFile);
    assert.equal(second.code, 1);
    assert.match(second.stderr, /EADDRINUSE/);
    await hearEachOtherFor(talk, 300);
    assert.equal((await site.server.calls()).length, 1);
    await talk.caller.hangsUp();
    await isRecordedOnce(site, talk, { judgement: 'ok', atLeastSeconds: 0.3 });
  });

  test('the older one stops and says why, its talk goes on, and the newer one has the next calls', async () => {
    const talk = await inbound(site);
    const ended = site.server.ended();
    newer = await startServer({ asterisk: site.asterisk });
    assert.equal(await ended, 1);
    assert.match(JSON.stringify(site.server.log.at(-1)), /another server took over our application/);
    await hearEachOtherFor(talk, 500);
    const next = await inbound({ ...site, server: newer });
    assert.equal((await newer.calls()).length, 1);
    await talk.callee.hangsUp();
    await talk.caller.hungUp();
    await next.caller.hangsUp();
    await isRecordedOnce({ ...site, server: newer }, next, { judgement: 'ok', atLeastSeconds: 0 });
    await newer.kill('SIGKILL');
    await newer.start();
    await isAsteriskEmpty(site.asterisk, 10_000);
  });
});

const otherConfig = {
  asterisk: { application: otherApplication },
  hotlines: [{ did: '+4930555099', name: 'Other', destination: '1004' }],
  ringGroups: [],
};

/** Runs a server until it ends. */
function start(configFile: string): Promise<{ readonly code: unknown; readonly stderr: string }> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const args = ['--import', 'tsx', 'src/main.ts', '--config', configFile];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, timeout: 20_000 }, (error, _, stderr) => {
      resolve({ code: error?.code ?? 0, stderr });
    });
  });
}

async function inboundOfOther(site: Site): Promise<Talk> {
  const [number, beganAt] = [freshNumber(), Date.now()];
  const caller = await site.phones.backup.calls('+4930555099', { from: number, playing: callerHz });
  return answered({ caller, callee: await site.phones.phone('1004').rings(), number, beganAt });
}

async function idsOf({ asterisk }: Site): Promise<readonly string[]> {
  const bridges = (await ari(asterisk, 'GET', 'bridges')) as readonly { readonly id: string }[];
  return [...(await channelsOf(asterisk)), ...bridges].map(({ id }) => id);
}
