/**
 * Every change of the roster, as a pure function from one roster to the next; each refuses with a RosterError that
 * says what to do. The book gives the new roster its version.
 */
import { RosterError } from './book.ts';
import { checkFree, checkId, findPerson, findPolicy, findService } from './checks.ts';
import { showDuration } from './times.ts';
import type { Policy, PolicyLevel, Roster, Service } from './types.ts';

export { addPerson, disableContact, editPerson } from './people.ts';
export { setOncall, policiesFor, withoutExpired, type OncallEdit } from './overrides.ts';

/** A roster with nobody in it, before `relay init`. */
export function emptyRoster(): Roster {
  return { version: 0, people: [], services: [], policies: [], overrides: [], defaultService: 'default' };
}

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

/** Bounds that keep a mistake from becoming a policy that never ends or never begins: the most of each. */
export const POLICY_LIMITS = { levels: 20, people: 50, repeats: 100, afterMs: 7 * 86_400_000 } as const;

/** Adds a policy. Every level names people the roster has, and waits over zero, at most a week. */
export function addPolicy(
  roster: Roster,
  input: { id: string; levels: PolicyLevel[]; repeat: number },
): Roster {
  checkId('policy', input.id);
  checkFree('policy', input.id, roster.policies);
  if (input.levels.length === 0 || input.levels.length > POLICY_LIMITS.levels) {
    throw new RosterError(
      'usage',
      `A policy has 1 to ${POLICY_LIMITS.levels} levels`,
      'Give --level PERSON for each.',
    );
  }
  if (!Number.isInteger(input.repeat) || input.repeat < 0 || input.repeat > POLICY_LIMITS.repeats) {
    throw new RosterError(
      'usage',
      `A policy repeats 0 to ${POLICY_LIMITS.repeats} times`,
      'For example: --repeat 3.',
    );
  }
  const policy: Policy = {
    id: input.id,
    levels: input.levels.map((level, index) => checkedLevel(roster, level, index + 1)),
    repeat: input.repeat,
  };
  return { ...roster, policies: [...roster.policies, policy] };
}

/** Another routing key; the newest before it stays valid until the next change, so that senders can follow. */
export function replaceKey(roster: Roster, service: string, keyHash: string): Roster {
  const before = findService(roster, service);
  checkHash(keyHash);
  const keyHashes = [keyHash, ...before.keyHashes.filter((one) => one !== keyHash)].slice(0, 2);
  return {
    ...roster,
    services: roster.services.map((one) => (one === before ? { ...one, keyHashes } : one)),
  };
}

function checkedLevel(roster: Roster, level: PolicyLevel, number: number): PolicyLevel {
  const people = [...new Set(level.people)];
  if (people.length === 0 || people.length > POLICY_LIMITS.people) {
    throw new RosterError(
      'usage',
      `Level ${number} names nobody, or over ${POLICY_LIMITS.people} people`,
      'Name one or more: --level ana,ben.',
    );
  }
  for (const person of people) findPerson(roster, person);
  if (!Number.isInteger(level.afterMs) || level.afterMs <= 0 || level.afterMs > POLICY_LIMITS.afterMs) {
    throw new RosterError(
      'usage',
      `Level ${number} must wait over 0 and at most ${showDuration(POLICY_LIMITS.afterMs)} before the next`,
      'For example: --after 5m.',
    );
  }
  return { people, afterMs: level.afterMs };
}

function checkHash(keyHash: string): void {
  // Not shown: what is no hash may be the key itself.
  if (!/^[0-9a-f]{64}$/.test(keyHash)) throw new Error('a routing key is kept as its SHA-256 in hex');
}
