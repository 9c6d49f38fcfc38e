/** Edits of services and their routing keys. Pure; each refuses with a RosterError that says what to do. */
import { RosterError } from './book.ts';
import { checkFree, checkId, findPolicy, findService } from './checks.ts';
import type { Roster, Service } from './types.ts';

/** Adds a service; `keyHash` is the SHA-256 in hex of its routing key. Without a policy: the default service's. */
export function addService(roster: Roster, input: { id: string; policy?: string; keyHash: string }): Roster {
  checkId('service', input.id);
  checkFree('service', input.id, roster.services);
  checkHash(input.keyHash);
  const usual = roster.services.find((one) => one.id === roster.defaultService)?.policy ?? 'default';
  const policy = findPolicy(roster, input.policy ?? usual).id;
  const service: Service = { id: input.id, policy, keyHashes: [input.keyHash] };
  return { ...roster, services: [...roster.services, service] };
}

/** Gives a service another policy. */
export function editService(roster: Roster, id: string, input: { policy: string }): Roster {
  const before = findService(roster, id);
  const policy = findPolicy(roster, input.policy).id;
  if (policy === before.policy) return roster;
  return withService(roster, before, { ...before, policy });
}

/** Removes a service and its keys: what still comes for it goes to the default service, which itself stays. */
export function removeService(roster: Roster, id: string): Roster {
  const service = findService(roster, id);
  if (id === roster.defaultService) {
    throw new RosterError(
      'conflict',
      `Service ${id} takes every alert that names no other service`,
      'It stays; give it another policy if other people should be told.',
    );
  }
  return { ...roster, services: roster.services.filter((one) => one !== service) };
}

/** Another routing key; the newest before it stays valid until the next change, so that senders can follow. */
export function replaceKey(roster: Roster, service: string, keyHash: string): Roster {
  const before = findService(roster, service);
  checkHash(keyHash);
  const keyHashes = [keyHash, ...before.keyHashes.filter((one) => one !== keyHash)].slice(0, 2);
  return withService(roster, before, { ...before, keyHashes });
}

function withService(roster: Roster, before: Service, after: Service): Roster {
  return { ...roster, services: roster.services.map((one) => (one === before ? after : one)) };
}

function checkHash(keyHash: string): void {
  // Not shown: what is no hash may be the key itself.
  if (!/^[0-9a-f]{64}$/.test(keyHash)) throw new Error('a routing key is kept as its SHA-256 in hex');
}
