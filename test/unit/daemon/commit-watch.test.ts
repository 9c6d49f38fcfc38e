import { describe, expect, it } from 'vitest';
import { CommitWatch } from '../../../src/relay/daemon/commit-watch.ts';
import { MESSAGE, messageKey, type MessageRow } from '../../../src/relay/notifications/rows.ts';
import { noMetrics } from '../../../src/relay/observe/metrics.ts';

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
  log: [{ atMs: NOW_MS, text: 'claimed' }],
  ...more,
});

const written = (body: MessageRow): Parameters<CommitWatch['committed']>[0] => ({
  rows: [{ kind: MESSAGE, key: messageKey(body.code), body }],
  incidents: [],
});

describe('an answer is awaited', () => {
  it('for ten minutes after a test page went out, so that its sender sees it come', () => {
    const watch = new CommitWatch(noMetrics);
    watch.committed(written(message({ purpose: 'answer' })), NOW_MS);
    expect(watch.answerAwaited(NOW_MS)).toBe(false);
    watch.committed(written(message({ purpose: 'test' })), NOW_MS);
    expect(watch.answerAwaited(NOW_MS + 599_000)).toBe(true);
    expect(watch.answerAwaited(NOW_MS + 600_000)).toBe(false);
  });
});
