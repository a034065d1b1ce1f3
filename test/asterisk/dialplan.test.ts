/** `dialplan/fernamt.conf` with an application that does by hand what fernamt does. */

import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { startAsterisk, type Asterisk } from '../support/asterisk.ts';
import { eventually } from '../support/eventually.ts';
import { startPhones, type Party } from '../support/phones.ts';
import { openControl, type Control, type PhoneEvent } from '../support/phones/control.ts';

const routes = `
[fernamt-fallback-start]
exten => s,1,Return()
[fernamt-fallback-phones]
exten => _[0-9+*#]!,1,Dial(PJSIP/1002)
[other-fallback-start]
exten => s,1,Return()
[other-fallback-trunk]
exten => _[0-9+*#]!,1,Dial(PJSIP/1003)
`;

const phones = await startPhones('dialplan-phones');
const files = { 'routes.conf': routes };
const asterisk = await startAsterisk({
  name: 'dialplan',
  peers: phones.peers,
  dialplan: '#include routes.conf',
  files,
});
phones.callInto(asterisk);
after(async () => {
  await asterisk.stop();
  await phones.stop();
});

test('a call from a telephone enters the application with the dialled number, under a limit of a minute', async (t) => {
  const app = await openApplication(t, asterisk, 'fernamt');
  const caller = await phones.phone('1001').calls('*90888');
  const start = await app.nextStart();
  assert.deepEqual(start.args, ['phone']);
  assert.equal(await app.read(start.channelId, 'CHANNEL(exten)'), '*90888');
  const limit = Number(await app.read(start.channelId, 'TIMEOUT(absolute)'));
  assert.ok(limit > 55 && limit <= 60, `${limit} s`);
  await caller.hangsUp();
});

test('a call from a trunk enters it as one, also a call to no number at all', async (t) => {
  const app = await openApplication(t, asterisk, 'fernamt');
  for (const number of ['+4930555010', 's', 'olivia']) {
    const caller = await phones.carrier.calls(number, { from: '+491711111111' });
    const start = await app.nextStart();
    assert.deepEqual(start.args, ['trunk']);
    assert.equal(await app.read(start.channelId, 'CHANNEL(exten)'), number);
    await caller.hangsUp();
  }
});

test('no special extension can be dialled', async (t) => {
  const app = await openApplication(t, asterisk, 'fernamt');
  for (const number of ['h', 'i', 't', 'o', 'a', 'T', 'e']) {
    const caller = await phones.carrier.calls(number, { from: '+491711111111' });
    const { sipStatus = 0 } = await caller.hungUp();
    // A single letter is no number, and a number may still become one.
    assert.ok(sipStatus === 404 || sipStatus === 484, `${number}: ${sipStatus}`);
  }
  assert.deepEqual(app.untaken(), []);
});

test('a call that the application declines takes the fallback, without the limit', async (t) => {
  const app = await openApplication(t, asterisk, 'fernamt');
  const caller = await phones.phone('1001').calls('600');
  const { channelId } = await app.nextStart();
  await app.set(channelId, 'FERNAMT_DECLINED', '1');
  await app.control.request('POST', `/channels/${channelId}/continue`);
  await phones.phone('1002').rings();
  assert.equal(Number(await app.read(channelId, 'TIMEOUT(absolute)')), 0);
  await caller.hangsUp();
});

test('a call that comes back for any other reason is hung up', async (t) => {
  const app = await openApplication(t, asterisk, 'fernamt');
  const caller = await phones.phone('1001').calls('600');
  const { channelId } = await app.nextStart();
  await app.control.request('POST', `/channels/${channelId}/continue`);
  await caller.hungUp();
});

test('an application of another name, set as a global variable, has its own calls and its own fallback', async (t) => {
  const other = await startAsterisk({
    name: 'dialplan-other',
    peers: phones.peers,
    globals: { FERNAMT_APPLICATION: 'other' },
    dialplan: '#include routes.conf',
    files,
  });
  phones.callInto(other);
  t.after(async () => {
    phones.callInto(asterisk);
    await other.stop();
  });
  const caller = await phones.carrier.calls('+4930555010', { from: '+491711111111' });
  await phones.phone('1003').rings();
  await caller.hangsUp();
  const app = await openApplication(t, other, 'other');
  const next = await phones.carrier.calls('+4930555010', { from: '+491711111111' });
  assert.deepEqual((await app.nextStart()).args, ['trunk']);
  await next.hangsUp();
});

test('whichever leg of a talk ends first, the hang-up handler ends the other one without the application', async (t) => {
  for (const quitter of ['caller', 'callee'] as const) {
    const app = await openApplication(t, asterisk, 'fernamt');
    const { caller, callee } = await connect(app);
    await app.close();
    const [first, second] = quitter === 'caller' ? [caller, callee] : [callee, caller];
    await first.hangsUp();
    await second.hungUp();
  }
});

/** Two legs in a bridge, each with the handler that names the other. */
async function connect(app: Application): Promise<{ caller: Party; callee: Party }> {
  const caller = await phones.phone('1001').calls('1002');
  const a = (await app.nextStart()).channelId;
  const b = `fernamt-${a}-leg`;
  await app.control.request('POST', '/channels/create', { endpoint: 'PJSIP/1002', app: 'fernamt', channelId: b });
  await app.nextStart();
  await app.control.request('POST', `/channels/${b}/dial`);
  const callee = await phones.phone('1002').answers();
  await app.control.request('POST', `/channels/${a}/answer`);
  await app.control.request('POST', `/bridges/bridge-${a}`, { type: 'mixing,dtmf_events' });
  await app.control.request('POST', `/bridges/bridge-${a}/addChannel`, { channel: `${a},${b}` });
  const names = [await app.read(a, 'CHANNEL(name)'), await app.read(b, 'CHANNEL(name)')];
  await app.set(a, 'CHANNEL(hangup_handler_push)', `fernamt-hangup,s,1(${names[1] ?? ''})`);
  await app.set(b, 'CHANNEL(hangup_handler_push)', `fernamt-hangup,s,1(${names[0] ?? ''})`);
  await caller.isAnswered();
  return { caller, callee };
}

interface Application {
  readonly control: Control;
  nextStart(): Promise<PhoneEvent>;
  untaken(): readonly PhoneEvent[];
  read(channelId: string, variable: string): Promise<string>;
  set(channelId: string, variable: string, value: string): Promise<void>;
  close(): Promise<void>;
}

async function openApplication(t: TestContext, system: Asterisk, name: string): Promise<Application> {
  const control = await openControl(system.ariUrl, system, name);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await control.close();
    isOpen = false;
  };
  t.after(close);
  const starts: PhoneEvent[] = [];
  control.onEvent((event) => {
    if (event.type === 'StasisStart') starts.push(event);
  });
  return {
    control,
    close,
    untaken: () => starts,
    nextStart: () => eventually('a call enters the application', () => starts.shift(), 5000),
    read: async (channelId, variable) => {
      const answer = await control.request('GET', `/channels/${channelId}/variable`, { variable });
      return (answer as { readonly value: string }).value;
    },
    set: async (channelId, variable, value) => {
      await control.request('POST', `/channels/${channelId}/variable`, { variable, value });
    },
  };
}
