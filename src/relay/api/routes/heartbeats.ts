/** Heartbeats: jobs that report by themselves. A key leaves the daemon once, when it is made; only its hash is kept. */
import { randomBytes } from 'node:crypto';
import { hashKey } from '../../events/keys.ts';
import { pingInput } from '../../events/pings.ts';
import { PINGS, SEVERITIES } from '../../events/types.ts';
import { findHeartbeat } from '../../oncall/checks.ts';
import { requireSure } from '../lacking.ts';
import { addHeartbeat, editHeartbeat, removeHeartbeat, replacePingKey } from '../../oncall/edits.ts';
import { parseDuration } from '../../oncall/times.ts';
import type { Core } from '../core.ts';
import { edited } from '../edited.ts';
import { usage } from '../errors.ts';
import { given } from '../fields.ts';
import { viewDetail, viewHeartbeat } from '../heartbeat-view.ts';
import type { HeartbeatEditedJson, HeartbeatJson, PingTakenJson } from '../heartbeat-wire.ts';
import { HEARTBEAT, HEARTBEAT_DETAIL, HEARTBEAT_EDITED, PING_TAKEN } from '../schemas/heartbeats.ts';
import {
  BY,
  choice,
  instantMs,
  lines,
  needed,
  readWhole,
  text,
  type ReadAs,
  whole,
  yesOrNo,
} from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';
import { listOf } from '../table/schema.ts';

const TIMES = {
  every: text(40, 'From one report to the next, such as `24h`.'),
  grace: text(
    40,
    'How much later one may come, and how long a job that said it starts may take, such as `1h`; else a tenth of `every`, at least a minute.',
  ),
  service: text(64, 'Whose incident it becomes; else the default service.'),
  severity: choice(SEVERITIES, 'Of its incident; else `error`.'),
};

const PING_BODY = {
  heartbeat: needed(text(64, 'Its name.')),
  what: choice(PINGS, 'Else `success`.'),
  exitCode: whole(0, 255, 'How the job ended.'),
  signal: text(16, 'The signal that ended it.'),
  durationMs: whole(0, 366 * 86_400_000, 'How long it ran.'),
  output: lines(16_000, 'The end of what it printed.'),
  id: text(64, 'Names this call: made again, also on another host, it is taken once.'),
  saidAtMs: instantMs('When it was first said, where that was before.'),
  saidHost: text(64, 'Where.'),
};

/** The calls under /v1/heartbeats, and /v1/ping. */
export const heartbeatRoutes = (core: Core): Route[] => [
  get(
    '/v1/heartbeats',
    { name: 'listHeartbeats', summary: 'All heartbeats, and how each is.', answer: listOf(HEARTBEAT) },
    () => {
      const nowMs = core.nowMs();
      return Promise.all(
        (core.roster.current().heartbeats ?? []).map((one) => viewHeartbeat(core.store, one, nowMs)),
      );
    },
  ),
  post(
    '/v1/heartbeats',
    {
      name: 'addHeartbeat',
      summary: 'Adds a heartbeat. Its key is shown this once.',
      body: { id: needed(text(64, 'Its name.')), ...TIMES, every: needed(TIMES.every), by: BY },
      answer: HEARTBEAT_EDITED,
    },
    async ({ body: { id, every, grace, service, severity, by } }) => {
      const key = newKey();
      const everyMs = parseDuration(every);
      const graceMs = grace === undefined ? usualGraceMs(everyMs) : parseDuration(grace);
      const wish = { id, everyMs, graceMs, keyHash: hashKey(key), ...given({ service, severity }) };
      await core.roster.edit(by, (base) => addHeartbeat(base, wish));
      return answer(
        core,
        id,
        (one) => `Heartbeat ${id} is expected every ${one.every}, grace ${one.grace}`,
        key,
      );
    },
  ),
  get(
    '/v1/heartbeats/:id',
    {
      name: 'showHeartbeat',
      summary: 'One heartbeat, and what came of it.',
      answer: HEARTBEAT_DETAIL,
    },
    ({ id }) => viewDetail(core.store, findHeartbeat(core.roster.current(), id), core.nowMs()),
  ),
  post(
    '/v1/heartbeats/:id',
    {
      name: 'editHeartbeat',
      summary: 'Changes its times, its service or its severity, or pauses it.',
      body: { ...TIMES, paused: yesOrNo('Nothing is expected of it; false: again.'), by: BY },
      answer: HEARTBEAT_EDITED,
    },
    async ({ id, body: { every, grace, service, severity, paused, by } }) => {
      const edit = {
        ...given({ service, severity, paused }),
        ...(every === undefined ? {} : { everyMs: parseDuration(every) }),
        ...(grace === undefined ? {} : { graceMs: parseDuration(grace) }),
      };
      if (Object.keys(edit).length === 0)
        throw usage('give what is to be changed: every, grace, service, severity, paused');
      await core.roster.edit(by, (base) => editHeartbeat(base, id, edit));
      return answer(core, id, (one) => words(one), null);
    },
  ),
  post(
    '/v1/heartbeats/:id/remove',
    {
      name: 'removeHeartbeat',
      summary: 'Removes a heartbeat; its incident, if there is one, ends.',
      body: { by: BY },
      answer: HEARTBEAT_EDITED,
    },
    async ({ id, body }) => {
      await core.roster.edit(body.by, (base) => removeHeartbeat(base, id));
      const said = `Removed heartbeat ${id}: nothing is expected of it any more`;
      return edited({ text: said, heartbeat: null, key: null, url: null, email: null }, core);
    },
  ),
  post(
    '/v1/heartbeats/:id/key',
    {
      name: 'replacePingKey',
      summary: 'Another key, shown this once; the one before stays valid until the next.',
      body: { by: BY },
      answer: HEARTBEAT_EDITED,
    },
    async ({ id, body }) => {
      const key = newKey();
      await core.roster.edit(body.by, (base) => replacePingKey(base, id, hashKey(key)));
      return answer(
        core,
        id,
        () => `Heartbeat ${id} has another key; the one before stays valid until the next change`,
        key,
      );
    },
  ),
  post(
    '/v1/ping',
    {
      name: 'ping',
      summary: 'A heartbeat reports, as `relay wrap` does it.',
      body: PING_BODY,
      answer: PING_TAKEN,
    },
    async ({ body }) => {
      // A failure that still lies in the outbox here was said before this.
      await core.takeKept?.();
      return take(core, body);
    },
  ),
];

