import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Packages can be installed: this is a Debian, and we are root. */
export function isDebianRoot(): boolean {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** The Debian mirror that this machine's own apt is set up with. */
export async function findMirror(): Promise<string> {
  const format = '$(CREATED_BY)|$(ORIGIN)|$(COMPONENT)|$(RELEASE)|$(SITE)';
  const { stdout } = await run('apt-get', ['indextargets', '--format', format]);
  const mirror = chooseMirror(stdout);
  if (mirror === undefined) throw new Error("apt's configuration names no Debian mirror");
  return mirror;
}

/** Security and other side archives hold no whole Debian. */
export function chooseMirror(indexTargets: string): string | undefined {
  const rows = indexTargets.split('\n').map((line) => line.split('|'));
  const packages = rows.filter(([createdBy, , component]) => createdBy === 'Packages' && component === 'main');
  const whole = packages.filter(([, , , release]) => !/security|updates|backports/.test(release ?? ''));
  // The origin is empty until apt has fetched its lists once.
  const debian = whole.filter(([, origin]) => origin === 'Debian' || origin === '');
  return debian.map(([, , , , site]) => site).find((site) => /^https?:/.test(site ?? ''));
}

/** debootstrap fetches with wget, which knows nothing of apt's proxy. */
export async function proxyEnvironment(): Promise<NodeJS.ProcessEnv> {
  const { stdout } = await run('apt-config', ['dump', '--format', '%f=%v%n', 'Acquire::http::Proxy']);
  const proxy = /^Acquire::http::Proxy=(.+)$/m.exec(stdout)?.[1];
  return proxy === undefined ? {} : { http_proxy: proxy };
}
