/** Who may come into Cassandra: made by a command of the release on one host, for there is no cqlsh. */
import { PLACES } from '../places.ts';
import { rolesBeside } from '../secrets/open.ts';
import { HostError } from '../ssh/port.ts';
import { nodetool } from './node-state.ts';
import { relayJson } from './relay-command.ts';
import type { WholePhase, Work } from './work.ts';

/** Rather more than the patience of the command. */
const LOGINS_MS = 6 * 60_000;
const REPAIR_MS = 60 * 60_000;
const LOGINS = 'system_auth';

/** As `relay store logins --json` says it. */
interface LoginsMade {
  done: string[];
  spread: string[];
  refusing: Record<string, string>;
}

/** Something of Cassandra or relay is about to change on some host: then what they share is looked at too. */
export const somethingChanges = ({ hosts }: Pick<Work, 'hosts'>): boolean =>
  hosts.some(({ plan }) =>
    plan.units.some(({ name }) => name === PLACES.cassandra.unit || name === PLACES.relay.unit),
  );

export const logins: WholePhase = {
  name: 'logins',
  wanted: somethingChanges,
  whole: async ({ hosts, secrets }, say) => {
    const [first] = hosts;
    if (first === undefined) return;
    const { remote } = first;
    const { cassandraAdmin: admin, cassandraRelay: relay, former } = secrets;
    const input = JSON.stringify({
      admin,
      relay,
      former: former?.cassandraAdmin ?? null,
      // While hosts change over to new passwords both are good; after that only the new ones.
      gone: former === undefined ? rolesBeside([admin.user, relay.user]) : [],
    });
    const make = async (): Promise<LoginsMade> => {
      const made = await relayJson<LoginsMade>(remote, ['store', 'logins'], {
        stdin: input,
        timeoutMs: LOGINS_MS,
      });
      for (const line of made.done) say(first.host.name, line);
      return made;
    };
    const { spread, refusing } = await make();
    const repaired = new Set([...spread, ...(Object.keys(refusing).length === 0 ? [] : [LOGINS])]);
    for (const keyspace of repaired) {
      say(first.host.name, `bringing ${keyspace} to every node`);
      // This node holds everything, so all copies are compared.
      await nodetool(remote, ['repair', '--full', keyspace], REPAIR_MS);
    }
    if (Object.keys(refusing).length === 0) return;
    const [still] = Object.entries((await make()).refusing);
    if (still === undefined) return;
    const [node, why] = still;
    throw new HostError(
      first.host.name,
      'bring the logins to every node',
      null,
      `${node} still lets nobody in: ${why}`,
    );
  },
};
