/**
 * What never recovers by itself: cron and smartd tell of trouble and never that it is over. An acknowledged incident of
 * theirs resolves itself once nothing more has come for long; what nobody has acknowledged never does, so nothing is
 * closed unseen.
 */
import type { AlertEvent } from '../events/types.ts';
import { note, type Draft } from './draft.ts';
import { AUTO_RESOLVE, inWords } from './escalation.ts';
import type { Incident } from './types.ts';

/** Whoever acknowledges what has been quiet for long keeps it for so long at least, or for its own time if shorter. */
const AFTER_ANSWER_MS = 60 * 60_000;

/** One more trigger: it all begins anew. One whose source says itself when things are well leaves the end to it. */
export function renewExpiry(d: Draft, incident: Incident, { expiresAfterMs, source }: AlertEvent): void {
  const before = incident.expiry?.afterMs ?? null;
  const isKnown = before !== null && expiresAfterMs !== undefined;
  incident.expiry = {
    ...incident.expiry,
    afterMs: isKnown ? Math.max(before, expiresAfterMs) : null,
    source: isKnown ? source : (incident.expiry?.source ?? source),
    lastMs: d.context.nowMs,
  };
  // A timer that is ahead looks again when it fires; the service may have been given a time since there was none.
  const isAnswered = incident.status === 'acknowledged' && incident.snoozedUntilMs === undefined;
  if (isAnswered && incident.expiresAtMs === undefined) setExpiry(d, incident);
}

/** Somebody has acknowledged it, and nothing is ahead of it that it would take the place of. */
export function setExpiry(d: Draft, incident: Incident): void {
  const afterMs = afterOf(d, incident);
  if (afterMs === null) return;
  const { nowMs } = d.context;
  setTimer(d, incident, Math.max(lastOf(incident) + afterMs, nowMs + Math.min(afterMs, AFTER_ANSWER_MS)));
}

/** For the line of an acknowledgement; empty: it doesn't end by itself. */
export function expiryWords(d: Draft, incident: Incident): string {
  const afterMs = afterOf(d, incident);
  return afterMs === null ? '' : `; resolves itself when nothing more comes for ${inWords(afterMs)}`;
}

/** Its timer has fired: why it is over, in words; null: it isn't, and whatever is still ahead has a timer again. */
export function overBy(d: Draft, incident: Incident): string | null {
  const { status, expiry, expiresAtMs } = incident;
  delete incident.expiresAtMs;
  if (status !== 'acknowledged' || incident.snoozedUntilMs !== undefined || expiresAtMs === undefined)
    return null;
  const afterMs = afterOf(d, incident);
  if (afterMs === null) {
    const why =
      d.context.duty.autoResolveMs === null
        ? `service ${d.state.service} is set so`
        : 'a source that says itself when things are well has told of it too';
    note(d, incident, { kind: 'kept', actor: 'relay', text: `does not resolve itself any more: ${why}` });
    return null;
  }
  const overAtMs = lastOf(incident) + afterMs;
  if (overAtMs > d.context.nowMs) {
    setTimer(d, incident, overAtMs);
    return null;
  }
  const why =
    d.context.duty.autoResolveMs === undefined
      ? `${expiry?.source ?? 'its source'} never says that things are well`
      : `so it is set for service ${d.state.service}`;
  return `resolved by itself: nothing more has come for ${inWords(afterMs)}, and ${why}`;
}

function setTimer(d: Draft, incident: Incident, atMs: number): void {
  incident.expiresAtMs = atMs;
  d.effects.setTimers.push({ name: AUTO_RESOLVE, atMs });
}

/** What the service says counts, else what the sources said; null: never. */
function afterOf({ context: { duty } }: Draft, { expiry }: Incident): number | null {
  return duty.autoResolveMs === undefined ? (expiry?.afterMs ?? null) : duty.autoResolveMs;
}

/** An older version counts triggers without a word about this: their acceptances tell, where the clock is trusted. */
function lastOf({ expiry, lastTrigger, openedAtMs }: Incident): number {
  const acceptedMs = lastTrigger?.trusted === true ? lastTrigger.atMs : 0;
  return Math.max(expiry?.lastMs ?? openedAtMs, acceptedMs);
}
