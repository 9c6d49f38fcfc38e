/** A host as those who work on it see it, whatever brings them there. */
import type { HostSpec } from '../types.ts';

export interface RunOptions {
  /** What the script reads on its standard input. Secrets go this way, never into the script's text. */
  stdin?: string | Uint8Array | NodeJS.ReadableStream;
  /** As root, by sudo without a password where the login isn't root. Default: true. */
  root?: boolean;
  /** Default: 60 s. */
  timeoutMs?: number;
  /** Each line of its standard output, as it comes. */
  onLine?: (line: string) => void;
  /** Over a connection of its own, so that it proves that a new one can be made. */
  fresh?: boolean;
}

export interface Remote {
  readonly host: HostSpec;
  /**
   * Runs a POSIX sh script with `set -eu`; gives its standard output. The script itself is seen by nobody: it is not in
   * the process list. Rejects with HostError.
   */
  run(what: string, script: string, options?: RunOptions): Promise<string>;
}

/** A script failed on a host, or the host couldn't be reached. */
export class HostError extends Error {
  override name = 'HostError';
  readonly host: string;
  /** In words: "start Cassandra". */
  readonly what: string;
  /** 255: ssh itself failed; null: it was ended from here. */
  readonly exitCode: number | null;
  /** The end of its standard error. */
  readonly stderr: string;

  constructor(host: string, what: string, exitCode: number | null, stderr: string) {
    super(`${host}: ${what}: ${stderr.trim().split('\n').at(-1) ?? ''}`);
    this.host = host;
    this.what = what;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}
