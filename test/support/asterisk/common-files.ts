import { modulesConf } from './modules.ts';
import type { PortBlock } from './port-block.ts';

export interface AriLogin {
  readonly username: string;
  readonly password: string;
}

/** The files that every instance needs, whether it is the telephone system or plays the phones. */
export function commonFiles(
  ports: PortBlock,
  login: AriLogin,
  extraModules: readonly string[],
): Readonly<Record<string, string>> {
  return {
    'modules.conf': modulesConf(extraModules),
    'http.conf': httpConf(ports.http),
    'ari.conf': ariConf(login),
    'rtp.conf': `[general]\nrtpstart = ${ports.rtpFirst}\nrtpend = ${ports.rtpLast}\n`,
    'indications.conf': INDICATIONS_CONF,
    'musiconhold.conf': '[default]\nmode = files\ndirectory = moh\n',
    'cdr.conf': '[general]\nenable = no\n',
    'cel.conf': '[general]\nenable = no\n',
    'acl.conf': '',
    'websocket_client.conf': '',
    ...Object.fromEntries(EMPTY_FILES.map((name) => [name, '[general]\n'])),
  };
}

// Asterisk starts without these, but complains.
const EMPTY_FILES = ['ccss.conf', 'features.conf', 'pjproject.conf', 'udptl.conf'];

function httpConf(port: number): string {
  return `[general]
enabled = yes
bindaddr = 127.0.0.1
bindport = ${port}
; Idle keep-alive connections count as sessions: the default of 100 is soon used up.
sessionlimit = 10000
session_keep_alive = 60000
`;
}

function ariConf(login: AriLogin): string {
  return `[general]
enabled = yes
; The default of 100 ms cuts a reader off that is busy for a moment.
websocket_write_timeout = 1000
[${login.username}]
type = user
password = ${login.password}
`;
}

const INDICATIONS_CONF = `[general]
country = de
[de]
description = Germany
ringcadence = 1000,4000
dial = 425
busy = 425/480,0/480
ring = 425/1000,0/4000
congestion = 425/240,0/240
callwaiting = !425/200,!0/200,!425/200,!0/5000,!425/200,!0/200,!425/200,!0/5000,!425/200,!0/200,!425/200,!0/5000,!425/200,!0/200,!425/200,0
dialrecall = !425/80,!0/80,!425/80,!0/80,!425/80,!0/80,425
record = 1400/80,0/15000
info = 950/330,0/200,1400/330,0/200,1800/330,0/1000
stutter = 425+400
`;
