#!/usr/bin/env node
// The installed command: compiled JavaScript where there is any, otherwise the sources, by way of tsx.
import { existsSync } from 'node:fs';

const compiled = ['../dist/cli/main.js', '../dist/src/cli/main.js']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(url));

if (compiled) {
  await import(compiled.href);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import(new URL('../src/cli/main.ts', import.meta.url).href);
}
