/** ffmpeg and ffprobe as child processes: no shell, no network, no files but the one they are given, and a deadline. */

import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { errorCode } from '../lib/durable-files.ts';

export interface Ended {
  /** 0: it did what it was asked. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export class ConverterMissingError extends Error {
  override readonly name = 'ConverterMissingError';
  readonly permanent = true;
}

export class ConverterTimeoutError extends Error {
  override readonly name = 'ConverterTimeoutError';
}

/**
 * Containers and plain streams of audio. Playlists and scripts are not among them: they name other files, which would
 * then be played to callers.
 */
const formats = 'wav,w64,aiff,au,caf,mp3,flac,ogg,mov,aac,matroska,asf,amr';

/** How an uploaded file is opened by either program. */
export function inputOf(path: string): readonly string[] {
  return ['-protocol_whitelist', 'file,pipe', '-format_whitelist', formats, '-i', `file:${path}`];
}

const mostStderr = 64 * 1024;
/** Calls come first. */
const niceness = 10;

export function runProgram(
  program: 'ffmpeg' | 'ffprobe',
  words: readonly string[],
  signal: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...words], { stdio: ['ignore', 'pipe', 'pipe'], signal, killSignal: 'SIGKILL' });
    const stdout: Buffer[] = [];
    let stderr = '';
    if (child.pid !== undefined) lowerPriority(child.pid);
    child.stdout.on('data', (part: Buffer) => stdout.push(part));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-mostStderr)));
    child.once('error', (error) => {
      reject(toError(error, program));
    });
    child.once('close', (code) => {
      resolve({ code: code ?? -1, stdout: Buffer.concat(stdout), stderr });
    });
  });
}

function toError(error: Error, program: string): Error {
  if (errorCode(error) === 'ENOENT') {
    return new ConverterMissingError(`${program} is not installed: apt-get install ffmpeg`, { cause: error });
  }
  if (error.name === 'AbortError') return new ConverterTimeoutError(`${program} took too long`, { cause: error });
  return error;
}

/** It may have ended already. */
function lowerPriority(pid: number): void {
  try {
    setPriority(pid, niceness);
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
  }
}
