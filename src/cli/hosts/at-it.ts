/** What all commands that change hosts have in common: look, show, agree, lock, do. */
import type { Prepared, Wish } from '../../relay/hosts/apply/prepare.ts';
import type { HeldLock } from '../../relay/hosts/apply/lock.ts';
import type { Ground } from '../../relay/hosts/apply/survey.ts';
import type { HostWork, Work } from '../../relay/hosts/apply/work.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { agreed } from './agreed.ts';
import { toldOf } from './failure.ts';
import { isRefused } from './plan.ts';

export interface ChangeFlags {
  yes: boolean;
  json: boolean;
  'force-unlock': boolean;
}

/**
 * Looks at the hosts and names the ones that can't be asked; `needed`: all must answer. Hosts that other secrets have set
 * up are left alone: ours would tear them apart, and they may be somebody else's. `strangers`: they may be such.
 */
export async function lookedFor(
  prepared: Prepared,
  io: Io,
  needed: boolean,
  { strangers = false } = {},
): Promise<Work> {
  const [{ survey }, { strangerFindings }] = await Promise.all([
    import('../../relay/hosts/apply/survey.ts'),
    import('../../relay/hosts/secrets/stranger.ts'),
  ]);
  const { ground } = prepared;
  io.err(`relay: looking at ${ground.inventory.hosts.map(({ name }) => name).join(', ')}\n`);
  const { work, failures } = await survey(ground);
  for (const failure of failures) io.err(`relay: ${failure.message}\n`);
  if (needed && failures.length > 0) {
    const names = failures.map(({ host }) => host).join(', ');
    throw new CliError(EXIT.failed, `nothing was done: ${names} can't be looked at, see above`);
  }
  const found = new Map(work.hosts.map(({ host, facts }) => [host.name, facts]));
  const others = strangers ? [] : strangerFindings(ground.secrets, found);
  const [first] = others;
  if (first !== undefined) {
    const each = others.map(({ host, what }) => `${host}: ${what}`).join('; ');
    throw new CliError(EXIT.failed, `nothing was done: ${each}`, first.cure);
  }
  return work;
}

/** Tells what is found of the hosts; rejects with CliError where something of it forbids to go on. */
export async function refuseUnfit(ground: Ground, work: Work, io: Io): Promise<void> {
  const [{ surveyFindings }, { findingText }, { styleFor }] = await Promise.all([
    import('../../relay/hosts/apply/prepare.ts'),
    import('../../relay/hosts/plan/words.ts'),
    import('../render/style.ts'),
  ]);
  const findings = surveyFindings(ground, { work, failures: [] });
  for (const finding of findings) io.err(`${findingText(finding, styleFor(io))}\n`);
  if (isRefused({ hosts: [], findings }))
    throw new CliError(EXIT.failed, 'nothing was done: see what is refused above');
}

/** Opens everything, runs `work` with it, and tells failures in words. `again`: the command, as one types it. */
export async function withCluster<T>(
  wish: Wish,
  again: string,
  work: (prepared: Prepared) => Promise<T>,
): Promise<T> {
  const { prepare } = await import('../../relay/hosts/apply/prepare.ts');
  await using prepared = await prepare(wish, Date.now());
  try {
    return await work(prepared);
  } catch (error) {
    throw toldOf(error, again);
  }
}

/** Asks, then holds `hosts` while `work` runs. What is done to them is done through `held`, theirs included. */
export async function underLock(
  hosts: readonly HostWork[],
  what: string,
  question: string,
  flags: ChangeFlags,
  work: (held: (ground: Ground) => Ground) => Promise<void>,
): Promise<void> {
  const { takeLock } = await import('../../relay/hosts/apply/lock.ts');
  await agreed(question, flags.yes);
  await using lock = await takeLock(
    hosts.map(({ remote }) => remote),
    what,
    flags['force-unlock'],
  );
  for (const one of hosts) one.remote = lock.held(one.remote);
  await unlessInterrupted(lock, () =>
    work((ground) => ({ ...ground, remote: (host) => lock.held(ground.remote(host)) })),
  );
  const lost = lock.lost();
  if (lost !== null) throw new CliError(EXIT.conflict, `${lost} was taken over by somebody else meanwhile`);
}

/**
 * Ctrl-C: what is under way on hosts ends, nothing more is begun, and the hosts are let go, so that the next run may begin
 * and goes on from what is. Once more: at once, with scripts still running there.
 */
export async function unlessInterrupted(
  lock: AsyncDisposable & Pick<HeldLock, 'finish'>,
  work: () => Promise<void>,
): Promise<void> {
  let told = 0;
  const interrupted = (): void => {
    told += 1;
    if (told > 1) {
      process.stderr.write(
        'relay: left; what runs on the hosts goes on there, and holds them for 5 minutes\n',
      );
      process.exit(130);
    }
    process.stderr.write('relay: stopping once what is under way has ended; Ctrl-C again leaves at once\n');
    const end = (): void => {
      process.stderr.write('relay: stopped; run it again to go on from what is\n');
      process.exit(130);
    };
    lock
      .finish()
      .then(() => lock[Symbol.asyncDispose]())
      .then(end, end);
  };
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  try {
    await work();
  } catch (error) {
    // It is the stop that fails what comes next; the end is told above.
    if (told > 0) await new Promise(() => undefined);
    throw error;
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
}
