/** Users' devices: the endpoint's name and the number that its calls show. */
export const DEVICES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Array.from({ length: 8 }, (_, index) => [String(1001 + index), String(1001 + index)])),
  '1001-soft': '1001',
};

export type EndpointOptions = Readonly<Record<string, string>>;

export interface PbxPeers {
  /** Where the phones answer, and where the carrier does. */
  readonly phonesPort: number;
  readonly carrierPort: number;
}

/** Phones with a fixed contact and the trunk; `overrides` adds or replaces options by endpoint name. */
export function pbxPjsipConf(
  sipPort: number,
  peers: PbxPeers,
  overrides: Readonly<Record<string, EndpointOptions>>,
): string {
  const devices = Object.entries(DEVICES).flatMap(([name, number]) => [
    section(name, { ...DEVICE_OPTIONS, aors: name, callerid: `<${number}>`, ...overrides[name] }),
    aor(name, `sip:${name}@127.0.0.1:${peers.phonesPort}`),
  ]);
  return [
    section('udp', { type: 'transport', protocol: 'udp', bind: `127.0.0.1:${sipPort}` }),
    ...devices,
    section('carrier', { ...TRUNK_OPTIONS, ...overrides['carrier'] }),
    aor('carrier', `sip:127.0.0.1:${peers.carrierPort}`),
  ].join('\n');
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
  aors: 'carrier',
  from_user: 'carrier',
  send_pai: 'yes',
  trust_id_inbound: 'yes',
  trust_id_outbound: 'yes',
};

function aor(name: string, contact: string): string {
  return section(name, { type: 'aor', contact, qualify_frequency: '0' });
}

function section(name: string, options: EndpointOptions): string {
  const lines = Object.entries(options).map(([key, value]) => `${key} = ${value}`);
  return [`[${name}]`, ...lines, ''].join('\n');
}
