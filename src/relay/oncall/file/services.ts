/** The services that a file says: keys that it leaves out stay as they are. Pure. */
import { checkId } from '../checks.ts';
import type { Roster, Service } from '../types.ts';
import type { ServiceSaid } from './fields.ts';
import type { FileProblem } from './findings.ts';
import { refusal } from './refusal.ts';

/** All services; what is wrong or worth a word goes to the two lists. */
export function builtServices(
  base: Roster,
  said: readonly ServiceSaid[] | undefined,
  problems: FileProblem[],
  warnings: FileProblem[],
): Service[] {
  if (said === undefined) return base.services;
  const owners = new Map<string, string>();
  return said.map((one): Service => {
    const path = ['services', one.id];
    const before = base.services.find((service) => service.id === one.id);
    try {
      // What is there may have a name that has got a meaning since.
      if (before === undefined) checkId('service', one.id);
    } catch (error) {
      problems.push(refusal(error, path, undefined).problem);
    }
    const keyHashes = one.keyHashes ?? before?.keyHashes ?? [];
    if (keyHashes.length === 0) {
      warnings.push({
        path,
        on: 'key',
        text: `service ${one.id} has no key, so that only mail from your networks reaches it. Make one with: relay service key ${one.id}`,
      });
    }
    for (const hash of keyHashes) {
      const owner = owners.get(hash);
      if (owner !== undefined)
        problems.push({
          path,
          on: 'key',
          text:
            owner === one.id
              ? `service ${one.id} has one key twice: once is enough`
              : `service ${one.id} has a key of ${owner}: give each its own`,
        });
      owners.set(hash, one.id);
    }
    return { ...one, keyHashes };
  });
}
