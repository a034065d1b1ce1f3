import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { silentLogger } from '../../src/observability/logger.ts';
import { launchBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { aCall, aRecording, fakeHttpPorts, type FakeHttpPorts } from '../support/http-ports.ts';
import { toneWav } from '../support/tone-wav.ts';

const shared: { browser?: Browser } = {};

before(async () => {
  shared.browser = await launchBrowser();
});
after(() => shared.browser?.close());

interface Stage {
  readonly ports: FakeHttpPorts;
  readonly page: Page;
  readonly server: HttpServer;
  /** What the page complained about. */
  readonly complaints: readonly string[];
}

/** Opens the page on a server of its own; both are gone after `act`. */
async function onPage(
  prepare: (ports: FakeHttpPorts) => void,
  act: (stage: Stage) => Promise<void>,
  options: BrowserContextOptions = {},
) {
  const ports = fakeHttpPorts();
  prepare(ports);
  const server = createHttpServer(ports, { listen: '127.0.0.1:0' }, silentLogger);
  await server.start();
  const context = await shared.browser!.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  try {
    await page.goto(server.url);
    await act({ ports, page, server, complaints });
  } finally {
    await context.close();
    await server.stop();
  }
}

function secondsAgo(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString();
}

/** The part of the browser's player that is used here. */
interface MediaElement {
  currentTime: number;
  readonly duration: number;
}

/** Asked from outside: the page's own policy forbids the browser to evaluate texts. */
async function playsBeyond(audio: Locator, seconds: number): Promise<void> {
  const position = () => audio.evaluate((element: MediaElement) => element.currentTime);
  await eventually(`the audio plays beyond ${seconds} s`, async () => (await position()) > seconds, 10_000);
}

const talk = aCall('c1', {
  state: 'up',
  answeredAt: secondsAgo(65),
  recording: { state: 'recording', setting: 'Support incoming', reason: 'setting-matched' },
});

test('a running call shows who calls whom, for which hotline, how long and whether it is recorded', async () => {
  await onPage(
    (ports) => ports.change(talk),
    async ({ page, complaints }) => {
      const row = page.locator('.call');
      await row.waitFor();
      const words = (await row.innerText()).split(/\s*\n\s*/);
      for (const word of [
        'In call',
        'Olivia Brandt',
        '+491711234567',
        'Support',
        'Muster GmbH',
        'Recording',
        'Support incoming',
      ]) {
        assert.ok(words.includes(word), `${word} in ${words.join(' | ')}`);
      }
      assert.match(await row.locator('.clock').innerText(), /^1:0\d$/);
      assert.deepEqual(complaints, []);
    },
  );
});

for (const [state, recording, words] of [
  ['announcing', 'waiting', ['Announcement', 'Will be recorded']],
  ['asking', 'waiting', ['Asking', 'Will be recorded']],
  ['up', 'paused', ['In call', 'Recording paused']],
] as const) {
  test(`a call that is ${state} while its recording is ${recording} says so in words`, async () => {
    await onPage(
      (ports) => ports.change({ ...talk, state, recording: { ...talk.recording, state: recording } }),
      async ({ page }) => {
        const row = page.locator('.call');
        await row.waitFor();
        const shown = (await row.innerText()).split(/\s*\n\s*/);
        for (const word of words) assert.ok(shown.includes(word), `${word} in ${shown.join(' | ')}`);
      },
    );
  });
}

test('a hotline is named once, and who of us took the call stands in its place', async () => {
  await onPage(
    (ports) => ports.change({ ...talk, callee: { number: '+4930555010', name: 'Muster GmbH' }, users: ['1001'] }),
    async ({ page }) => {
      await page.locator('.call').waitFor();
      assert.equal(await page.locator('.call .tag').innerText(), '1001');
      assert.equal(await page.getByText('Muster GmbH').count(), 1);
    },
  );
});

test('a call appears, changes and goes without the page being loaded again', async () => {
  await onPage(
    () => undefined,
    async ({ ports, page }) => {
      await page.getByText('No calls now.').waitFor();
      ports.change(aCall('c1'));
      await page.locator('.call', { hasText: 'Ringing' }).waitFor();
      assert.equal(
        await page.locator('#announcement').innerText(),
        'New call from Olivia Brandt to Support, Muster GmbH',
      );
      ports.change(talk);
      await page.locator('.call', { hasText: 'In call' }).waitFor();
      ports.change({ ...talk, state: 'ended' });
      await page.getByText('The last one ended at').waitFor();
      assert.equal(await page.locator('.call').count(), 0);
    },
  );
});

test('a recording appears with its judgement and can be heard and sought in', async () => {
  await onPage(
    (ports) => ports.state.audio.set('r1', toneWav(440, 5)),
    async ({ ports, page, complaints }) => {
      await page.getByText('No recordings yet.').waitFor();
      ports.record(aRecording('r1', { judgement: 'oneSided' }));
      await page.getByText('One side only').waitFor();
      await page.getByRole('button', { name: 'Play' }).click();
      const audio = page.locator('audio');
      await playsBeyond(audio, 0.2);
      assert.equal(await audio.evaluate((element: MediaElement) => element.duration), 5);
      await audio.evaluate((element: MediaElement) => {
        element.currentTime = 4;
      });
      await playsBeyond(audio, 4.1);
      await page.getByRole('button', { name: 'Play' }).click();
      assert.equal(await audio.count(), 0);
      assert.deepEqual(complaints, []);
    },
  );
});

test('audio that cannot be had is said to be so', async () => {
  await onPage(
    (ports) => ports.record(aRecording('r1')),
    async ({ page }) => {
      await page.getByRole('button', { name: 'Play' }).click();
      await page.getByText('The audio cannot be played.').waitFor();
    },
  );
});

test('names that callers choose are shown as text and do nothing', async () => {
  const name = '<img src=x onerror="document.title=\'caught\'">\u202eevil';
  await onPage(
    (ports) => {
      ports.change(aCall('c1', { caller: { number: '"><script>', name, contactId: null }, hotline: '<b>bold</b>' }));
      ports.record(aRecording('r1', { caller: '<i>1</i>', setting: '<script>x</script>' }));
    },
    async ({ page, complaints }) => {
      await page.locator('.call').waitFor();
      await page.locator('.recorded').waitFor();
      assert.equal(await page.locator('.call .caller .name').textContent(), name);
      assert.equal(await page.locator('main img, main script, main b, main i').count(), 0);
      assert.deepEqual(complaints, []);
    },
  );
});

test('a page that has lost the server says since when, and catches up by itself', async () => {
  await onPage(
    (ports) => ports.change(talk),
    async ({ page, server, ports }) => {
      await page.locator('.call').waitFor();
      const { port } = new URL(server.url);
      await server.stop();
      await page.getByText(/^Reconnecting, no news since \d\d:\d\d$/).waitFor();
      const again = createHttpServer(ports, { listen: `127.0.0.1:${port}` }, silentLogger);
      ports.change(aCall('c1', { state: 'ended' }));
      ports.change(aCall('c2', { caller: { number: '+43123', name: 'Hannah', contactId: null } }));
      await again.start();
      try {
        await page.getByText('Hannah').waitFor();
        assert.equal(await page.locator('#connection').innerText(), 'Connected');
        assert.equal(await page.locator('.call').count(), 1);
      } finally {
        await again.stop();
      }
    },
  );
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1280, 390]) {
    test(`the page is accessible and fits in ${colorScheme}, ${width} pixels wide`, async () => {
      await onPage(
        (ports) => {
          const states = ['dialling', 'announcing', 'asking', 'ringing', 'up', 'held', 'transferring'] as const;
          for (const state of states) ports.change({ ...talk, id: state, state });
          for (const judgement of ['ok', 'silent'] as const) ports.record(aRecording(judgement, { judgement }));
        },
        async ({ page }) => {
          await page.locator('.recorded').nth(1).waitFor();
          const { violations } = await new AxeBuilder({ page }).analyze();
          assert.deepEqual(
            violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join()}`),
            [],
          );
          const overhang = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          assert.equal(overhang, 0);
        },
        // Without the breathing, so that the contrast of the ringing rows can be measured.
        { colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' },
      );
    });
  }
}
