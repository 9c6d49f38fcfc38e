/** Reads what the script printed. */
import type { Facts, FoundFile, FoundReleases } from '../types.ts';

/** Rejects lines it doesn't know, and an answer that isn't whole. */
export function factsFrom(output: string, clockOffsetMs: number): Facts {
  const lines = output.split('\n');
  const at = lines.indexOf('end');
  if (at < 0) throw new Error('the answer is not whole');
  const facts: Facts = {
    os: { id: '', version: '' },
    arch: 'other',
    cores: 1,
    memoryMb: Number.POSITIVE_INFINITY,
    diskFreeMb: 0,
    clockOffsetMs,
    packages: {},
    users: [],
    groups: {},
    groupNames: [],
    addresses: [],
    files: {},
    units: {},
    relay: none(),
    cassandra: none(),
    managed: [],
    listening: [],
    firewall: null,
  };
  for (const line of lines.slice(0, at)) {
    const [kind = '', ...fields] = line.split('\t');
    const read = READERS[kind];
    if (read === undefined) throw new Error(`a line that nobody expected: ${line.slice(0, 200)}`);
    read(facts, fields);
  }
  return facts;
}

const none = (): FoundReleases => ({ present: [], current: null, previous: null });

type Reader = (facts: Facts, fields: string[]) => void;

const READERS: Record<string, Reader> = {
  ready: () => undefined,
  clock: () => undefined,
  os: (facts, [id = '', version = '']) => {
    facts.os = { id, version };
  },
  arch: (facts, [machine = '']) => {
    facts.arch = machine === 'x86_64' ? 'x64' : machine === 'aarch64' ? 'arm64' : 'other';
  },
  cores: (facts, [count]) => {
    facts.cores = Number(count);
  },
  memory: (facts, [bytes = '']) => {
    // "max": no limit.
    const limit = Math.floor(Number(bytes) / 1_048_576);
    if (Number.isFinite(limit)) facts.memoryMb = Math.min(facts.memoryMb, limit);
  },
  disk: (facts, [kilobytes]) => {
    facts.diskFreeMb = Math.floor(Number(kilobytes) / 1024);
  },
  release: (facts, [product, what, version = '']) => {
    const found = product === 'relay' ? facts.relay : facts.cassandra;
    if (what === 'present') found.present.push(version);
    else if (what === 'current') found.current = version;
    else if (what === 'runs') found.runs = version;
    else found.previous = version;
  },
  listen: (facts, [protocol = '', local = '', who = '']) => {
    const program = /"(?<name>[^"]+)"/u.exec(who)?.groups?.['name'] ?? '';
    facts.listening.push(`${protocol} ${local} ${program}`.trim());
  },
  table: (facts, [local = '']) => {
    facts.listening.push(`tcp ${addressOf(local)}`);
  },
  firewall: (facts, [rules = '']) => {
    facts.firewall = decoded(rules);
  },
  made: (facts, [rules = '']) => {
    facts.firewallMade = decoded(rules);
  },
  package: (facts, [name = '', version = '']) => {
    facts.packages[name] = version;
  },
  user: (facts, [name = '', groups = '']) => {
    facts.users.push(name);
    facts.groups = { ...facts.groups, [name]: groups.split(' ').filter((group) => group !== name) };
  },
  group: (facts, [name = '']) => {
    facts.groupNames?.push(name);
  },
  address: (facts, [address = '']) => {
    facts.addresses?.push(address);
  },
  unit: (facts, [name = '', state = '', startedWith = '']) => {
    facts.units[name] = {
      active: /ActiveState=(?:active|reloading)\b/u.test(state) || isKeptFromRunning(state),
      enabled: /UnitFileState=(?:enabled|static|alias|generated)\b/u.test(state),
      startedWith: startedWith === '' ? null : startedWith,
    };
  },
  managed: (facts, [mark, path = '']) => {
    if (mark !== 'd') facts.managed.push(path);
  },
  file: (facts, [path = '', sha256 = '', owned = '', text = '-']) => {
    if (path !== '') facts.files[path] = sha256 === 'none' ? null : fileOf(sha256, owned, text);
  },
};

/** Its own conditions say so, as chrony's do where nobody may set the clock. Before the first try they say no as well. */
const isKeptFromRunning = (state: string): boolean =>
  /ConditionResult=no\b/u.test(state) && !/ConditionTimestampMonotonic=0\b/u.test(state);

function fileOf(sha256: string, owned: string, text: string): FoundFile {
  const [mode = '0', owner = '', group = ''] = owned.split(' ');
  return {
    sha256,
    mode: Number.parseInt(mode, 8),
    owner,
    group,
    text: text === '-' ? null : textOf(Buffer.from(text, 'base64')),
  };
}

/** Null: not a text. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

/** From /proc/net/tcp: each four bytes of the address in the machine's order, the port as a number; all of it hexadecimal. */
function addressOf(local: string): string {
  const [address = '', port = ''] = local.split(':');
  const words = address.match(/.{8}/gu) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../gu) ?? []).toReversed());
  const shown =
    bytes.length === 4
      ? bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
      : bytes.every((byte) => byte === '00')
        ? '[::]'
        : `[${(bytes.join('').match(/.{4}/gu) ?? []).join(':').toLowerCase()}]`;
  return `${shown}:${Number.parseInt(port, 16)}`;
}
