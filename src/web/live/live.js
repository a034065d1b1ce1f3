/** Running calls and the latest recordings. Looks, listens and changes nothing. */

const shownRecordings = 20;
const retryMs = 2000;

const stateWords = {
  dialling: 'Dialling',
  announcing: 'Announcement',
  asking: 'Asking',
  ringing: 'Ringing',
  up: 'In call',
  held: 'On hold',
  transferring: 'Transfer',
};
const tones = { ringing: 'ringing', up: 'up', transferring: 'up', held: 'held' };
const recordingWords = {
  none: 'Not recorded',
  waiting: 'Will be recorded',
  recording: 'Recording',
  paused: 'Recording paused',
  failed: 'Recording failed',
  done: 'Recorded',
};
const judgementWords = {
  ok: 'Complete',
  short: 'Too short',
  silent: 'Silent',
  oneSided: 'One side only',
  unreadable: 'Unreadable',
  recovered: 'Recovered',
};

const byId = (id) => document.getElementById(id);
const view = {
  calls: new Map(),
  recordings: new Map(),
  callRows: new Map(),
  recordingRows: new Map(),
  lastSeq: undefined,
  lastCallEndedAt: undefined,
  lostAt: undefined,
  /** How far this machine's clock is ahead of the server's. */
  clockAheadMs: 0,
};

