import { describe, expect, it } from 'vitest';
import { cureOf, meaningOf } from '../../../src/relay/messaging/twilio/codes.ts';
import { smsReceipt } from '../../../src/relay/messaging/twilio/receipt.ts';
import { outcomeOf } from '../../../src/relay/messaging/twilio/refusals.ts';

const answered = (status: number, code: number): ReturnType<typeof outcomeOf> =>
  outcomeOf({ status, headers: {}, body: JSON.stringify({ code, message: 'No.', status }) });

describe('what Twilio says by a number', () => {
  it.each([21211, 21610, 21614, 21612, 21408, 30005, 30006, 30007, 30034])(
    '%i is about this message: refused for good, with words and a cure of its own',
    (code) => {
      expect(meaningOf(code)?.words).toMatch(/\w{3}/);
      expect(cureOf(code)).not.toMatch(/docs\/api\/errors/);
      const outcome = answered(400, code);
      expect(outcome).toMatchObject({ kind: 'refused', permanent: true, cure: cureOf(code) });
      expect(outcome).not.toHaveProperty('account');
    },
  );

  it.each([20003, 20005, 21606, 21608, 90010])('%i is about the whole account', (code) => {
    expect(answered(400, code)).toMatchObject({ kind: 'refused', permanent: true, account: true });
  });

  it.each([20429, 21611])('%i may go through later', (code) => {
    expect(answered(400, code)).toMatchObject({ kind: 'refused', permanent: false });
  });

  it.each([19999, 29999, 39999])(
    '%i, which nobody here knows, has failed, and the next way is tried',
    (code) => {
      expect(meaningOf(code)).toBeNull();
      expect(answered(400, code)).toMatchObject({ kind: 'refused', permanent: true, code: String(code) });
      const receipt = smsReceipt({ sid: 'SM1', status: 'undelivered', errorCode: code, errorMessage: null });
      expect(receipt).toMatchObject({ status: 'failed', error: `${code} undelivered` });
      expect(receipt?.cure).toContain(String(code));
    },
  );

  it('is never read from what every object has', () => {
    expect(meaningOf(Number.NaN)).toBeNull();
    expect(smsReceipt({ sid: 'SM1', status: 'toString', errorCode: null, errorMessage: null })).toBeNull();
  });

  it('opting out is told by its code alone, however it comes', () => {
    expect(answered(400, 21610)).toMatchObject({ optedOut: true });
    expect(answered(400, 21211)).not.toHaveProperty('optedOut');
    const failed = { sid: 'SM1', status: 'failed', errorMessage: null };
    expect(smsReceipt({ ...failed, errorCode: 21610 })).toMatchObject({ optedOut: true });
    expect(smsReceipt({ ...failed, errorCode: 30007 })).not.toHaveProperty('optedOut');
  });
});
