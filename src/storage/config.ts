/** `storageTargets`, `microsoftLogins`, `tunnels`: where finished recordings are delivered. */

import { z } from 'zod';
import {
  count,
  directoryTemplate,
  entryName,
  filePath,
  host,
  listOf,
  port,
  secret,
  text,
  textLike,
  url,
} from '../config/fields.ts';

const shared = {
  name: entryName().describe('by which settings refer to the target'),
  tunnel: entryName().exactOptional().describe('the SSH tunnel through which the target is reached'),
  parallel: count(1, 32).default(2).describe('so many transfers at once'),
  timeoutSeconds: count(1, 3600)
    .default(30)
    .describe('without progress for so long, a transfer is given up and tried again'),
  verify: z.enum(['readBack', 'serverHash']).default('readBack').describe('how a transfer is checked'),
};
const directory = directoryTemplate().default('').describe('a folder with $Y, $M, $setting and so on');
const hostKey = textLike(/^(?:SHA256:|ssh-|ecdsa-)\S+/, 'must be the key of the host | such as SHA256:…')
  .exactOptional()
  .describe('the key that the host must show; learnt once by trust-host-key if left out');
const sshLogin = {
  host: host().describe('the server'),
  port: port().default(22).describe('of its SSH service'),
  username: text().describe('at the server'),
  password: secret().exactOptional().describe('for logging in; or a key'),
  privateKey: secret().exactOptional().describe('for logging in; or a password'),
  passphrase: secret().exactOptional().describe('of the key'),
  hostKey,
};

const smb = z.strictObject({
  kind: z.literal('smb').describe('a Windows or Samba share'),
  ...shared,
  host: host().describe('the server'),
  port: port().default(445).describe('of its SMB service'),
  share: textLike(/^[^\\/:*?"<>|;\p{Cc}]{1,80}$/u, 'must be the name of a share, without \\ and /').describe(
    'the share',
  ),
  directory,
  username: text().exactOptional().describe('at the server'),
  password: secret().exactOptional().describe('for logging in'),
  domain: text().exactOptional().describe('or workgroup'),
  minProtocol: z
    .enum(['SMB2_10', 'SMB3', 'SMB3_00', 'SMB3_02', 'SMB3_11'])
    .default('SMB2_10')
    .describe('the oldest version that is accepted'),
  sign: z.enum(['required', 'off']).default('required').describe('whether packets must be signed'),
  encrypt: z.enum(['required', 'off']).default('off').describe('whether packets must be encrypted'),
});

const sftp = z.strictObject({ kind: z.literal('sftp').describe('SFTP over SSH'), ...shared, ...sshLogin, directory });

const oneDrive = z.strictObject({
  kind: z.literal('onedrive').describe('Microsoft OneDrive or SharePoint'),
  ...shared,
  login: entryName().describe('one of microsoftLogins'),
  drive: textLike(/^(?:me|user:\S+|site:\S+|id:\S+)$/, 'must be me, user:UPN, site:HOST/PATH or id:DRIVE')
    .default('me')
    .describe('me (not with mode: app), user:UPN, site:HOST/PATH or id:DRIVE'),
  directory,
});

const s3 = z.strictObject({
  kind: z.literal('s3').describe('S3 and compatible ones'),
  ...shared,
  endpoint: url('http', 'https').exactOptional().describe('the server; that of Amazon if left out'),
  region: text().default('us-east-1').describe('of the bucket'),
  pathStyle: z.boolean().default(true).describe('the bucket stands in the path, not in the name of the host'),
  bucket: textLike(/^[A-Za-z0-9._-]{1,255}$/, 'must be the name of a bucket').describe('the bucket'),
  prefix: directoryTemplate().default('').describe('before the file name, with $Y, $M, $setting and so on'),
  accessKeyId: text().describe('for logging in'),
  secretAccessKey: secret().describe('for logging in'),
});

const local = z.strictObject({
  kind: z.literal('local').describe('a folder of this machine, mounted ones included'),
  ...shared,
  directory: directoryTemplate().min(1, 'must not be empty').describe('a folder with $Y, $M, $setting and so on'),
  requireMount: filePath().exactOptional().describe('nothing is delivered unless something is mounted here'),
});

export const storageTargetsSlice = listOf(z.discriminatedUnion('kind', [smb, sftp, oneDrive, s3, local])).default([]);

export const microsoftLoginsSlice = listOf(
  z.strictObject({
    name: entryName().describe('by which targets refer to the login'),
    tenant: text().default('common').describe("the directory's id or name"),
    clientId: text().describe('of the registered application'),
    mode: z.enum(['browser', 'device', 'app']).default('browser').describe('how one logs in'),
    clientSecret: secret().exactOptional().describe('needed with mode: app'),
  }),
).default([]);

export const tunnelsSlice = listOf(
  z.strictObject({
    name: entryName().describe('by which targets and databases refer to the tunnel'),
    ...sshLogin,
    keepaliveSeconds: count(1, 600).default(5).describe('how often the connection is tested'),
  }),
).default([]);
