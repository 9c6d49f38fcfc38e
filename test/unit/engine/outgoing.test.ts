import { expect, it } from 'vitest';
import { outgoingOf } from '../../../src/relay/engine/outgoing.ts';
import type { Channel } from '../../../src/relay/events/types.ts';
import { makeToken } from '../../../src/relay/messaging/token.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';

const key = new Uint8Array(32);
const linkOf = (messageId: string): string =>
  `https://relay.example.com/a/${makeToken(key, messageId, 'link')}`;

const row = (id: string, channel: Channel): MessageRow =>
  ({
    id,
    person: id.slice(0, id.lastIndexOf('.')),
    code: 1,
    channel,
    to: 'somewhere',
    body: 'disk full',
    purpose: 'incident',
    members: [{ number: 12, service: 'db' }],
    answerable: true,
  }) as unknown as MessageRow;

it('a message that is read carries its link; a call has none', () => {
  for (const channel of ['sms', 'email', 'push'] as const)
    expect(outgoingOf(row('ana.1', channel), linkOf).link).toMatch(
      /^https:\/\/relay\.example\.com\/a\/ana\.1\./,
    );
  expect(outgoingOf(row('ana.1', 'voice'), linkOf).link).toBeUndefined();
});

it('the canary’s message goes out where pages have links: it is no person’s, so it has none', () => {
  expect(outgoingOf(row('~canary-h1.1', 'canary'), linkOf)).not.toHaveProperty('link');
});
