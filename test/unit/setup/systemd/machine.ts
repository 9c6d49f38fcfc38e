/** A machine in a folder: what would change the real one is noted, and a release is whatever folder a test makes. */
import { mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Installation } from '../../../../src/relay/setup/installation.ts';
import type { PortHolder } from '../../../../src/relay/setup/ports.ts';
import { installSystemd, type Installed } from '../../../../src/relay/setup/systemd/install.ts';
import { systemdPlaces } from '../../../../src/relay/setup/systemd/places.ts';
import type { Ran, System } from '../../../../src/relay/setup/systemd/system.ts';

const DONE: Ran = { code: 0, said: '' };
const NO: Ran = { code: 1, said: '' };
/** Work on files, which a test's folder may see. */
const REAL = ['cp', 'chmod', 'sync', 'tar'];

export class Machine implements System {
  readonly folder: string;
  readonly places;
  root = true;
  systemd = true;
  arch = 'x64';
  /** Command lines that changed something outside of the folder. */
  readonly changes: string[] = [];
  readonly told: string[] = [];
  readonly handedOver: string[][] = [];
  readonly accounts = new Set<string>();
  holder: PortHolder | null = null;
  /** Releases that never become ready. */
  readonly broken = new Set<string>();
  /** What runs now. */
  running: string | null = null;
  #enabled = false;

  private constructor(folder: string) {
    this.folder = folder;
    this.places = systemdPlaces(folder);
  }

  static async made(): Promise<Machine> {
    const machine = new Machine(await mkdtemp(join(tmpdir(), 'relay-machine-')));
    for (const name of ['etc/relay', 'etc/systemd/system', 'var/lib/relay'])
      await mkdir(join(machine.folder, name), { recursive: true });
    return machine;
  }

  async gone(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  tell = (text: string): void => void this.told.push(text);
  handOver = async (dirs: string[]): Promise<void> => void this.handedOver.push(dirs);
  portHolder = async (): Promise<PortHolder | null> => this.holder;

  run = async (program: string, ...words: string[]): Promise<Ran> => {
    if (REAL.includes(program)) return really(program, words);
    if (program === 'getent') return this.accounts.has(words.join(' ')) ? DONE : NO;
    if (program === 'readlink')
      return { code: 0, said: join(this.places.releases, this.running ?? 'none', 'runtime/bin/node') };
    if (program === 'systemctl' && words[0] === 'is-active') return this.running === null ? NO : DONE;
    if (program === 'systemctl' && words[0] === 'is-enabled') return this.#enabled ? DONE : NO;
    if (program === 'systemctl' && words[0] === 'show') return { code: 0, said: '4711' };
    if (program === 'journalctl') return { code: 0, said: 'relay: the disk is full' };
    this.changes.push([program, ...words].join(' '));
    return this.#change(program, words);
  };

  async #change(program: string, words: string[]): Promise<Ran> {
    const last = words.at(-1) ?? '';
    if (program === 'groupadd') this.accounts.add(`group ${last}`);
    if (program === 'useradd') this.accounts.add(`passwd ${last}`);
    if (program === 'groupdel') this.accounts.delete(`group ${last}`);
    if (program === 'userdel') {
      this.accounts.delete(`passwd ${last}`);
      this.accounts.delete(`group ${last}`);
    }
    if (program === 'systemctl' && words[0] === 'enable') this.#enabled = true;
    if (program === 'systemctl' && words[0] === 'disable') {
      this.#enabled = false;
      this.running = null;
    }
    if (program === 'systemctl' && words[0] === 'restart') {
      const name = basename(await readlink(this.places.current));
      this.running = this.broken.has(name) ? null : name;
      if (this.running === null) return { code: 1, said: 'Job for relay.service failed' };
    }
    return DONE;
  }

  /** As `npm run release` makes it, but for its content. */
  async releaseFile(version: string, more: { content?: string; arch?: string } = {}): Promise<string> {
    const { content = version, arch = 'x64' } = more;
    const top = join(this.folder, 'built', `relay-${version}`);
    await mkdir(join(top, 'bin'), { recursive: true });
    await mkdir(join(top, 'systemd'), { recursive: true });
    await writeFile(join(top, 'bin/relay'), content, { mode: 0o700 });
    await writeFile(join(top, 'systemd/relay.service'), `# of ${version}\n`);
    const digest = Buffer.from(content).toString('hex').padEnd(64, '0');
    await writeFile(join(top, 'release.json'), JSON.stringify({ name: 'relay', version, arch, digest }));
    const file = join(this.folder, `relay-${version}.tar.gz`);
    await really('tar', ['-czf', file, '-C', join(this.folder, 'built'), basename(top)]);
    await rm(top, { recursive: true });
    return file;
  }

  /** `relay init --systemd --release FILE`, where relay.yaml says what `smtp` says. */
  async install(file: string | undefined, smtp = '0.0.0.0:25'): Promise<Installed> {
    const config = join(this.folder, 'etc/relay/relay.yaml');
    const text = `store: sqlite:${this.folder}/var/lib/relay/relay.db\nsmtp:\n  listen: ${smtp}\n  domain: alerts.example.com\n`;
    const init = async (): Promise<Installation> => {
      await writeFile(config, text);
      return { config, socket: '', services: [], changed: false, notes: [], firstPerson: null };
    };
    return installSystemd({ system: this, file, init, env: {} });
  }
}

function really(program: string, words: string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(program, words, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), said: `${out}${err}` }),
    );
  });
}
