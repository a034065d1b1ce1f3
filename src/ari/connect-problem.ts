/** Why Asterisk cannot be reached or used, in words for the person who can mend it. */

export type ConnectProblemCause =
  | 'refused'
  | 'host-unknown'
  | 'unreachable'
  | 'unauthorised'
  | 'read-only'
  | 'no-ari'
  | 'not-ready'
  | 'too-old'
  | 'unexpected';

export interface ConnectProblem {
  readonly cause: ConnectProblemCause;
  /** A plain sentence: what is wrong and what to do. Holds neither password nor personal data. */
  readonly message: string;
}

export interface Counterpart {
  /** Without user and password. */
  readonly url: string;
  readonly username: string;
}

/** From the status with which Asterisk answered instead of opening the socket, or of setting the event filter. */
export function toStatusProblem(status: number, { url, username }: Counterpart): ConnectProblem {
  switch (status) {
    case 401:
      return {
        cause: 'unauthorised',
        message: `Asterisk at ${url} does not know the user "${username}" with this password; compare asterisk.username and asterisk.password with ari.conf`,
      };
    case 403:
      return {
        cause: 'read-only',
        message: `The ARI user "${username}" at ${url} may not change anything; set read_only = no for it in ari.conf`,
      };
    case 404:
      return {
        cause: 'no-ari',
        message: `A web server answers at ${url}, but there is no ARI; set enabled = yes in ari.conf and http.conf, load res_ari.so and its companions, and check asterisk.url, including a prefix of http.conf`,
      };
    case 503:
      return { cause: 'not-ready', message: `Asterisk at ${url} is still starting or overloaded` };
    default:
      return {
        cause: 'unexpected',
        message: `Asterisk at ${url} answered with the unexpected status ${String(status)}`,
      };
  }
}

/** From the error with which the connection failed before there was any answer. */
export function toNetworkProblem(error: Error, { url }: Counterpart): ConnectProblem {
  const code = /timed out|no answer/.test(error.message) ? 'ETIMEDOUT' : 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ECONNREFUSED':
      return {
        cause: 'refused',
        message: `Nothing listens at ${url}; is Asterisk running, and do enabled and bindport in http.conf fit asterisk.url?`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return { cause: 'host-unknown', message: `The host name in asterisk.url (${url}) cannot be resolved` };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return { cause: 'unreachable', message: `Asterisk at ${url} cannot be reached over the network (${code})` };
    default:
      return { cause: 'unexpected', message: `The connection to Asterisk at ${url} failed: ${error.message}` };
  }
}

export function toVersionProblem(version: string, { url }: Counterpart): ConnectProblem {
  return {
    cause: 'too-old',
    message: `Asterisk at ${url} is version ${version}; fernamt needs 20.13, 21.8, 22.3 or newer`,
  };
}

/** The first usable minor version of each major one; newer major versions are usable from their beginning. */
const firstMinor: Readonly<Record<number, number>> = { 20: 13, 21: 8, 22: 3 };

/** A version without a number, such as a build from source control, is given the benefit of the doubt. */
export function isUsableVersion(version: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return true;
  const needed = firstMinor[Number(major)];
  return needed === undefined ? Number(major) > 22 : Number(minor) >= needed;
}
