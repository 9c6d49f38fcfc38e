/**
 * The machine of one heartbeat: pings and its one timer in; events about silence and failure out. It alone decides the
 * order of what it says (its events carry stamps of its own), so a late ping and a timer never contradict each other.
 */
import type { AlertEvent, Stamp } from '../events/types.ts';
import type { StepResult } from '../engine/effects.ts';
import { Draft, JUDGE } from './draft.ts';
import { dueOf, expectedOf } from './judging.ts';
import type { HeartbeatContext, HeartbeatInput, HeartbeatState } from './types.ts';
import { eventOf, failedEvent, missedEvent, missedSummary, saidIn, showEnd, showTime } from './words.ts';

export { JUDGE };

/** So long after it is due it is judged: what was accepted in time is on its way. */
const SETTLE_MS = 10_000;
/** Pings wait to be taken: looked at again then. */
const AGAIN_MS = 10_000;
/** With an incident open, it is looked now and then whether there is still a heartbeat that it is about. */
const OPEN_LOOK_MS = 60 * 60_000;
/** Between hosts, clocks are believed only beyond this (rule 4). */
const TOLERANCE_MS = 2_000;

type Ping = Extract<HeartbeatInput, { kind: 'ping' }>;
type Step = StepResult<HeartbeatState>;

export const newHeartbeat = (id: string): HeartbeatState => ({
  id,
  status: 'new',
  sinceMs: null,
  startedMs: null,
  lastStamp: null,
  lastPing: null,
  lastSuccessMs: null,
  lastDurationMs: null,
  dueMs: null,
  putOff: null,
  timerMs: null,
  open: null,
  asDefined: '',
  events: 0,
  lines: 0,
});

/** Whether it was stepped under another definition: then it has to be looked at. */
export const isDefinedAnew = (state: HeartbeatState, definition: HeartbeatContext['definition']): boolean =>
  state.asDefined !== textOf(definition);

export function step(state: HeartbeatState, input: HeartbeatInput, context: HeartbeatContext): Step {
  const draft = new Draft(input.kind === 'timer' ? { ...state, timerMs: null } : state, context.nowMs);
  follow(draft, context);
  if (input.kind === 'ping') taken(draft, input, context);
  else judge(draft, context);
  schedule(draft, context);
  return draft.result();
}

/** What an edit of the roster means, before anything else: removed, paused, moved to another service, other times. */
function follow(draft: Draft, { definition, nowMs }: HeartbeatContext): void {
  const { state } = draft;
  const text = textOf(definition);
  if (state.asDefined === text) return;
  const before = state.asDefined === '' ? null : (JSON.parse(state.asDefined) as ReturnType<typeof timesOf>);
  draft.set({ asDefined: text });
  if (definition === null || definition.paused === true) {
    const why = definition === null ? 'the heartbeat was removed' : 'the heartbeat was paused';
    closes(draft, why);
    draft.set({ status: 'new', sinceMs: null, startedMs: null, dueMs: null, putOff: null });
    draft.line('changed', why);
    return;
  }
  const now = timesOf(definition);
  if (state.open !== null && state.open !== definition.service) {
    const { open } = state;
    closes(draft, `the heartbeat is service ${definition.service}'s now`);
    draft.line('changed', `moved from service ${open} to ${definition.service}`);
    reopens(draft, definition, nowMs);
  }
  if (before === null || (before.everyMs === now.everyMs && before.graceMs === now.graceMs)) return;
  draft.line('changed', 'its times were changed: the next report is expected from now on');
  // Nobody has promised a report by the new times before they were there.
  if (state.sinceMs !== null) draft.set({ sinceMs: nowMs });
  if (state.startedMs !== null) draft.set({ startedMs: nowMs });
}

