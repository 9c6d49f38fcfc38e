/** Reads the cluster's secrets, and makes what is missing: once, kept only where it is asked for, never over what is there. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../config/types.ts';
import { setupClock } from '../../setup/clock.ts';
import { replaceFile, writeNew } from '../../setup/write-whole.ts';
import { mailNameOf } from '../inventory/read.ts';
import type { ClusterSecrets, HostSpec, Inventory } from '../types.ts';
import { makeAuthority, signHost, whyRenew } from './certificates.ts';
import type { Authority, HostIdentity } from './certificates.ts';
import { FILES, hostFile, MADE_ONCE, makeFolder, openFolder, secretsDir, textIn } from './folder.ts';
import { loginText, newLogin, pairText, readLogin, readPair } from './forms.ts';
import type { Login } from './forms.ts';

/** Two roles that take turns: a new password comes with the other one. */
export const RELAY_ROLES = ['relay_a', 'relay_b'] as const;
export const ADMIN_ROLES = ['relay_admin_a', 'relay_admin_b'] as const;

/** Those of them that aren't in use. */
export const rolesBeside = (used: readonly string[]): string[] =>
  [...RELAY_ROLES, ...ADMIN_ROLES].filter((role) => !used.includes(role));

export interface Opened {
  secrets: ClusterSecrets;
  /** What was made, in words: "a1 gets a new certificate: it ends in 12 days". */
  notes: string[];
  /** Hosts whose certificates were made just now. */
  signed: string[];
}

/** What was made is in memory only, until it is kept. */
export interface ReadSecrets extends Opened {
  /** Writes it; false: somebody else has made other ones meanwhile, and his are there. */
  keep(): Promise<boolean>;
}

/** Reads, makes and keeps. Rejects like `readSecrets`. */
export async function openSecrets(
  inventory: Pick<Inventory, 'path' | 'name' | 'domain' | 'hosts'>,
  nowMs: number = setupClock.wallMs(),
): Promise<Opened> {
  for (;;) {
    const { keep, ...opened } = await readSecrets(inventory, nowMs);
    if (await keep()) return opened;
  }
}

/**
 * Writes nothing: whoever only looks may do so without having made an authority. Certificates that end within 60 days,
 * or don't name what the inventory says, are made anew. Each file is kept whole or not at all, so whenever that is cut
 * off, the next call makes the rest. Rejects with ConfigError when others may read the folder, or a part of it was lost.
 */
export async function readSecrets(
  inventory: Pick<Inventory, 'path' | 'name' | 'domain' | 'hosts'>,
  nowMs: number,
): Promise<ReadSecrets> {
  const dir = secretsDir(inventory);
  const names = await openFolder(dir);
  const notes: string[] = [];
  const once = new Map<string, string | Uint8Array>();
  for (const name of MADE_ONCE)
    if (!names.includes(name)) once.set(name, await MAKERS[name](inventory.name, nowMs));
  if (once.size > 0)
    notes.push(`${dir} is made by the first apply: keep a copy of it where only you can read it`);
  const textOf = async (name: string): Promise<string> => {
    const made = once.get(name);
    return typeof made === 'string' ? made : requiredIn(dir, name);
  };
  const authority = readPair(join(dir, FILES.authority), await textOf(FILES.authority));
  const certificates: ClusterSecrets['certificates'] = {};
  const signed = new Map<string, Authority>();
  for (const host of inventory.hosts) {
    const { pair, why } = await certificateOf(dir, authority, identityOf(inventory, host), nowMs);
    certificates[host.name] = pair;
    if (why === null) continue;
    signed.set(host.name, pair);
    notes.push(`${host.name} gets a new certificate: ${why}`);
  }
  const tokenKey = once.get(FILES.tokenKey);
  const login = async (name: string): Promise<Login> => readLogin(join(dir, name), await textOf(name));
  return {
    secrets: {
      authority: { cert: await trustedIn(dir, authority), key: authority.key },
      certificates,
      tokenKey: new Uint8Array(
        tokenKey instanceof Uint8Array ? tokenKey : await readFile(join(dir, FILES.tokenKey)),
      ),
      apiToken: (await textOf(FILES.apiToken)).trim(),
      cassandraAdmin: await login(FILES.cassandraAdmin),
      cassandraRelay: await login(FILES.cassandraRelay),
      ...(await formerIn(dir)),
    },
    notes,
    signed: [...signed.keys()],
    keep: () => keepIn(dir, once, signed),
  };
}

