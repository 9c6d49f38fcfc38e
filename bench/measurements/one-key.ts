/** A monitor gone wild: very many events on one dedup key are one incident and one message a contact. */
import type { IncidentDetailJson, IncidentJson } from '../../src/relay/api/wire.ts';
import type { Measurement } from '../measurement.ts';
import { rounded } from '../measurement.ts';
import { httpLoad } from '../load/run.ts';
import { openRelay } from '../rig/relay.ts';

const EVENTS = 100_000;
const PER_SECOND = 6_000;

export const oneKey: Measurement = {
  name: 'one-key',
  goal: `${EVENTS} events on one dedup key: one incident, one message a contact, at least ${PER_SECOND}/s`,
  async run(say) {
    const relay = await openRelay();
    try {
      const target = { port: relay.http.port, key: relay.key, connections: 64 };
      const load = await httpLoad({ ...target, count: EVENTS, keys: 1 });
      say(`${load.perSecond}/s; working off the backlog`);
      const backlogSeconds = rounded((await relay.drained(300_000)) / 1_000, 1);
      const incidents = await relay.client.get<IncidentJson[]>('/v1/incidents?all=1');
      const [incident] = incidents;
      const shown =
        incident === undefined
          ? null
          : await relay.client.get<IncidentDetailJson>(`/v1/incidents/${incident.number}`);
      const { texts, mails } = await relay.providers.report();
      const values = {
        perSecond: load.perSecond,
        backlogSeconds,
        refused: load.refused,
        incidents: incidents.length,
        events: incident?.events ?? 0,
        messages: shown?.messages.length ?? 0,
        texts,
        mails,
        p50Ms: load.p50Ms,
        p99Ms: load.p99Ms,
        clientCpuShare: load.clientCpuShare,
      };
      const once = values.incidents === 1 && values.events === EVENTS && texts === 1 && mails === 1;
      return { values, met: once && load.perSecond >= PER_SECOND && load.refused === 0 };
    } finally {
      await relay.close();
    }
  },
};
