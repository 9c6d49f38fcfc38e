/** The terminal, or whatever this process's streams are. */
import { isatty } from 'node:tty';
import type { Io } from './quick-command.ts';

export function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    bytes: (raw) => void process.stdout.write(raw),
    tty: isatty(1),
    columns: process.stdout.columns ?? 80,
    env: process.env,
    cwd: process.cwd(),
  };
}
