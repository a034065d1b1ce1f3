/** What the ledger says of real calls, beforehand and afterwards. */

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, afterEach, before, describe, test } from 'node:test';
import { leavesNothing } from '../support/aftermath.ts';
import { TONES_HZ } from '../support/audio.ts';
import { eventually } from '../support/eventually.ts';
import type { Party } from '../support/phones.ts';
import { startSite, type Site } from '../support/site.ts';

const [low, high] = TONES_HZ;
const customer = '+491711234567';

const config = {
  users: ['1001', '1002', '1003'].map((extension) => ({ extension, did: [`+493055502${extension.slice(2)}`] })),
  hotlines: [],
  ringGroups: [],
  recording: {
    settings: [
      { name: 'Olivia', select: { users: ['1001'] } },
      {
        name: 'Asks',
        select: { users: ['1003'] },
        directions: ['in'],
        consent: { mode: 'optOut', seconds: 2 },
        announcements: { in: 'recording-optout-en' },
      },
    ],
  },
};

interface Line {
  readonly callid: string;
  readonly obligation: string;
  readonly outcome: string;
  readonly configuration: string;
}

interface Trace {
  readonly reason: string;
  readonly decision: string;
  readonly disposition: string | null;
  readonly recordings: readonly { readonly judgement: string | null }[];
  readonly consent: { readonly outcome: string; readonly digit: string | null } | null;
  readonly timeline: readonly { readonly event: string; readonly detail: string }[];
}

describe('the ledger of real calls', () => {
  let site: Site;
  before(async () => {
    site = await startSite({ name: 'ledger', config });
  });
  after(async () => {
    await site.stop();
  });
  afterEach(async () => {
    await leavesNothing(site);
  });

  async function get<Answer>(path: string): Promise<Answer> {
    const answer = await fetch(`${site.server.url}/api/v1${path}`);
    assert.equal(answer.status, 200, path);
    return (await answer.json()) as Answer;
  }

  async function latest(): Promise<Line> {
    const { calls } = await get<{ readonly calls: readonly Line[] }>('/ledger?limit=1');
    return calls[0] ?? assert.fail('the ledger is empty');
  }

  async function connects(did: string, extension: string): Promise<{ caller: Party; callee: Party }> {
    const caller = await site.phones.carrier.calls(did, { from: customer, playing: low });
    const callee = await site.phones.phone(extension).rings();
    await callee.answers({ playing: high });
    await Promise.all([caller.hears(high), callee.hears(low)]);
    return { caller, callee };
  }

  async function isJudged(call: string): Promise<Line> {
    return await eventually('the call is judged', async () => {
      const line = await latest();
      return line.callid === call && line.outcome !== 'open' ? line : undefined;
    });
  }

  test('a recorded call is demanded before it is joined, and found as it should be afterwards', async () => {
    const { caller, callee } = await connects('+49305550201', '1001');
    const line = await latest();
    assert.deepEqual([line.obligation, line.outcome], ['must', 'open']);
    await caller.hangsUp();
    await callee.hungUp();
    assert.equal((await isJudged(line.callid)).outcome, 'ok');
    const [recording] = await site.server.finishedRecordings(1);
    const trace = await get<Trace>(`/recordings/${recording?.id ?? ''}/trace`);
    const events = trace.timeline.map((one) => one.event);
    assert.ok(events.indexOf('decided') < events.indexOf('ringing'), events.join());
    assert.ok(events.indexOf('ringing') < events.indexOf('joined'), events.join());
    assert.deepEqual(events.slice(0, 1), ['arrived']);
    assert.ok(events.indexOf('ended') > events.indexOf('parted'), events.join());
    assert.deepEqual([trace.decision, trace.reason, trace.disposition], ['record', 'call-to-user', 'answered']);
    assert.deepEqual(
      trace.recordings.map((one) => one.judgement),
      ['ok'],
    );
  });

  test('a call that no setting takes need not be recorded, and was not', async () => {
    const { caller, callee } = await connects('+49305550202', '1002');
    await caller.hangsUp();
    await callee.hungUp();
    const { callid } = await latest();
    const { obligation, outcome } = await isJudged(callid);
    assert.deepEqual([obligation, outcome], ['needNot', 'ok']);
  });

  test('after a refusal a call may not be recorded, and the digits of the talk stand nowhere', async () => {
    const caller = await site.phones.carrier.calls('+49305550203', { from: customer, playing: low });
    await eventually('the caller is asked', async () => (await site.server.calls())[0]?.state === 'asking');
    assert.equal((await latest()).obligation, 'mayNot');
    await caller.presses('7');
    const callee = await site.phones.phone('1003').rings();
    await callee.answers({ playing: high });
    await Promise.all([caller.hears(high), callee.hears(low)]);
    await caller.presses('4111');
    await callee.receives('4111');
    await caller.hangsUp();
    await callee.hungUp();
    const { callid } = await latest();
    const { obligation, outcome } = await isJudged(callid);
    assert.deepEqual([obligation, outcome], ['mayNot', 'ok']);
    const { consent, timeline, recordings } = await get<Trace>(`/ledger/${callid}`);
    assert.deepEqual([consent?.outcome, consent?.digit, recordings], ['refused', '7', []]);
    const digits = timeline.filter((one) => one.event === 'digit').map((one) => one.detail[0]);
    assert.deepEqual(digits, ['7']);
  });

  test('a call that ends while the server is dead is judged when it is back', async () => {
    const { caller, callee } = await connects('+49305550201', '1001');
    const { callid } = await latest();
    await site.server.kill('SIGKILL');
    await caller.hangsUp();
    await callee.hungUp();
    await site.server.start();
    assert.equal((await isJudged(callid)).outcome, 'ok');
    const { timeline } = await get<Trace>(`/ledger/${callid}`);
    assert.equal(timeline.at(0)?.event, 'arrived');
  });

  test('the command line explains the call, knows its configuration, and misses a file that was taken away', async () => {
    const { callid, configuration } = await latest();
    const why = await site.server.cli('why', callid.slice(0, -2));
    assert.equal(why.code, 0, why.stderr);
    assert.match(why.stdout, /^because +a selected user is called$/m);
    const known = JSON.parse((await site.server.cli('configurations', 'list', '--json')).stdout) as { hash: string }[];
    assert.deepEqual(
      known.map((one) => one.hash),
      [configuration],
    );
    assert.equal((await site.server.cli('reconcile')).code, 0);
    const [recording] = await site.server.recordings();
    assert.ok(recording);
    await rm(site.server.audioPath(recording));
    const missing = await site.server.cli('reconcile', '--json');
    assert.equal(missing.code, 1);
    const { problems } = JSON.parse(missing.stdout) as { problems: { callid: string; fault: string }[] };
    assert.deepEqual(
      problems.map((one) => [one.callid, one.fault]),
      [[callid, 'file-gone']],
    );
  });
});
