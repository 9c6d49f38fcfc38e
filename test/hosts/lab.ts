/** The lab: five real Debian systems on this machine, joined by a switch that can be broken. Absent elsewhere. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const BESIDE = join(import.meta.dirname, '../../../shared/lab/lab');
/** Five JVMs and five daemons; a host that takes more is killed instead of its neighbours. */
const MEMORY = '2560M';
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** Where the lab's program is: RELAY_LAB, or beside the checkout; null: there is none. */
export function findLab(): string | null {
  const named = process.env['RELAY_LAB'];
  const program = named === undefined || named === '' ? BESIDE : resolve(named);
  return existsSync(program) ? program : null;
}

export class Lab {
  readonly #program: string;

  constructor(program: string) {
    this.#program = program;
  }

  /** One command of the lab; gives what it prints. Rejects with its error. */
  async do(...args: string[]): Promise<string> {
    const { stdout } = await run(this.#program, args, { maxBuffer: OUTPUT_BYTES });
    return stdout;
  }

  /** Five bare hosts, whatever was there before. */
  async boot(): Promise<void> {
    await this.do('build');
    await this.do('down');
    await this.do('up', '--memory', MEMORY);
  }

  /** As root on a host, by no network: works when its firewall lets nobody in. */
  async inside(host: string, script: string): Promise<string> {
    return this.do('exec', host, 'sh', '-ec', script);
  }

  async sshConfig(): Promise<string> {
    const status = JSON.parse(await this.do('status', '--json')) as { ssh_config: string };
    return status.ssh_config;
  }
}

/** The lab's hosts, as `lab up` makes them. */
export const LAB_HOSTS = [
  { name: 'a1', provider: 'a', address: '10.77.1.1' },
  { name: 'a2', provider: 'a', address: '10.77.1.2' },
  { name: 'b1', provider: 'b', address: '10.77.2.1' },
  { name: 'b2', provider: 'b', address: '10.77.2.2' },
  { name: 'c1', provider: 'c', address: '10.77.3.1' },
] as const;

/** This machine in the lab. */
export const LAB_WORLD = '10.77.0.1';
