/** The door to message 47, sent to Ana's phone, over a real store and an engine by hand. */
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify';
import { ANSWER_LIMITS, answerDoor } from '../../../src/relay/daemon/answer-door.ts';
import type { Ask } from '../../../src/relay/engine/effects.ts';
import { lineageKey } from '../../../src/relay/incidents/rows.ts';
import { ANSWER_PATH } from '../../../src/relay/messaging/answer-page/path.ts';
import { makeToken } from '../../../src/relay/messaging/token.ts';
import {
  MESSAGE,
  messageKey,
  QUEUED,
  queueKey,
  responderKey,
  type MessageRow,
} from '../../../src/relay/notifications/rows.ts';
import type { Row } from '../../../src/relay/store/port.ts';
import { NOW_MS, type StandIn } from '../api/stand-in.ts';

export const KEY = new Uint8Array(32).fill(7);
export const WEEK_MS = 7 * 86_400_000;
export const TOKEN = makeToken(KEY, 'ana.47', 'link');

/** It tells of these incidents; `queued` wait as rows behind it, for its packs. */
export async function sent(
  relay: StandIn,
  numbers: number[],
  change: Partial<MessageRow> = {},
  queued: Pick<Ask, 'number' | 'severity'>[] = [],
): Promise<void> {
  const about = (number: number): Pick<Ask, 'number' | 'lineage' | 'counter' | 'service' | 'summary'> => ({
    number,
    lineage: lineageKey('default', `key ${number}`),
    counter: 1,
    service: 'default',
    summary: `disk full on db${number}`,
  });
  const row: MessageRow = {
    id: 'ana.47',
    code: 47,
    person: 'ana',
    channel: 'sms',
    to: '+15550100',
    purpose: 'incident',
    body: 'disk full',
    answerable: true,
    status: 'accepted',
    providerId: 'SM1',
    error: null,
    cure: null,
    members: numbers.map(about),
    claimedAtMs: NOW_MS - 60_000,
    log: [],
    ...change,
  };
  const key = responderKey('ana');
  const { op } = await relay.store.load(key);
  const result = await relay.store.commit({
    key,
    expect: op,
    op: '20000000-0000-4000-8000-000000000001',
    state: {},
    rows: [
      { kind: MESSAGE, key: messageKey(row.code), body: row },
      ...queued.map(
        ({ number, severity }, index): Row => ({
          kind: QUEUED,
          key: queueKey(index),
          body: { ...about(number), severity },
        }),
      ),
    ],
    incidents: [],
  });
  if (result !== 'applied') throw new Error(`the store answered ${JSON.stringify(result)}`);
}

export interface Door {
  app: FastifyInstance;
  get(
    path?: string,
    headers?: Record<string, string>,
    method?: 'GET' | 'HEAD',
  ): Promise<LightMyRequestResponse>;
  post(fields: Record<string, string>, path?: string): Promise<LightMyRequestResponse>;
  nowMs: number;
}

export function doorTo(
  relay: StandIn,
  more: { rosterIsSure?: boolean; limits?: typeof ANSWER_LIMITS } = {},
): Door {
  const app = fastify({ genReqId: () => '' });
  const opened: Door = {
    app,
    nowMs: NOW_MS,
    get: async (path = TOKEN, headers = {}, method = 'GET') =>
      app.inject({ url: `${ANSWER_PATH}${path}`, headers, method }),
    post: async (fields, path = TOKEN) =>
      app.inject({
        url: `${ANSWER_PATH}${path}`,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(fields).toString(),
      }),
  };
  void app.register(async (plugin) =>
    answerDoor(plugin, {
      core: () => relay.core,
      tokenKey: KEY,
      rosterIsSure: () => more.rosterIsSure ?? true,
      linkMs: WEEK_MS,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      nowMs: () => opened.nowMs,
      limits: more.limits ?? ANSWER_LIMITS,
    }),
  );
  return opened;
}

/** What the form of an incident, or of all of them, carries. */
export function formOf(page: string, scope: number | 'all'): string {
  const found = [...page.matchAll(/name="k" value="([^"]+)"/g)].map(([, value = '']) => value);
  const form = found.find((one) => one.startsWith(`${scope}-`));
  if (form === undefined) throw new Error(`no form of ${scope} among ${found.join()}`);
  return form;
}
