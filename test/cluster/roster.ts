/** Who is paged in a local cluster, told to it as people do: by a host's API. */
import type { Client } from '../../src/cli/client.ts';
import type { ServiceJson } from '../../src/relay/api/wire.ts';

export interface Person {
  id: string;
  name: string;
  phone: string;
  email?: string;
}

export const ANA: Person = { id: 'ana', name: 'Ana', phone: '+15550101', email: 'ana@example.com' };
export const BEN: Person = { id: 'ben', name: 'Ben', phone: '+15550102', email: 'ben@example.com' };

/** Long enough to try a reply at the prompt, short enough to see an escalation. */
const DEMO_ESCALATES_AFTER_MS = 60_000;

const TEAM = 10;

/** A service, and the only moment at which its routing key is known. */
export interface Service {
  id: string;
  routingKey: string;
}

/** Ana, then Ben after a minute, for the service `db`. */
export async function demoRoster(api: Client): Promise<Service> {
  for (const person of [ANA, BEN]) await addPerson(api, person);
  return addService(api, 'db', [[ANA.id], [BEN.id]], DEMO_ESCALATES_AFTER_MS);
}

/** Ten people with a phone each, and a service for each of them; nobody else is told within the hour. */
export async function teamRoster(api: Client): Promise<Service[]> {
  const services: Service[] = [];
  for (let index = 0; index < TEAM; index += 1) {
    const id = `p${index}`;
    await addPerson(api, { id, name: `Person ${index}`, phone: `+155501${String(20 + index)}` });
    services.push(await addService(api, `s${index}`, [[id]], 3_600_000));
  }
  return services;
}

export async function addPerson(api: Client, person: Person): Promise<void> {
  await api.post('/v1/people', { ...person, by: 'local cluster' });
}

/** A service with a policy of its own: `levels` are told in turn, `afterMs` apart, once. */
export async function addService(
  api: Client,
  id: string,
  levels: readonly string[][],
  afterMs: number,
): Promise<Service> {
  const by = 'local cluster';
  await api.post('/v1/policies', {
    id,
    levels: levels.map((people) => ({ people, afterMs })),
    repeat: 0,
    by,
  });
  const { routingKey } = await api.post<ServiceJson>('/v1/services', { id, policy: id, by });
  if (routingKey === null) throw new Error(`the service ${id} came without a routing key`);
  return { id, routingKey };
}
