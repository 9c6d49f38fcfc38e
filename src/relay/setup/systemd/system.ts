/** Everything that is done to the machine: programs that are run, owners, who holds a port. Tests hand in their own. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { handOver } from '../owner.ts';
import { type PortHolder, portHolder } from '../ports.ts';
import { type SystemdPlaces, systemdPlaces } from './places.ts';

export interface Ran {
  /** 0: it did what it was asked. */
  code: number;
  /** What it said, on both outputs. */
  said: string;
}

export interface System {
  places: SystemdPlaces;
  root: boolean;
  /** Whether systemd runs this machine. */
  systemd: boolean;
  /** x64 or arm64, as releases are named. */
  arch: string;
  /** Never rejects: a program that isn't there ends with 127. */
  run(program: string, ...words: string[]): Promise<Ran>;
  /** Gives folders and the files in them to the service's user. */
  handOver(dirs: string[]): Promise<void>;
  portHolder(port: number): Promise<PortHolder | null>;
  /** Progress, for whoever waits. */
  tell(text: string): void;
}

/** Something couldn't be done; the message says what to do about it. */
export class SystemdError extends Error {
  override name = 'SystemdError';
}

const NOT_FOUND = 127;
const OUTPUT_MAX_BYTES = 4 * 1_024 * 1_024;
/** Where Debian keeps what changes accounts; not on everybody's PATH. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

/** The machine this runs on. */
export const thisMachine = (tell: (text: string) => void): System => ({
  places: systemdPlaces(''),
  root: process.getuid?.() === 0,
  systemd: existsSync('/run/systemd/system'),
  arch: process.arch,
  run,
  handOver,
  portHolder,
  tell,
});

function run(program: string, ...words: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      program,
      words,
      { encoding: 'utf8', maxBuffer: OUTPUT_MAX_BYTES, env: { PATH, LC_ALL: 'C' } },
      (error, out, err) => {
        const said = `${out}${err}`.trim();
        if (error === null) resolve({ code: 0, said });
        else if (typeof error.code === 'number') resolve({ code: error.code, said });
        else resolve({ code: NOT_FOUND, said: said === '' ? error.message : said });
      },
    );
  });
}

/** Runs what has to succeed. Rejects with SystemdError: the command and what it said. */
export async function must(system: System, program: string, ...words: string[]): Promise<string> {
  const { code, said } = await system.run(program, ...words);
  if (code !== 0)
    throw new SystemdError(
      `${[program, ...words].join(' ')} failed (${code})${said === '' ? '' : `: ${said}`}`,
    );
  return said;
}