function taken(draft: Draft, ping: Ping, context: HeartbeatContext): void {
  const { state } = draft;
  const { definition, nowMs, ageMs } = context;
  const { what, by, stamp, exitCode, signal, durationMs } = ping;
  const heardMs = nowMs - ageMs;
  const end = showEnd(ping);
  const isLate = what !== 'log' && comesLate(what, stamp, state.lastStamp);
  draft.line(
    what,
    [`${what} by ${by}`, end, saidIn(ping), isLate ? 'came after a later one: it changes nothing' : '']
      .filter((part) => part !== '')
      .join(', '),
    durationMs,
  );
  if (isLate) {
    // A host without a quorum may have paged about it, and only now knows of what came after.
    if (what === 'fail' && state.status === 'up' && definition !== null && definition.paused !== true)
      draft.say({ ...eventOf(definition, 'resolve', `${state.id} has reported since`) });
    return;
  }
  draft.set({
    lastPing: {
      what,
      atMs: heardMs,
      by,
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(signal === undefined ? {} : { signal }),
      ...(durationMs === undefined ? {} : { durationMs }),
    },
  });
  if (what === 'log') return;
  draft.set({ lastStamp: stamp });
  // It is remembered, and nothing is expected of it.
  if (definition === null || definition.paused === true) return;
  if (what === 'start') {
    draft.set({ startedMs: heardMs, ...(draft.state.status === 'new' ? { status: 'up' as const } : {}) });
    return;
  }
  const tookMs =
    durationMs ?? (state.startedMs === null ? undefined : Math.max(0, heardMs - state.startedMs));
  draft.set({ startedMs: null, putOff: null, ...(tookMs === undefined ? {} : { lastDurationMs: tookMs }) });
  if (what === 'fail') {
    draft.set({ status: 'failed', sinceMs: heardMs });
    opens(
      draft,
      failedEvent(definition, { ...ping, ...(tookMs === undefined ? {} : { durationMs: tookMs }) }),
    );
    return;
  }
  draft.set({ status: 'up', sinceMs: heardMs, lastSuccessMs: heardMs });
  closes(draft, `${state.id} has reported again`);
}

/** Looks whether it is overdue; a timer that fires early finds that it isn't. */
function judge(draft: Draft, context: HeartbeatContext): void {
  const { definition, nowMs, gaps, waitingMs } = context;
  const { state } = draft;
  if (definition === null || definition.paused === true || state.status !== 'up') return;
  const expected = expectedOf(definition, state);
  if (expected === null) return;
  const { dueMs, putOff } = dueOf(definition, expected, gaps);
  if (putOff !== null && putOff !== state.putOff) draft.line('waits', putOff);
  draft.set({ dueMs, putOff });
  if (nowMs < dueMs + SETTLE_MS) return;
  // One that is accepted counts from then; so old that it says nothing of now, it isn't waited for.
  if (waitingMs !== null && waitingMs < definition.everyMs + definition.graceMs) return;
  draft.set({ status: 'missed' });
  const summary = missedSummary(definition, state, nowMs);
  draft.line('missed', summary);
  opens(draft, missedEvent(definition, summary, putOff));
}

function schedule(draft: Draft, context: HeartbeatContext): void {
  const { definition, nowMs } = context;
  const { state } = draft;
  if (definition === null || definition.paused === true || state.status !== 'up') {
    if (state.status !== 'up') draft.set({ dueMs: null });
    draft.timer(state.open === null ? null : nowMs + OPEN_LOOK_MS);
    return;
  }
  const expected = expectedOf(definition, state);
  // What relay missed is only known when the timer fires.
  const dueMs = Math.max(expected?.dueMs ?? nowMs, state.putOff === null ? 0 : (state.dueMs ?? 0));
  draft.set({ dueMs });
  draft.timer(Math.max(dueMs + SETTLE_MS, nowMs + (nowMs >= dueMs + SETTLE_MS ? AGAIN_MS : 0)));
}

function opens(draft: Draft, event: AlertEvent): void {
  draft.say(event);
  draft.set({ open: event.service });
}

function closes(draft: Draft, why: string): void {
  const { id, open: service } = draft.state;
  if (service === null) return;
  draft.say({ ...eventOf({ id, service }, 'resolve', why), reason: why });
  draft.line('resolved', why);
  draft.set({ open: null });
}

/** In the service that it belongs to now. */
function reopens(draft: Draft, definition: NonNullable<HeartbeatContext['definition']>, nowMs: number): void {
  const { state } = draft;
  const summary =
    state.status === 'failed'
      ? `${state.id} failed at ${showTime(state.lastPing?.atMs ?? nowMs)}`
      : missedSummary(definition, state, nowMs);
  opens(draft, missedEvent(definition, summary, null));
}

const timesOf = ({ everyMs, graceMs, service }: NonNullable<HeartbeatContext['definition']>) => ({
  everyMs,
  graceMs,
  service,
});

/** Null where nothing is watched. */
const textOf = (definition: HeartbeatContext['definition']): string =>
  definition === null || definition.paused === true ? '' : JSON.stringify(timesOf(definition));

/** In doubt an end counts, and a start doesn't: the run that it began may be over. */
function comesLate(what: Ping['what'], stamp: Stamp, last: Stamp | null): boolean {
  if (last === null) return false;
  return what === 'start' ? !isOlder(last, stamp) : isOlder(stamp, last);
}

/** Surely accepted before the other. */
const isOlder = (one: Stamp, other: Stamp): boolean =>
  one.host === other.host
    ? one.seq < other.seq
    : one.trusted && other.trusted && one.atMs < other.atMs - TOLERANCE_MS;
