/**
 * There are no logins yet, so the door is narrow: only this machine, asked for by a name of its own (against DNS
 * rebinding), only by our own pages (against other sites open in the same browser), and only to look.
 */

import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackHost } from './listen-address.ts';
import { toProblem, type Problem } from './problem.ts';

export interface Visit {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
}

/** Why a request is refused, or undefined. */
export function decideRefusal({ method, headers }: Visit): Problem | undefined {
  const { host, origin } = headers;
  if (host === undefined || !isLoopbackHost(hostNameOf(host))) {
    return toProblem(421, 'Ask by 127.0.0.1, [::1] or localhost; this server answers to no other name.');
  }
  if (origin !== undefined && !isSameOrigin(origin, host)) {
    return toProblem(403, 'Pages of other origins get no answer here.');
  }
  if (isFromOtherSite(headers)) return toProblem(403, 'Other sites get no answer here.');
  if (method !== 'GET' && method !== 'HEAD')
    return toProblem(405, 'Nothing can be changed here.', { allow: 'GET, HEAD' });
  return undefined;
}

function hostNameOf(host: string): string {
  return host.replace(/:\d+$/, '');
}

/** The port is compared as the browser sees it: a forwarded port is as good as ours. */
function isSameOrigin(origin: string, host: string): boolean {
  const own = host.toLowerCase();
  return origin === `http://${own}` || origin === `https://${own}`;
}

/** Browsers tell where a request comes from even when they send no origin. A link to our page is no harm. */
function isFromOtherSite(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return false;
  return !(headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document');
}
