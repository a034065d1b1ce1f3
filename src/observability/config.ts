/** `logging`, `metrics`, `alarms`. */

import { z } from 'zod';
import { count, emailAddress, listOf, secret, url } from '../config/fields.ts';

export const loggingSlice = z
  .strictObject({
    level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info').describe('what is written'),
    personalData: z.enum(['redact', 'plain']).default('redact').describe('whether numbers and names are written'),
  })
  .prefault({});

export const metricsSlice = z
  .strictObject({
    token: secret().exactOptional().describe('asked for by /metrics; without one it answers on loopback only'),
  })
  .prefault({});

export const alarmsSlice = z
  .strictObject({
    email: listOf(emailAddress()).default([]).describe('who is told'),
    webhook: url('https', 'http').exactOptional().describe('called with each alarm'),
    undeliveredMinutes: count(1, 100_000).default(60).describe('a recording is undelivered for so long'),
    silentHours: count(1, 10_000).default(24).describe('no call was recorded for so long, though rules say so'),
  })
  .prefault({});
