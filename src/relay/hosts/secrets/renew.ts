/**
 * Makes secrets anew, where there is time for it: each step leaves what hosts know good until `apply` has brought them
 * the new, and may be done again after it was cut off.
 */
import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setupClock } from '../../setup/clock.ts';
import { replaceFile, syncFolder, writeNew } from '../../setup/write-whole.ts';
import type { Inventory } from '../types.ts';
import { makeAuthority, signHost } from './certificates.ts';
import { FILES, hostFile, openFolder, secretsDir } from './folder.ts';
import { loginText, newLogin, pairText } from './forms.ts';
import { ADMIN_ROLES, identityOf, loginIn, openSecrets, pairIn, RELAY_ROLES } from './open.ts';

export type Renewable = 'certificates' | 'authority' | 'passwords' | 'token' | 'api-token';

export interface Renewed {
  /** In words. */
  done: string;
  /** What has to follow: apply, and then perhaps the same again. */
  next: 'apply' | 'apply, then again';
}

/**
 * One step. Of `authority` there are three, with an apply after each: trust both; sign with the new one; forget the old
 * one. `passwords` has two: new roles beside the old; forget the old. The others have one.
 */
export async function renewSecrets(
  inventory: Pick<Inventory, 'path' | 'name' | 'domain' | 'hosts'>,
  what: Renewable,
  nowMs: number = setupClock.wallMs(),
): Promise<Renewed> {
  const { signed } = await openSecrets(inventory, nowMs);
  const dir = secretsDir(inventory);
  switch (what) {
    case 'certificates': {
      const authority = await pairIn(dir, FILES.authority);
      for (const host of inventory.hosts) {
        const made = await signHost(authority, identityOf(inventory, host), nowMs);
        await replaceFile(join(dir, hostFile(host.name)), pairText(made), 0o600);
      }
      return { done: 'every host has a new certificate', next: 'apply' };
    }
    case 'authority':
      return renewAuthority(dir, inventory, nowMs, signed.length > 0);
    case 'passwords':
      return renewPasswords(dir);
    case 'token':
      await replaceFile(join(dir, FILES.tokenKey), randomBytes(32), 0o600);
      return {
        done: 'reply addresses are signed with a new key: pages sent before can no longer be answered by mail',
        next: 'apply',
      };
    case 'api-token':
      await replaceFile(join(dir, FILES.apiToken), `${randomBytes(32).toString('base64url')}\n`, 0o600);
      return { done: 'the control API has a new token', next: 'apply' };
  }
}

async function renewAuthority(
  dir: string,
  inventory: Pick<Inventory, 'path' | 'name' | 'domain' | 'hosts'>,
  nowMs: number,
  signedNow: boolean,
): Promise<Renewed> {
  const names = await openFolder(dir);
  const signed: Renewed = {
    done: 'the new authority has signed a certificate for every host; the old one is still trusted',
    next: 'apply, then again',
  };
  if (names.includes(FILES.nextAuthority)) {
    // The old one stays trusted from before it is replaced; the new one is the next one until it has replaced it.
    await replaceFile(join(dir, FILES.formerAuthority), pairText(await pairIn(dir, FILES.authority)), 0o600);
    await rename(join(dir, FILES.nextAuthority), join(dir, FILES.authority));
    await syncFolder(dir);
    await openSecrets(inventory, nowMs);
    return signed;
  }
  if (names.includes(FILES.formerAuthority)) {
    // The last step was cut off before everything was signed: hosts can't have it yet.
    if (signedNow) return signed;
    await drop(dir, FILES.formerAuthority);
    return { done: 'the old authority is trusted no longer', next: 'apply' };
  }
  const made = await makeAuthority(inventory.name, nowMs);
  await writeNew(join(dir, FILES.nextAuthority), pairText(made), 0o600);
  return {
    done: 'there is a new authority, which hosts are to trust beside the old one',
    next: 'apply, then again',
  };
}

const LOGINS = [
  { current: FILES.cassandraAdmin, former: FILES.formerAdmin, roles: ADMIN_ROLES },
  { current: FILES.cassandraRelay, former: FILES.formerRelay, roles: RELAY_ROLES },
] as const;

async function renewPasswords(dir: string): Promise<Renewed> {
  let changed = false;
  for (const { current, former, roles } of LOGINS) {
    const login = await loginIn(dir, current);
    // Kept before it is replaced. Where the two are the same, the last call was cut off in between.
    await writeNew(join(dir, former), loginText(login), 0o600);
    if ((await loginIn(dir, former)).password !== login.password) continue;
    const user = roles.find((role) => role !== login.user) ?? roles[0];
    await replaceFile(join(dir, current), loginText(newLogin(user)), 0o600);
    changed = true;
  }
  if (!changed) {
    for (const { former } of LOGINS) await drop(dir, former);
    return { done: 'the former passwords are forgotten here', next: 'apply' };
  }
  return {
    done: "Cassandra's admin and relay get other roles with new passwords; the former ones stay good",
    next: 'apply, then again',
  };
}

async function drop(dir: string, name: string): Promise<void> {
  await rm(join(dir, name), { force: true });
  await syncFolder(dir);
}
