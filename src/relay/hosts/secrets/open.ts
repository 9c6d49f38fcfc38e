/** Reads the cluster's secrets, and makes what is missing: once, and never over what is there. */
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
import { FILES, hostFile, MADE_ONCE, openFolder, secretsDir, textIn } from './folder.ts';
import { loginText, newLogin, pairText, readLogin, readPair } from './forms.ts';
import type { Login } from './forms.ts';

/** Two roles that take turns: a new password comes with the other one. */
export const RELAY_ROLES = ['relay_a', 'relay_b'] as const;
export const ADMIN_ROLES = ['relay_admin_a', 'relay_admin_b'] as const;

/** What was done on the way. */
export interface Opened {
  secrets: ClusterSecrets;
  /** In words: "a1 has a new certificate: it ends in 12 days". */
  notes: string[];
  /** Hosts whose certificates were made just now. */
  signed: string[];
}

/**
 * Certificates that end within 60 days, or don't name what the inventory says, are made anew. Each file is there whole
 * or not at all, so whenever this is cut off, the next call does the rest. Rejects with ConfigError when others may read
 * the folder, or a part of it was lost.
 */
export async function openSecrets(
  inventory: Pick<Inventory, 'path' | 'name' | 'domain' | 'hosts'>,
  nowMs: number = setupClock.wallMs(),
): Promise<Opened> {
  const dir = secretsDir(inventory);
  const names = await openFolder(dir);
  const notes: string[] = [];
  const signed: string[] = [];
  if (MADE_ONCE.some((name) => !names.includes(name))) {
    await makeOnce(dir, inventory.name, nowMs);
    notes.push(`${dir} is new: keep a copy of it where only you can read it`);
  }
  const authority = await pairIn(dir, FILES.authority);
  const certificates: ClusterSecrets['certificates'] = {};
  for (const host of inventory.hosts) {
    const { pair, why } = await certificateOf(dir, authority, identityOf(inventory, host), nowMs);
    certificates[host.name] = pair;
    if (why === null) continue;
    signed.push(host.name);
    notes.push(`${host.name} has a new certificate: ${why}`);
  }
  return {
    secrets: {
      authority: { cert: await trustedIn(dir, authority), key: authority.key },
      certificates,
      tokenKey: new Uint8Array(await readFile(join(dir, FILES.tokenKey))),
      apiToken: (await requiredIn(dir, FILES.apiToken)).trim(),
      cassandraAdmin: await loginIn(dir, FILES.cassandraAdmin),
      cassandraRelay: await loginIn(dir, FILES.cassandraRelay),
      ...(await formerIn(dir)),
    },
    notes,
    signed,
  };
}

async function makeOnce(dir: string, name: string, nowMs: number): Promise<void> {
  const make: Record<(typeof MADE_ONCE)[number], () => Promise<string | Uint8Array>> = {
    [FILES.authority]: async () => pairText(await makeAuthority(name, nowMs)),
    [FILES.tokenKey]: async () => randomBytes(32),
    [FILES.apiToken]: async () => `${randomBytes(32).toString('base64url')}\n`,
    [FILES.cassandraAdmin]: async () => loginText(newLogin(ADMIN_ROLES[0])),
    [FILES.cassandraRelay]: async () => loginText(newLogin(RELAY_ROLES[0])),
  };
  for (const file of MADE_ONCE) await writeNew(join(dir, file), await make[file](), 0o600);
}

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
  const made = await signHost(authority, host, nowMs);
  await replaceFile(file, pairText(made), 0o600);
  return { pair: made, why };
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
