/** Users' devices: the endpoint's name and the number that its calls show. */
export const DEVICES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from({ length: 8 }, (_, index) => [String(1001 + index), String(1001 + index)])),
  '1001-soft': '1001',
};

export type EndpointOptions = Readonly<Record<string, string>>;

/** The trunks' endpoints. The second one is there for failover. */
export const TRUNKS = ['carrier', 'backup'] as const;
export type Trunk = (typeof TRUNKS)[number];

/** Where those answer whom the telephone system calls. */
export interface PbxPeers {
  readonly phonesPort: number;
  readonly trunkPorts: Readonly<Record<Trunk, number>>;
}

export interface PbxOptions {
  /** Added to endpoints, or replacing theirs, by endpoint name. */
  readonly endpoints: Readonly<Record<string, EndpointOptions>>;
  /** Endpoints without a contact, like phones that are registered nowhere. */
  readonly unregistered: readonly string[];
}

/** Phones with a fixed contact, and the trunks. */
export function pbxPjsipConf(sipPort: number, peers: PbxPeers, options: PbxOptions): string {
  const devices = Object.entries(DEVICES).flatMap(([name, number]) => [
    section(name, { ...DEVICE_OPTIONS, aors: name, callerid: `<${number}>`, ...options.endpoints[name] }),
    aor(name, `sip:${name}@127.0.0.1:${peers.phonesPort}`, options),
  ]);
  const trunks = TRUNKS.flatMap((name) => [
    section(name, { ...TRUNK_OPTIONS, aors: name, from_user: name, ...options.endpoints[name] }),
    aor(name, `sip:127.0.0.1:${peers.trunkPorts[name]}`, options),
  ]);
  const transport = section('udp', { type: 'transport', protocol: 'udp', bind: `127.0.0.1:${sipPort}` });
  return [transport, ...devices, ...trunks].join('\n');
}

const ENDPOINT_OPTIONS = {
  type: 'endpoint',
  disallow: 'all',
  allow: 'alaw,ulaw',
  direct_media: 'no',
  dtmf_mode: 'rfc4733',
  identify_by: 'username',
};
const DEVICE_OPTIONS = { ...ENDPOINT_OPTIONS, context: 'fernamt-phones', send_pai: 'yes' };

// On loopback all peers share one address, so that the trunk is told apart by its From user. The caller's number
// then travels in P-Asserted-Identity.
const TRUNK_OPTIONS = {
  ...ENDPOINT_OPTIONS,
  context: 'fernamt-trunk',
  send_pai: 'yes',
  trust_id_inbound: 'yes',
  trust_id_outbound: 'yes',
};

function aor(name: string, contact: string, { unregistered }: PbxOptions): string {
  const contacts: EndpointOptions = unregistered.includes(name) ? { max_contacts: '1' } : { contact };
  return section(name, { type: 'aor', qualify_frequency: '0', ...contacts });
}

/** One section of a pjsip.conf. */
export function section(name: string, options: EndpointOptions): string {
  const lines = Object.entries(options).map(([key, value]) => `${key} = ${value}`);
  return [`[${name}]`, ...lines, ''].join('\n');
}
