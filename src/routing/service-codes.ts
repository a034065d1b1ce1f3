/** Which function a dialled number reaches. */

import type { Directory, ServiceCodes } from './directory.ts';

export type Service = keyof ServiceCodes;

export const services: readonly Service[] = [
  'groupLogin',
  'groupLogout',
  'spy',
  'whisper',
  'barge',
  'pickupGroup',
  'pickupExtension',
];

/** A code that was dialled, and what came after it. */
export interface DialledService {
  readonly service: Service;
  readonly rest: string;
}

/** The longest code that the dialled number begins with. */
export function serviceOf(directory: Directory, dialled: string): DialledService | undefined {
  const fitting = services.flatMap((service) => {
    const code = directory.source.serviceCodes[service];
    return code !== undefined && isBehind(directory, code, dialled) ? [{ service, code }] : [];
  });
  const [best] = fitting.sort((a, b) => b.code.length - a.code.length);
  return best && { service: best.service, rest: dialled.slice(best.code.length) };
}

/** What begins with a star code never goes outside; a code of digits must not swallow other numbers that begin alike. */
function isBehind(directory: Directory, code: string, dialled: string): boolean {
  if (code === '' || !dialled.startsWith(code)) return false;
  const rest = dialled.slice(code.length);
  return rest === '' || /[*#]/.test(code) || directory.groups.has(rest) || directory.users.has(rest);
}
