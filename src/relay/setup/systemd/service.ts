/** Has systemd run the daemon: the unit as the release ships it, and a start that is waited for. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '../write-whole.ts';
import { SERVICE } from './places.ts';
import { must, type System, SystemdError } from './system.ts';

const SHOWN_LINES = '15';

/** Writes the unit of that release if another lies there; says whether one did. */
export async function writeUnit(system: System, name: string): Promise<boolean> {
  const { releases, unit } = system.places;
  const text = await readFile(join(releases, name, 'systemd', SERVICE), 'utf8');
  if (existsSync(unit) && (await readFile(unit, 'utf8')) === text) return false;
  await replaceFile(unit, text, 0o644);
  return true;
}

/** Started at every boot from now on; says whether it wasn't. */
export async function enable(system: System): Promise<boolean> {
  await must(system, 'systemctl', 'daemon-reload');
  if ((await system.run('systemctl', 'is-enabled', '--quiet', SERVICE)).code === 0) return false;
  await must(system, 'systemctl', 'enable', '--quiet', SERVICE);
  return true;
}

/** Whether the daemon runs, and by that release's own Node. */
export async function runs(system: System, name: string): Promise<boolean> {
  if ((await system.run('systemctl', 'is-active', '--quiet', SERVICE)).code !== 0) return false;
  const { said: pid } = await system.run('systemctl', 'show', '--property=MainPID', '--value', SERVICE);
  const { said: program } = await system.run('readlink', '--', `/proc/${pid}/exe`);
  return program.startsWith(`${join(system.places.releases, name)}/`);
}

/** Starts it anew and waits until it says READY. Rejects with SystemdError and the last lines that it logged. */
export async function restart(system: System): Promise<void> {
  system.tell(`starting ${SERVICE}, and waiting until it is ready`);
  const { code, said } = await system.run('systemctl', 'restart', SERVICE);
  if (code === 0) return;
  const journal = await system.run(
    'journalctl',
    '--no-pager',
    '--output=cat',
    `--lines=${SHOWN_LINES}`,
    `--unit=${SERVICE}`,
  );
  throw new SystemdError(`${SERVICE} did not become ready: ${said}\n${journal.said}`.trimEnd());
}
