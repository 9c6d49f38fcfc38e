import { describe, expect, it } from 'vitest';
import { CommitWatch } from '../../../src/relay/daemon/commit-watch.ts';
import type { Problems } from '../../../src/relay/engine/ports.ts';
import {
  MESSAGE,
  messageKey,
  type MessageEvent,
  type MessageRow,
} from '../../../src/relay/notifications/rows.ts';
import { noMetrics } from '../../../src/relay/observe/metrics.ts';

const noProblems: Problems = { raise: () => {}, clear: () => {} };
const NOW_MS = 1_800_000_000_000;

const message = (more: Partial<MessageRow>): MessageRow => ({
  id: 'ana.1',
  code: 1,
  person: 'ana',
  channel: 'sms',
  to: '+15550100',
  purpose: 'incident',
  body: 'text',
  answerable: true,
  status: 'claimed',
  providerId: null,
  error: null,
  cure: null,
  members: [],
  claimedAtMs: NOW_MS,
  log: [{ atMs: NOW_MS, kind: 'claimed', text: 'claimed' }],
  ...more,
});

const written = (body: MessageRow): Parameters<CommitWatch['committed']>[0] => ({
  rows: [{ kind: MESSAGE, key: messageKey(body.code), body }],
  incidents: [],
});

describe('what is counted and told of a message', () => {
  it('is decided by what happened, whatever the words for it say', () => {
    const counted: string[] = [];
    const metrics = {
      ...noMetrics,
      message: (channel: string, outcome: string): void => void counted.push(`${channel} ${outcome}`),
    };
    const watch = new CommitWatch(metrics, noProblems);
    const happens = (kind: MessageEvent, text: string, status: MessageRow['status'] = 'claimed'): void =>
      watch.committed(written(message({ status, log: [{ atMs: NOW_MS, kind, text }] })), NOW_MS);
    happens('claimed', 'the right to call, again');
    happens('late', 'claimed too late');
    happens('doubt', 'nobody knows');
    happens('unclear', 'in doubt still');
    happens('absent', 'answered: not here');
    happens('refused', 'claimed by another');
    happens('answered', 'ack', 'accepted');
    happens('ended', 'answered: ok', 'accepted');
    happens('receipt', 'passed on', 'accepted');
    happens('receipt', 'there', 'delivered');
    happens('receipt', 'given back', 'failed');
    expect(counted).toEqual([
      'sms claimed',
      'sms late',
      'sms doubt',
      'sms absent',
      'sms refused',
      'sms accepted',
      'sms delivered',
      'sms failed',
    ]);
    const lines = watch.feed.recent(0).map((one) => one.kind);
    expect(lines.filter((kind) => kind === 'answered')).toHaveLength(1);
    expect(lines.indexOf('answered')).toBe(6);
  });
});

describe('an answer is awaited', () => {
  it('for ten minutes after a test page went out, so that its sender sees it come', () => {
    const watch = new CommitWatch(noMetrics, noProblems);
    watch.committed(written(message({ purpose: 'answer' })), NOW_MS);
    expect(watch.answerAwaited(NOW_MS)).toBe(false);
    watch.committed(written(message({ purpose: 'test' })), NOW_MS);
    expect(watch.answerAwaited(NOW_MS + 599_000)).toBe(true);
    expect(watch.answerAwaited(NOW_MS + 600_000)).toBe(false);
  });
});
