/** Answers of people whom this host doesn't know. */
import { describe, expect, it } from 'vitest';
import { takeReplyMail, takeSms, type ReplyParts } from '../../../src/relay/daemon/replies.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { readReplyMail } from '../../../src/relay/messaging/reply-mail.ts';
import { silent } from './moving-config.ts';

const sms = { sid: 'SM1', from: '+15550109', body: 'ack', sentAtMs: 1, timeFrom: 'provider' as const };
const mail = {
  raw: Buffer.from('Subject: Re: disk\r\n\r\nack'),
  token: 'nobodys',
  mailFrom: 'who@example.com',
  remote: null,
  helo: null,
  whole: true,
  read: readReplyMail,
};

function parts(isSure: boolean): ReplyParts {
  return {
    accept: () => Promise.reject(new Error('nothing of a stranger is accepted')),
    roster: emptyRoster,
    rosterIsSure: () => isSure,
    tokenKey: new Uint8Array(32),
    log: silent,
    mailAuth: {
      openDns: () => {
        throw new Error('nobody asks who a stranger is');
      },
      clock: { after: () => () => undefined },
    },
    requireDmarc: () => false,
    nowMs: () => 2,
  };
}

describe('an answer of somebody who is not in the roster', () => {
  it("is nobody's", async () => {
    await takeSms(parts(true), sms);
    expect(await takeReplyMail(parts(true), mail)).toBe('unknown-token');
  });

  it('comes again while the roster may be an old one', async () => {
    await expect(takeSms(parts(false), sms)).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(takeReplyMail(parts(false), mail)).rejects.toBeInstanceOf(StoreUnavailableError);
  });
});
