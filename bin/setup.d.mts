export const projectRoot: string;
export function run(command: string, args: readonly string[], env?: Readonly<Record<string, string>>): boolean;
export function ensurePackages(): void;
export function ensurePrograms(packageOf: Readonly<Record<string, string>>): void;
export function findProgram(name: string): string | undefined;
