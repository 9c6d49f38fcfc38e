/** Edits of services and their routing keys. Pure; each refuses with a RosterError that says what to do. */
import { RosterError } from './book.ts';
import { heartbeatsOf } from './heartbeats.ts';
import { checkFree, checkId, findPolicy, findService } from './checks.ts';
import { withoutServiceWindows } from './maintenance-edits.ts';
import { refuseWhileRuled } from './rule-uses.ts';
import type { ServiceSettings } from './service-settings.ts';
import type { Roster, Service } from './types.ts';

/** Adds a service; `keyHash` is the SHA-256 in hex of its routing key. Without a policy: the default service's. */
export function addService(
  roster: Roster,
  input: { id: string; policy?: string; keyHash: string } & ServiceSettings,
): Roster {
  checkId('service', input.id);
  checkFree('service', input.id, roster.services);
  checkHash(input.keyHash);
  const usual = roster.services.find((one) => one.id === roster.defaultService)?.policy ?? 'default';
  const { id, policy: asked, keyHash, ...settings } = input;
  const policy = findPolicy(roster, asked ?? usual).id;
  const service = changed({ id, policy, keyHashes: [keyHash] }, settings);
  return { ...roster, services: [...roster.services, service] };
}

/** What may be changed of a service. */
export interface ServiceEdit extends ServiceSettings {
  policy?: string;
}

/** Gives a service another policy, or other settings; what is absent stays. */
export function editService(roster: Roster, id: string, input: ServiceEdit): Roster {
  const before = findService(roster, id);
  const after = changed(before, {
    ...input,
    ...(input.policy === undefined ? {} : { policy: findPolicy(roster, input.policy).id }),
  });
  if (JSON.stringify(after) === JSON.stringify(before)) return roster;
  return withService(roster, before, after);
}

function changed(
  before: Service,
  { policy = before.policy, autoResolveMs, groupBy, flapping }: ServiceEdit,
): Service {
  const after: Service = { ...before, policy };
  if (autoResolveMs === 'default') delete after.autoResolveMs;
  else if (autoResolveMs !== undefined) after.autoResolveMs = autoResolveMs;
  if (flapping === 'default') delete after.flapping;
  else if (flapping !== undefined) after.flapping = flapping;
  if (groupBy?.length === 0) delete after.groupBy;
  else if (groupBy !== undefined) after.groupBy = groupBy;
  return after;
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
  refuseWhileRuled(roster, 'service', id);
  const heartbeats = heartbeatsOf(roster, id);
  if (heartbeats.length > 0) {
    throw new RosterError(
      'conflict',
      `Heartbeat ${heartbeats.join(', ')} belongs to service ${id}`,
      `Give it another first: relay heartbeat edit ${heartbeats[0] ?? ''} --service NAME`,
    );
  }
  return withoutServiceWindows({ ...roster, services: roster.services.filter((one) => one !== service) }, id);
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
