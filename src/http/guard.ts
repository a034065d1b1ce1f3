/**
 * There are no logins yet, so the door is narrow: only this machine, asked for by a name of its own (against DNS
 * rebinding), only by our own pages (against other sites open in the same browser), and whoever wants to change
 * something must show the token that was printed at the start.
 */

import type { IncomingHttpHeaders } from 'node:http';
import { carriesToken } from './control-token.ts';
import { isLoopbackHost } from './listen-address.ts';
import { toProblem, type Problem } from './problem.ts';

export interface Visit {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  /** The methods of the path where it has not this one; empty if it has, and if there is no such path. */
  readonly otherMethods: readonly string[];
}

/** Why a request is refused, or undefined. Without a token there is none that could be shown. */
export function decideRefusal(visit: Visit, controlToken: string | undefined): Problem | undefined {
  return refuseStranger(visit.headers) ?? refuseMethod(visit) ?? refuseChange(visit, controlToken);
}

function refuseStranger(headers: IncomingHttpHeaders): Problem | undefined {
  const { host, origin } = headers;
  if (host === undefined || !isLoopbackHost(hostNameOf(host))) {
    return toProblem(421, 'Ask by 127.0.0.1, [::1] or localhost; this server answers to no other name.');
  }
  if (origin !== undefined && !isSameOrigin(origin, host)) {
    return toProblem(403, 'Pages of other origins get no answer here.');
  }
  return isFromOtherSite(headers) ? toProblem(403, 'Other sites get no answer here.') : undefined;
}

function refuseMethod({ method, otherMethods }: Visit): Problem | undefined {
  if (otherMethods.length === 0) return undefined;
  const allow = otherMethods.join(', ');
  return toProblem(405, `${method} is not possible here; ${allow} is.`, { allow });
}

function refuseChange({ method, headers }: Visit, controlToken: string | undefined): Problem | undefined {
  if (method === 'GET' || method === 'HEAD') return undefined;
  if (controlToken !== undefined && carriesToken(headers.authorization, controlToken)) return undefined;
  return toProblem(401, 'Whoever changes something shows the token that the server printed at its start.');
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
