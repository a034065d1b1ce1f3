/** `asterisk`: how fernamt reaches the switch, and what the switch does without it. */

import { z } from 'zod';
import { count, filePath, secret, text, textLike, url } from '../config/fields.ts';

export const asteriskSlice = z.strictObject({
  url: url('http', 'https').describe("Asterisk's HTTP server, such as http://127.0.0.1:8088"),
  username: text().describe('the user from ari.conf'),
  password: secret().describe("the user's password"),
  application: textLike(/^[A-Za-z0-9]{1,40}$/, 'must consist of letters and digits only, at most 40')
    .default('fernamt')
    .describe('the name of the Stasis application; everything that fernamt makes in Asterisk begins with it'),
  recordingDirectory: filePath()
    .default('/var/spool/asterisk/recording')
    .describe("Asterisk's recordings, as this process sees them"),
  soundsDirectory: filePath()
    .default('/usr/share/asterisk/sounds')
    .describe('where announcements are put for Asterisk, as this process sees it'),
  maxCalls: count(1, 100_000).default(200).describe('one more gets 503; emergency calls excepted'),
  fallback: fallback()
    .default('open')
    .describe(
      'what Asterisk does with calls while fernamt is away: open (goes on unrecorded), record, or closed (announcement, hang-up)',
    ),
  routesFile: filePath()
    .default('/etc/asterisk/fernamt-routes.conf')
    .describe('where routes and fallback decisions are written for Asterisk'),
  attach: z
    .boolean()
    .refine((value) => !value, 'is not possible yet | leave it out')
    .default(false)
    .describe('watch calls that Asterisk routes by a dialplan of its own; not possible yet'),
});

function fallback() {
  return z.enum(['open', 'record', 'closed']);
}
