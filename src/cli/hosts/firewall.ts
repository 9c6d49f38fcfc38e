/** `relay firewall show | diff | apply`: the firewalls of the hosts of cluster.yaml. */
import type * as OverHosts from '../../relay/hosts/firewall/over-hosts.ts';
import type { HostSpec, Inventory } from '../../relay/hosts/types.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { clean, styleFor } from '../render/style.ts';
import type { Style } from '../render/style.ts';
import { agreed } from './agreed.ts';
import { unlessInterrupted } from './at-it.ts';
import { toldOf } from './failure.ts';
import { requiredClusterFile } from './where.ts';

export interface FirewallFlags {
  file: string | undefined;
  /** None: all of them. */
  host: string[] | undefined;
  json: boolean;
}

/** The rules as a file for `nft -f`, from cluster.yaml alone: no host is asked. */
export async function showFirewall(flags: FirewallFlags, io: Io): Promise<number> {
  const { inventory, hosts } = await chosen(flags, io);
  const { wantedRules } = await import('../../relay/hosts/components/firewall/component.ts');
  const shown = hosts.map((host) => ({ host: host.name, rules: wantedRules({ inventory, host }, null) }));
  if (flags.json) json(shown, io);
  else io.out(shown.map(({ rules }) => rules).join('\n'));
  return EXIT.ok;
}

/** Exits with 1 when a host differs or can't be asked. */
export async function diffFirewall(flags: FirewallFlags, io: Io): Promise<number> {
  const { inventory, hosts } = await chosen(flags, io);
  saysThatItLooks(hosts, io);
  const found = await withSsh(async ({ lookAtFirewalls }, reach) => lookAtFirewalls(inventory, hosts, reach));
  if (flags.json) json(found, io);
  else io.out(found.map((one) => foundText(one, styleFor(io))).join(''));
  return found.every(({ state }) => state === 'same') ? EXIT.ok : EXIT.failed;
}

export interface LoadFlags {
  yes: boolean;
  json: boolean;
  'force-unlock': boolean;
}

/** Exits with 1 when a host hasn't got its rules. */
export async function applyFirewall(flags: FirewallFlags & LoadFlags, io: Io): Promise<number> {
  const found = await chosen(flags, io);
  const { readTrusted } = await import('../../relay/hosts/secrets/open.ts');
  const trusted = await readTrusted(found.inventory);
  return withSsh(async (_over, reach) => loadRules({ ...found, trusted }, reach, flags, io));
}

/**
 * Shows what differs, asks, then loads under the lock that whoever else changes these hosts takes. Hosts that another
 * authority has set up are somebody else's cluster: our peers among their rules would open them to ours.
 * `trusted`: certificates of our authorities.
 */
export async function loadRules(
  { inventory, hosts, trusted }: Chosen & { trusted: string },
  reach: OverHosts.Reach,
  flags: LoadFlags,
  io: Io,
): Promise<number> {
  const { lookAtFirewalls, strangersAmong } = await import('../../relay/hosts/firewall/over-hosts.ts');
  saysThatItLooks(hosts, io);
  try {
    const found = await lookAtFirewalls(inventory, hosts, reach);
    if (!flags.json) io.out(found.map((one) => foundText(one, styleFor(io))).join(''));
    const names = new Set(found.filter(({ state }) => state === 'differs').map(({ host }) => host));
    const wrong = hosts.filter(({ name }) => names.has(name));
    const others = await strangersAmong(trusted, wrong, reach);
    const [first] = others;
    if (first !== undefined) {
      const each = others.map(({ host, what }) => `${host}: ${what}`).join('; ');
      throw new CliError(EXIT.failed, `nothing was done: ${each}`, first.cure);
    }
    const now = wrong.length === 0 ? [] : await loadOn(inventory, wrong, reach, flags, io);
    const done = found.flatMap((one): OverHosts.HostApplied[] => {
      if (one.state === 'same') return [{ host: one.host, state: 'unchanged' }];
      return one.state === 'failed' ? [one] : now.filter(({ host }) => host === one.host);
    });
    if (flags.json) json(done, io);
    return done.every(({ state }) => state === 'applied' || state === 'unchanged') ? EXIT.ok : EXIT.failed;
  } catch (error) {
    throw toldOf(error, 'relay firewall apply');
  }
}

