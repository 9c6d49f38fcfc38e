/** `relay init --systemd`: this machine runs Relay from now on. Run with a newer release, it is an upgrade. */
import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readConfig } from '../../config/load.ts';
import type { Installation } from '../installation.ts';
import { installedRoot, releaseIn } from '../release.ts';
import { makeAccounts } from './accounts.ts';
import { type Forwarding, forwarding } from './mail-server.ts';
import { SERVICE } from './places.ts';
import { linked, point, type Put, putRelease, switchTo } from './releases.ts';
import { enable, restart, runs, writeUnit } from './service.ts';
import { type System, SystemdError } from './system.ts';

export interface SystemdOptions {
  system: System;
  /** --release; undefined: the release that this command runs from. */
  file: string | undefined;
  /** Writes relay.yaml, keys and database, or finds them there. */
  init: () => Promise<Installation>;
  env: NodeJS.ProcessEnv;
}

export interface Installed {
  installation: Installation;
  version: string;
  /** The release that ran before this one, kept for the way back; null: none. */
  previous: string | null;
  /** What was done now, in words; empty: everything was so already. */
  done: string[];
  /** How mail gets to Relay past another mail server on port 25; null: none is in the way. */
  mail: Forwarding | null;
}

/** Rejects with SystemdError, or with what `init` rejects with; run again, it goes on where it stopped. */
export async function installSystemd(options: SystemdOptions): Promise<Installed> {
  const { system, env } = options;
  const from = checked(options);
  const { places } = system;
  const done: string[] = [];
  const note = (changed: boolean, text: string): void => void (changed && done.push(text));

  const installation = await options.init();
  note(installation.changed, `wrote ${installation.config}`);
  note(await makeAccounts(system), 'made the user and the group relay');
  const config = readConfig(installation.config, await readFile(installation.config), env);
  await system.handOver([...places.data, config.keyDir]);
  const put = await putRelease(system, from);
  note(put.changed, `put relay ${put.release.version} into ${join(places.releases, put.name)}`);
  note(await linkCommand(system), `made the command ${places.command}`);
  await runFromNowOn(system, put, note);

  const holder = config.smtp === null || config.smtp.listen.port === 25 ? null : await system.portHolder(25);
  return {
    installation,
    version: put.release.version,
    previous: await linked(places.previous),
    done,
    mail:
      holder === null || config.smtp === null
        ? null
        : forwarding(holder, config.smtp.domain, config.smtp.listen.port),
  };
}

/** What can be said before anything is written. */
function checked({ system, file }: SystemdOptions): { folder: string } | { file: string } {
  if (!system.root)
    throw new SystemdError('--systemd changes the whole machine: run it as root (sudo relay init --systemd)');
  if (!system.systemd)
    throw new SystemdError('systemd does not run this machine: start `relay start` by what does');
  if (file !== undefined) {
    if (!existsSync(file)) throw new SystemdError(`--release: there is no ${file}`);
    return { file };
  }
  const folder = installedRoot();
  if (releaseIn(folder) === null) {
    throw new SystemdError(
      'this is a checkout, and a service is run from a release: build one with npm run release, then add ' +
        '--release dist/relay-VERSION-linux-ARCH.tar.gz',
    );
  }
  return { folder };
}

/** The command is a link to whatever release is current. What somebody else put there stays. */
async function linkCommand({ places }: System): Promise<boolean> {
  const target = join(places.current, 'bin/relay');
  const there = lstatSync(places.command, { throwIfNoEntry: false });
  if (there?.isSymbolicLink() === true && readlinkSync(places.command) === target) return false;
  // On a host of a cluster it is a line of shell that does the same.
  if (there?.isFile() === true && (await readFile(places.command, 'utf8')).includes(target)) return false;
  if (there !== undefined)
    throw new SystemdError(`${places.command} is something else: move it away, then run this again`);
  await mkdir(dirname(places.command), { recursive: true });
  await point(places.command, target);
  return true;
}

type Note = (changed: boolean, text: string) => void;

/** A release that does not become ready is taken back for the one before: an upgrade leaves nobody without a pager. */
async function runFromNowOn(system: System, put: Put, note: Note): Promise<void> {
  const { places } = system;
  const before = await linked(places.current);
  const beforeThat = await linked(places.previous);
  const unit = await writeUnit(system, put.name);
  const switched = await switchTo(system, put.name);
  note(
    switched && before !== null,
    `made ${put.name} the current release; ${before} is kept as the previous one`,
  );
  note(unit, `wrote ${places.unit}`);
  note(await enable(system), `enabled ${SERVICE}`);
  if (!unit && !switched && (await runs(system, put.name))) return;
  try {
    await restart(system);
  } catch (error) {
    if (!(error instanceof SystemdError)) throw error;
    if (!switched || before === null)
      throw new SystemdError(`${error.message}\nMend it, then run this again.`);
    await takeBack(system, before, beforeThat, error);
  }
  note(true, `started ${SERVICE}, which is ready`);
}

async function takeBack(
  system: System,
  before: string,
  beforeThat: string | null,
  error: SystemdError,
): Promise<never> {
  const { places } = system;
  const why = error.message;
  system.tell(`going back to relay ${before}`);
  await point(places.current, before);
  if (beforeThat !== null) await point(places.previous, beforeThat);
  await writeUnit(system, before);
  await enable(system);
  try {
    await restart(system);
  } catch (again) {
    if (!(again instanceof SystemdError)) throw again;
    throw new SystemdError(
      `${why}\nNeither did ${before}, to which this went back, so NOTHING PAGES NOW: ${again.message}`,
    );
  }
  throw new SystemdError(`${why}\nThis went back to ${before}, which runs.`);
}