async function keepIn(
  dir: string,
  once: ReadonlyMap<string, string | Uint8Array>,
  signed: ReadonlyMap<string, Authority>,
): Promise<boolean> {
  if (once.size + signed.size === 0) return true;
  await makeFolder(dir);
  for (const [name, content] of once) if (!(await writeNew(join(dir, name), content, 0o600))) return false;
  for (const [host, pair] of signed) await replaceFile(join(dir, hostFile(host)), pairText(pair), 0o600);
  return true;
}

const MAKERS: Record<
  (typeof MADE_ONCE)[number],
  (name: string, nowMs: number) => Promise<string | Uint8Array>
> = {
  [FILES.authority]: async (name, nowMs) => pairText(await makeAuthority(name, nowMs)),
  [FILES.tokenKey]: async () => new Uint8Array(randomBytes(32)),
  [FILES.apiToken]: async () => `${randomBytes(32).toString('base64url')}\n`,
  [FILES.cassandraAdmin]: async () => loginText(newLogin(ADMIN_ROLES[0])),
  [FILES.cassandraRelay]: async () => loginText(newLogin(RELAY_ROLES[0])),
};

/** The host's certificate, made (anew) if need be; `why` says what for. */
async function certificateOf(
  dir: string,
  authority: Authority,
  host: HostIdentity,
  nowMs: number,
): Promise<{ pair: Authority; why: string | null }> {
  const file = join(dir, hostFile(host.name));
  const text = await textIn(dir, hostFile(host.name));
  const pair = text === null ? null : readPair(file, text);
  const why = pair === null ? 'it had none' : whyRenew(pair.cert, authority.cert, host, nowMs);
  if (pair !== null && why === null) return { pair, why };
  return { pair: await signHost(authority, host, nowMs), why };
}

/** What a host's certificate must name. */
export const identityOf = (inventory: Pick<Inventory, 'domain'>, host: HostSpec): HostIdentity => ({
  name: host.name,
  dnsNames: [mailNameOf(inventory, host)],
  addresses: [host.address, ...(host.privateAddress === null ? [] : [host.privateAddress])],
});

/** The authority's own certificate, then that of the one to come or the one before. */
async function trustedIn(dir: string, authority: Authority): Promise<string> {
  const others = await Promise.all(
    [FILES.nextAuthority, FILES.formerAuthority].map(async (name) => {
      const text = await textIn(dir, name);
      return text === null ? '' : readPair(join(dir, name), text).cert;
    }),
  );
  return [authority.cert, ...others.filter((cert) => cert !== authority.cert)].join('');
}

/** The certificates of all authorities that hosts of ours may trust; makes nothing, '' where there is none yet. */
export async function readTrusted(inventory: Pick<Inventory, 'path'>): Promise<string> {
  const dir = secretsDir(inventory);
  return (await textIn(dir, FILES.authority)) === null
    ? ''
    : trustedIn(dir, await pairIn(dir, FILES.authority));
}

async function formerIn(dir: string): Promise<Pick<ClusterSecrets, 'former'>> {
  const admin = await textIn(dir, FILES.formerAdmin);
  const relay = await textIn(dir, FILES.formerRelay);
  if (admin === null && relay === null) return {};
  return {
    former: {
      ...(admin === null ? {} : { cassandraAdmin: readLogin(join(dir, FILES.formerAdmin), admin) }),
      ...(relay === null ? {} : { cassandraRelay: readLogin(join(dir, FILES.formerRelay), relay) }),
    },
  };
}

/** Rejects with ConfigError: there was such a file a moment ago. */
export async function requiredIn(dir: string, name: string): Promise<string> {
  const text = await textIn(dir, name);
  if (text === null) throw new ConfigError([`${join(dir, name)}: no such file; bring it back from a copy`]);
  return text;
}

/** Rejects like `requiredIn`. */
export const pairIn = async (dir: string, name: string): Promise<Authority> =>
  readPair(join(dir, name), await requiredIn(dir, name));

/** Rejects like `requiredIn`. */
export const loginIn = async (dir: string, name: string): Promise<Login> =>
  readLogin(join(dir, name), await requiredIn(dir, name));