function follow() {
  const address = new URL('api/v1/events', location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  if (view.lastSeq !== undefined) address.searchParams.set('after', String(view.lastSeq));
  const socket = new WebSocket(address);
  socket.onopen = () => {
    view.lostAt = undefined;
    showConnection();
  };
  socket.onmessage = ({ data }) => take(JSON.parse(data));
  socket.onclose = () => {
    view.lostAt ??= new Date();
    showConnection();
    setTimeout(follow, retryMs);
  };
}

function take(message) {
  view.lastSeq = message.seq;
  if (message.type === 'snapshot') {
    view.calls = new Map(message.calls.map((call) => [call.id, call]));
    void fetchRecordings();
  }
  if (message.type === 'call') takeCall(message.call);
  if (message.type === 'recording') takeRecording(message.recording);
  showCalls();
}

function takeCall(call) {
  if (call.state !== 'ended') {
    if (!view.calls.has(call.id)) announce(call);
    view.calls.set(call.id, call);
    return;
  }
  view.lastCallEndedAt = new Date();
  view.calls.delete(call.id);
}

function takeRecording(recording) {
  view.recordings.set(recording.id, recording);
  showRecordings();
}

async function fetchRecordings() {
  try {
    const response = await fetch(`api/v1/recordings?limit=${shownRecordings}`);
    if (!response.ok) return;
    const sentAt = Date.parse(response.headers.get('date') ?? '');
    if (Math.abs(Date.now() - sentAt) > 5000) view.clockAheadMs = Date.now() - sentAt;
    const page = await response.json();
    view.recordings = new Map(page.recordings.map((recording) => [recording.id, recording]));
    showRecordings();
  } catch {
    // The stream is lost as well then; its next snapshot asks again.
  }
}

function announce(call) {
  const hotline = call.hotline ? `, ${call.hotline}` : '';
  byId('announcement').textContent = `New call from ${nameOf(call.caller)} to ${nameOf(call.callee)}${hotline}`;
}

function showConnection() {
  const place = byId('connection');
  const since = view.lostAt ? `Reconnecting, no news since ${timeOf(view.lostAt)}` : 'Connected';
  if (place.textContent !== since) place.textContent = since;
  place.classList.toggle('lost', view.lostAt !== undefined);
}

function showCalls() {
  const calls = [...view.calls.values()];
  arrange(byId('calls'), view.callRows, calls, 'call-row', fillCall);
  byId('calls-count').textContent = calls.length > 0 ? String(calls.length) : '';
  document.title = calls.length > 0 ? `(${calls.length}) Calls · fernamt` : 'Calls · fernamt';
  const empty = byId('calls-empty');
  empty.hidden = calls.length > 0;
  const last = view.lastCallEndedAt ? ` The last one ended at ${timeOf(view.lastCallEndedAt)}.` : '';
  empty.textContent = `No calls now. A call appears here as soon as it rings.${last}`;
}

function fillCall(row, call) {
  row.dataset.tone = tones[call.state] ?? '';
  const { state, setting, reason } = call.recording;
  fill(row, {
    state: stateWords[call.state] ?? call.state,
    callerName: nameOf(call.caller),
    callerNumber: call.caller.name ? call.caller.number : '',
    calleeName: nameOf(call.callee),
    calleeNumber: call.callee.name ? call.callee.number : '',
    hotline: tagOf(call),
    recording: recordingWords[state] ?? state,
    setting: setting ?? '',
  });
  const words = row.querySelector('.recording');
  words.title = reason ?? '';
  words.classList.toggle('running', state === 'recording');
  words.classList.toggle('alarm', state === 'failed');
  showClock(row, call);
}

/** The hotline, unless it stands there as the callee already; then who of us is in the call. */
function tagOf({ hotline, caller, callee, users }) {
  if (hotline && hotline !== callee.name) return hotline;
  return users.filter((user) => user !== caller.number && user !== callee.number).join(', ');
}

function showClock(row, call) {
  const since = call.answeredAt ?? call.startedAt;
  const seconds = Math.max(0, Math.floor((Date.now() - view.clockAheadMs - Date.parse(since)) / 1000));
  fill(row, { clock: lengthOf(seconds) });
}

function showRecordings() {
  const newestFirst = (one, other) => (one.startedAt < other.startedAt ? 1 : -1);
  const recordings = [...view.recordings.values()].sort(newestFirst).slice(0, shownRecordings);
  arrange(byId('recordings'), view.recordingRows, recordings, 'recording-row', fillRecording);
  byId('recordings-empty').hidden = recordings.length > 0;
}

function fillRecording(row, recording) {
  const { judgement, seconds, startedAt } = recording;
  const running = recording.state === 'recording' || recording.state === 'finishing';
  fill(row, {
    when: whenOf(startedAt),
    caller: recording.caller,
    callee: recording.callee,
    setting: recording.setting,
    judgement: running ? 'Being recorded' : (judgementWords[judgement] ?? 'Not judged'),
    length: seconds === null ? '' : lengthOf(Math.round(seconds)),
  });
  row.querySelector('.when').dateTime = startedAt;
  row.querySelector('.judgement').classList.toggle('alarm', judgement !== null && judgement !== 'ok');
  const button = row.querySelector('.play');
  button.hidden = running || judgement === 'unreadable' || recording.state === 'deleted';
  button.setAttribute('aria-label', `Play the call from ${recording.caller} to ${recording.callee}`);
  button.onclick = () => play(row, recording);
}

/** One player at a time, in the row that it belongs to; the same button puts it away. */
function play(row, recording) {
  const wasOpen = row.querySelector('.player').hasChildNodes();
  for (const other of document.querySelectorAll('.recorded')) {
    other.querySelector('.player').replaceChildren();
    other.querySelector('.play').textContent = 'Play';
  }
  if (wasOpen) return;
  const audio = document.createElement('audio');
  audio.controls = true;
  audio.autoplay = true;
  audio.setAttribute('aria-label', `Call from ${recording.caller} to ${recording.callee}`);
  audio.onerror = () => {
    const note = document.createElement('p');
    note.textContent = 'The audio cannot be played.';
    audio.replaceWith(note);
  };
  audio.src = `api/v1/recordings/${encodeURIComponent(recording.id)}/audio`;
  row.querySelector('.player').append(audio);
  row.querySelector('.play').textContent = 'Close';
}

/** Rows stay the same elements while their item lives, so that focus and players survive. */
function arrange(list, rows, items, template, fillRow) {
  const wanted = new Set(items.map((item) => item.id));
  for (const [id, row] of rows) {
    if (wanted.has(id)) continue;
    row.remove();
    rows.delete(id);
  }
  items.forEach((item, index) => {
    const row = rows.get(item.id) ?? byId(template).content.firstElementChild.cloneNode(true);
    rows.set(item.id, row);
    fillRow(row, item);
    if (list.children[index] !== row) list.insertBefore(row, list.children[index] ?? null);
  });
}

function fill(row, texts) {
  for (const [field, text] of Object.entries(texts)) {
    const place = row.querySelector(`[data-field="${field}"]`);
    if (place.textContent === text) continue;
    place.textContent = text;
    if (place.localName === 'bdi') place.title = text;
  }
}

function nameOf(party) {
  return party.name || party.number || 'Withheld number';
}

function lengthOf(seconds) {
  const two = (number) => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

function timeOf(date) {
  return date.toLocaleTimeString(navigator.language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** Relative up to an hour, then the time, then the day as well. */
function whenOf(instant) {
  const date = new Date(instant);
  const minutes = Math.floor((Date.now() - view.clockAheadMs - date.getTime()) / 60_000);
  if (minutes < 1) return 'Just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (date.toDateString() === new Date().toDateString()) return timeOf(date);
  return `${date.toLocaleDateString(navigator.language, { day: 'numeric', month: 'short' })}, ${timeOf(date)}`;
}

function tick() {
  for (const [id, call] of view.calls) showClock(view.callRows.get(id), call);
  for (const [id, row] of view.recordingRows) fill(row, { when: whenOf(view.recordings.get(id).startedAt) });
}

showCalls();
follow();
setInterval(tick, 1000);
