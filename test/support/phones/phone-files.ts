import { DEVICES, section, TRUNKS } from '../asterisk/pbx-files.ts';
import type { PortBlock } from '../asterisk/port-block.ts';

/** The application by which the phones are played. */
export const PHONES_APPLICATION = 'phones';

/**
 * Whoever calls the phones is one and the same endpoint; what was called, and on which port, tells which phone it is.
 * When phones call, each does so under its own name, which is how the telephone system knows it.
 */
export function phonesPjsipConf(ports: PortBlock): string {
  const transports = ports.sip.map((port, index) =>
    section(`udp${index}`, { type: 'transport', protocol: 'udp', bind: `127.0.0.1:${port}` }),
  );
  const callers = [...Object.keys(DEVICES), ...TRUNKS].map((name) =>
    section(name, { ...ENDPOINT_OPTIONS, from_user: name, identify_by: 'username', send_pai: 'yes' }),
  );
  return [
    ...transports,
    section('system', { ...ENDPOINT_OPTIONS, identify_by: 'ip', trust_id_inbound: 'yes' }),
    section('system', { type: 'identify', endpoint: 'system', match: '127.0.0.1' }),
    ...callers,
  ].join('\n');
}

const ENDPOINT_OPTIONS = {
  type: 'endpoint',
  context: 'incoming',
  disallow: 'all',
  allow: 'alaw,g722',
  direct_media: 'no',
  dtmf_mode: 'rfc4733',
  trust_id_outbound: 'yes',
  // Otherwise a caller follows each answer up with a re-INVITE, which no phone does.
  send_connected_line: 'no',
  // Holding sends a re-INVITE, as a phone does, instead of playing music itself.
  moh_passthrough: 'yes',
};

/**
 * `send`, `hush` and `stay` leave Stasis for a millisecond: a tone generator that was started in the dialplan goes on
 * playing in Stasis, and does not hold back what comes after, unlike a playback. `speak` stays out until all is said.
 * `listen` carries what a phone hears to this process.
 */
export function phonesExtensionsConf(listenerPort: number): string {
  return `[general]
static=yes

[incoming]
exten => _[0-9+*#]!,1,Stasis(${PHONES_APPLICATION},in,\${EXTEN},\${CHANNEL(pjsip,local_addr)})
 same => n,Hangup()

[send]
exten => s,1,Playtones(\${TONES})
 same => n,Stasis(${PHONES_APPLICATION},back)
 same => n,Hangup()

[hush]
exten => s,1,StopPlaytones()
 same => n,Stasis(${PHONES_APPLICATION},back)
 same => n,Hangup()

[speak]
exten => s,1,Playback(\${SPEECH},noanswer)
 same => n,Playtones(0)
 same => n,Stasis(${PHONES_APPLICATION},back)
 same => n,Hangup()

[stay]
exten => s,1,Stasis(${PHONES_APPLICATION},back)
 same => n,Hangup()

[echo]
exten => s,1,Echo()
 same => n,Hangup()

[listen]
exten => _[0-9a-f]!,1,AudioSocket(\${EXTEN},127.0.0.1:${listenerPort})
 same => n,Hangup()
`;
}
