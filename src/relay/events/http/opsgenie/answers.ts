/** Answers in Opsgenie's form: JSON whatever happens, with the headers that its SDKs look for. */
import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { IncidentJson } from '../../../api/wire.ts';
import type { Severity } from '../../types.ts';
import type { Refusal } from '../refusals.ts';
import type { Refused } from '../intake.ts';
import { byField } from '../field-errors.ts';
import { alertIdOf } from './ids.ts';

/** `body` without `took` and `requestId`, which every answer has. */
export function answer(
  reply: FastifyReply,
  code: number,
  requestId: string,
  body: Record<string, unknown>,
): FastifyReply {
  // Seconds; the Go SDK takes 0 for missing.
  const took = Math.max(0.001, Math.round(reply.elapsedTime) / 1_000);
  return reply
    .code(code)
    .headers({
      'x-request-id': requestId,
      'x-response-time': String(took),
      'x-ratelimit-state': 'OK',
      'x-ratelimit-reason': 'ACCOUNT',
      'x-ratelimit-period-in-sec': '60',
    })
    .send({ ...body, took, requestId });
}

/** What is wrong with a body; none of Opsgenie's clients tries that again. */
export const invalid = (errors: readonly string[]): Record<string, unknown> => ({
  message: 'Request body is not processable. Please check the errors.',
  errors: Object.fromEntries(errors.map(byField).map(({ field, message }) => [field, message])),
});

/** A refusal in Opsgenie's form. */
export const refused = ({ code, message }: Refusal): Refused => ({
  code,
  body: { message, took: 0.001, requestId: randomUUID() },
});

const PRIORITIES: Record<Severity, string> = {
  critical: 'P1',
  error: 'P2',
  warning: 'P3',
  info: 'P5',
  // Opsgenie's own default.
  unknown: 'P3',
};

/** An incident as one of Opsgenie's alerts, as far as a list tells of it. */
export function alertOf(incident: IncidentJson): Record<string, unknown> {
  const { number, dedupKey, status, severity, summary, openedAt, events, assignedTo, snoozedUntil, service } =
    incident;
  return {
    id: alertIdOf(dedupKey),
    tinyId: String(number),
    alias: dedupKey,
    message: summary,
    status: status === 'resolved' ? 'closed' : 'open',
    acknowledged: status === 'acknowledged',
    isSeen: status !== 'triggered',
    tags: [],
    snoozed: snoozedUntil !== undefined,
    ...(snoozedUntil === undefined ? {} : { snoozedUntil }),
    count: events,
    createdAt: openedAt,
    source: '',
    owner: assignedTo[0] ?? '',
    priority: PRIORITIES[severity],
    teams: [],
    responders: assignedTo.map((id) => ({ type: 'user', id })),
    integration: { id: service, name: service, type: 'API' },
  };
}

export const priorityOf = (severity: Severity): string => PRIORITIES[severity];