/** The call /v1/ping, made by a command whose daemon is away. Rejects as the route does. */
export function pingFrom(core: Core, body: unknown): Promise<PingTakenJson> {
  return take(core, readWhole(PING_BODY, body));
}

async function take(core: Core, body: ReadAs<typeof PING_BODY>): Promise<PingTakenJson> {
  const roster = core.roster.current();
  if (!(roster.heartbeats ?? []).some(({ id: one }) => one === body.heartbeat))
    requireSure(core, `There is no heartbeat ${body.heartbeat}.`);
  const { id: heartbeat } = findHeartbeat(roster, body.heartbeat);
  const { what = 'success', exitCode, signal, durationMs, output, id, saidAtMs } = body;
  const pinged = {
    what,
    by: 'command',
    ...given({ exitCode, signal, durationMs }),
    ...(output === undefined ? {} : { body: new TextEncoder().encode(output) }),
    ...(id === undefined ? {} : { stableId: `ping/${id}` }),
  };
  // Kept somewhere meanwhile, it counts from when it was said: by another clock, but for hours rather than seconds.
  const saidMs = Math.min(saidAtMs ?? core.nowMs(), core.nowMs());
  await core.accept([pingInput(heartbeat, pinged, saidMs)]);
  return { heartbeat, what };
}

async function answer(
  core: Core,
  id: string,
  wordsFor: (one: HeartbeatJson) => string,
  key: string | null,
): Promise<HeartbeatEditedJson> {
  const heartbeat = await viewHeartbeat(core.store, findHeartbeat(core.roster.current(), id), core.nowMs());
  return edited({ text: wordsFor(heartbeat), heartbeat, key, ...addresses(core, key) }, core);
}

/** Beside those of services, at the same doors. */
function addresses(
  core: Pick<Core, 'addresses'>,
  key: string | null,
): { url: string | null; email: string | null } {
  if (key === null) return { url: null, email: null };
  const { url, emailWithKey } = core.addresses('ping', key);
  return { url: url?.replace(`/e/${key}`, `/ping/${key}`) ?? null, email: emailWithKey };
}

const words = (one: HeartbeatJson): string =>
  one.state === 'paused'
    ? `Heartbeat ${one.id} is paused: nothing is expected of it`
    : `Heartbeat ${one.id} of service ${one.service} is expected every ${one.every}, grace ${one.grace}`;

/** A tenth of the period, from a minute to an hour. */
const usualGraceMs = (everyMs: number): number =>
  Math.min(3_600_000, Math.max(60_000, Math.round(everyMs / 10_000) * 1_000));

const newKey = (): string => randomBytes(16).toString('hex');