async function loadOn(
  inventory: Inventory,
  wrong: readonly HostSpec[],
  reach: OverHosts.Reach,
  flags: LoadFlags,
  io: Io,
): Promise<OverHosts.HostApplied[]> {
  await agreed(
    `Load the rules on ${wrong.map(({ name }) => name).join(', ')}? Where ssh gets in no more, the old ones come back.`,
    flags.yes,
  );
  const [{ takeLock }, { applyFirewalls }] = await Promise.all([
    import('../../relay/hosts/apply/lock.ts'),
    import('../../relay/hosts/firewall/over-hosts.ts'),
  ]);
  await using lock = await takeLock(wrong.map(reach), 'firewall apply', flags['force-unlock']);
  let now: OverHosts.HostApplied[] = [];
  await unlessInterrupted(lock, async () => {
    now = await applyFirewalls(
      inventory,
      wrong,
      (host) => lock.held(reach(host)),
      (one) => io.err(appliedText(one, styleFor({ tty: process.stderr.isTTY, env: io.env }))),
    );
  });
  return now;
}

interface Chosen {
  inventory: Inventory;
  hosts: HostSpec[];
}

async function chosen({ file, host = [] }: FirewallFlags, io: Io): Promise<Chosen> {
  const { readInventory } = await import('../../relay/hosts/inventory/read.ts');
  const inventory = await readInventory(requiredClusterFile(file, io), true);
  const names = inventory.hosts.map(({ name }) => name);
  const unknown = host.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new CliError(
      EXIT.notFound,
      `${inventory.path} has no host ${unknown.join(', ')}`,
      `It has ${names.join(', ')}.`,
    );
  return { inventory, hosts: inventory.hosts.filter(({ name }) => host.length === 0 || host.includes(name)) };
}

async function withSsh<T>(work: (over: typeof OverHosts, reach: OverHosts.Reach) => Promise<T>): Promise<T> {
  const [{ openSsh }, over] = await Promise.all([
    import('../../relay/hosts/ssh/session.ts'),
    import('../../relay/hosts/firewall/over-hosts.ts'),
  ]);
  await using session = await openSsh();
  return await work(over, (host) => session.remote(host));
}

const saysThatItLooks = (hosts: readonly HostSpec[], io: Io): void =>
  io.err(`relay: looking at ${hosts.map(({ name }) => name).join(', ')}\n`);

const json = (value: unknown, io: Io): void => io.out(`${JSON.stringify(value, null, 2)}\n`);

/** As a person reads it: one line where all is well, else the difference below. */
function foundText(one: OverHosts.HostFirewall, style: Style): string {
  const name = style.bold(one.host);
  if (one.state === 'same') return `${name}: as cluster.yaml says\n`;
  if (one.state === 'failed') return `${name}: ${style.red('not known')}: ${clean(one.why)}\n`;
  const boot = one.boots ? '' : '; the next boot would load something else';
  if (one.difference === null) return `${name}: ${style.yellow('the kernel is right')}${boot}\n`;
  return `${name}: ${style.yellow('differs')}${boot}\n${coloured(one.difference, style)}\n`;
}

const coloured = (difference: string, style: Style): string =>
  difference
    .split('\n')
    .map((line) => {
      // What comes from a host must not act on the terminal; tabs are nft's own.
      const text = clean(line.replaceAll('\t', '  '));
      if (/^[+-]{3} |^@@/u.test(text)) return style.dim(text);
      if (text.startsWith('+')) return style.green(text);
      return text.startsWith('-') ? style.red(text) : text;
    })
    .join('\n');

function appliedText(one: OverHosts.HostApplied, style: Style): string {
  const name = style.bold(one.host);
  if (!('why' in one))
    return `${name}: ${one.state === 'unchanged' ? 'had them already' : `${style.green('loaded')}, and ssh still gets in`}\n`;
  const word = one.state === 'failed' ? 'failed' : 'rolled back';
  return `${name}: ${style.red(word)}: ${clean(one.why)}\n`;
}
