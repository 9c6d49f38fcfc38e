/** What every transport has to keep, whatever its provider does. Runs against a stand-in for each. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outgoing, Transport } from '../../src/relay/messaging/port.ts';
import type { HandClock } from './hand-clock.ts';

/** What the provider is made to do with the next send. `accepted`: it takes the message all the same. */
export type Failure =
  | 'refuses for good'
  | 'refuses for now'
  | 'breaks before it was sent'
  | 'breaks in doubt'
  | 'breaks accepted'
  | 'hangs before it was sent'
  | 'hangs in doubt'
  | 'hangs accepted'
  | 'answers 5xx in doubt'
  | 'answers 5xx accepted';

export interface TransportUnderTest {
  transport: Transport;
  clock: HandClock;
  message: Outgoing;
  /** Texts of what the provider took, oldest first. */
  taken(): string[];
  /** Makes the next send fail; throws when this provider can't fail in that way. */
  fail(failure: Failure): void;
  /** Resolves once the provider has what it will not answer. Call it before. */
  hanging(): Promise<unknown>;
  /** Resolves once the provider saw a connection broken off; says whether by a reset. Call it before. */
  brokenOff(): Promise<{ reset: boolean }>;
  /** Connections open to the provider at present. */
  connections(): number;
  /** The same transport with credentials that are wrong, and with nobody listening. */
  wrongCredentials(): Transport;
  unreachable(): Promise<Transport>;
  /** What settling doubt must say when the provider took the message, and when it didn't. */
  settles: 'by its list' | 'never';
  close(): Promise<void>;
}

const DEADLINE_MS = 8_000;
const yes = { deadlineMs: DEADLINE_MS, mayStart: () => true };

/**
 * `dialogue`: the provider can fail while it is still being talked to, before anything could be sent. `api`: it answers
 * by HTTP statuses.
 */
export function transportContract(
  name: string,
  provider: { dialogue: boolean; api?: boolean },
  setup: () => Promise<TransportUnderTest>,
): void {
  describe(`${name}: the contract of every transport`, () => {
    let under: TransportUnderTest;

    beforeEach(async () => {
      under = await setup();
    });
    afterEach(async () => {
      await under.transport.close();
      await under.close();
    });

    it('a message that the provider takes is accepted, with its id, and reaches it once', async () => {
      const outcome = await under.transport.send(under.message, yes);
      expect(outcome).toMatchObject({ kind: 'accepted', providerId: expect.stringMatching(/\S/) as string });
      expect(under.taken()).toHaveLength(1);
      expect(under.taken()[0]).toContain(under.message.body);
    });

    it('many messages at once each reach the provider once, each with its own id', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          under.transport.send(
            { ...under.message, id: `ana.${index}`, code: index, body: `page ${index}.` },
            yes,
          ),
        ),
      );
      expect(new Set(outcomes.map((one) => (one.kind === 'accepted' ? one.providerId : one.kind))).size).toBe(
        40,
      );
      expect(
        under
          .taken()
          .map((text) => text.trim())
          .sort(),
      ).toEqual(outcomes.map((_, index) => `page ${index}.`).sort());
    });

    it('a claim that is too late sends nothing, and the next message goes as ever', async () => {
      expect(await under.transport.send(under.message, { ...yes, mayStart: () => false })).toEqual({
        kind: 'late',
      });
      expect(under.taken()).toEqual([]);
      expect(await under.transport.send(under.message, yes)).toMatchObject({ kind: 'accepted' });
      expect(under.taken()).toHaveLength(1);
    });

    it('the claim is asked exactly once, and after the connection stands', async () => {
      let asked = 0;
      let connected = -1;
      const mayStart = (): boolean => {
        asked += 1;
        connected = under.connections();
        return true;
      };
      await under.transport.send(under.message, { deadlineMs: DEADLINE_MS, mayStart });
      expect([asked, connected]).toEqual([1, 1]);
    });

    it('a refusal for good names the code and what to do about it', async () => {
      under.fail('refuses for good');
      const outcome = await under.transport.send(under.message, yes);
      expect(outcome).toMatchObject({
        kind: 'refused',
        permanent: true,
        code: expect.stringMatching(/^\d+$/) as string,
      });
      expect(outcome).toHaveProperty('cure', expect.stringMatching(/\w{4}/));
      expect(under.taken()).toEqual([]);
    });

    it('a refusal for now may be tried again, and is not tried again by the transport', async () => {
      under.fail('refuses for now');
      expect(await under.transport.send(under.message, yes)).toMatchObject({
        kind: 'refused',
        permanent: false,
      });
      expect(under.taken()).toEqual([]);
    });

    it('nobody listening: refused for now with a cure, which is no doubt', async () => {
      const transport = await under.unreachable();
      const outcome = await transport.send(under.message, yes);
      expect(outcome).toMatchObject({ kind: 'refused', permanent: false, code: 'ECONNREFUSED' });
      expect(outcome).toHaveProperty('cure', expect.stringMatching(/\w{4}/));
      await transport.close();
    });

    const beforehand = provider.dialogue ? describe : null;
    beforehand?.('before the message is handed over', () => {
      it('a connection that breaks is a proven refusal, not doubt', async () => {
        under.fail('breaks before it was sent');
        expect(await under.transport.send(under.message, yes)).toMatchObject({
          kind: 'refused',
          permanent: false,
        });
        expect(under.taken()).toEqual([]);
      });

      it('a deadline is a proven refusal, not doubt', async () => {
        under.fail('hangs before it was sent');
        const hanging = under.hanging();
        const sent = under.transport.send(under.message, yes);
        await hanging;
        under.clock.pass(DEADLINE_MS);
        expect(await sent).toMatchObject({ kind: 'refused', permanent: false, code: 'deadline' });
        expect(under.taken()).toEqual([]);
      });
    });

    it.each([
      ['breaks in doubt', 0],
      ['breaks accepted', 1],
    ] as const)('a provider that %s: doubt, and never a second call', async (failure, taken) => {
      under.fail(failure);
      const outcome = await under.transport.send(under.message, yes);
      expect(outcome).toEqual({ kind: 'doubt', error: expect.stringMatching(/\w/) as string });
      expect(under.taken()).toHaveLength(taken);
    });

    it.each([
      ['hangs in doubt', 0],
      ['hangs accepted', 1],
    ] as const)(
      'a provider that %s: at the deadline the socket is reset and it is doubt',
      async (failure, taken) => {
        under.fail(failure);
        const hanging = under.hanging();
        const brokenOff = under.brokenOff();
        const sent = under.transport.send(under.message, yes);
        await hanging;
        under.clock.pass(DEADLINE_MS - 1);
        expect(under.connections()).toBe(1);
        under.clock.pass(1);
        expect(await sent).toMatchObject({ kind: 'doubt' });
        expect(await brokenOff).toEqual({ reset: true });
        expect(under.taken()).toHaveLength(taken);
      },
    );

    const overHttp = provider.api === true ? it : null;
    overHttp?.each([
      ['answers 5xx in doubt', 0],
      ['answers 5xx accepted', 1],
    ] as const)('a provider that %s: doubt, and never a second call', async (failure, taken) => {
      under.fail(failure);
      const outcome = await under.transport.send(under.message, yes);
      expect(outcome).toEqual({ kind: 'doubt', error: expect.stringMatching(/50\d/) as string });
      expect(under.taken()).toHaveLength(taken);
    });

    it('a storm of refusals for now: each sends nothing, and what comes after it goes once', async () => {
      for (let index = 0; index < 30; index += 1) under.fail('refuses for now');
      for (let index = 0; index < 30; index += 1) {
        expect(await under.transport.send(under.message, yes)).toMatchObject({
          kind: 'refused',
          permanent: false,
        });
      }
      expect(under.taken()).toEqual([]);
      expect(await under.transport.send(under.message, yes)).toMatchObject({ kind: 'accepted' });
      expect(under.taken()).toHaveLength(1);
    });

    it('leaves no timer behind once a message is through and the transport closed', async () => {
      await under.transport.send(under.message, yes);
      await under.transport.close();
      expect(under.clock.waiting).toBe(0);
    });

    it('settling doubt finds what was taken, and says absent only when the provider can prove it', async () => {
      const claimedAtMs = Date.now();
      const none = new Set<string>();
      under.fail('breaks in doubt');
      await under.transport.send(under.message, yes);
      const notTaken = await under.transport.settle(under.message, { claimedAtMs, adopted: none });
      under.fail('breaks accepted');
      await under.transport.send(under.message, yes);
      const taken = await under.transport.settle(under.message, { claimedAtMs, adopted: none });
      if (under.settles === 'never') {
        expect([notTaken, taken]).toMatchObject([
          { kind: 'unclear', retry: false },
          { kind: 'unclear', retry: false },
        ]);
      } else {
        expect([notTaken, taken]).toMatchObject([{ kind: 'absent' }, { kind: 'found' }]);
      }
    });

    it('control characters and line breaks never get into a header or a phone', async () => {
      const subject = 'disk full\r\nBcc: all@example.com\u0000\u0007';
      const body = 'disk\u0000 full\u0007 on\r\ndb1\u001b[2J [47]';
      const outcome = await under.transport.send({ ...under.message, subject, body }, yes);
      expect(outcome.kind).toBe('accepted');
      const text = under.taken()[0] ?? '';
      expect(text.replaceAll('\r\n', '\n').trimEnd()).toBe('disk full on\ndb1[2J [47]');
    });

    it('the check passes when all is well', async () => {
      expect(await under.transport.check()).toBeNull();
      expect(under.taken()).toEqual([]);
    });

    it('the check tells wrong credentials, and so does a send: the whole account is at fault', async () => {
      const transport = under.wrongCredentials();
      const problem = await transport.check();
      expect(problem?.error).toMatch(/\w/);
      expect(problem?.cure).toMatch(/token|password/i);
      expect(await transport.send(under.message, yes)).toMatchObject({
        kind: 'refused',
        account: true,
        permanent: true,
        cure: expect.stringMatching(/token|password/i) as string,
      });
      await transport.close();
    });

    it('the check tells that nobody listens, and what to look at', async () => {
      const transport = await under.unreachable();
      const problem = await transport.check();
      expect(problem?.error).toMatch(/ECONNREFUSED/);
      expect(problem?.cure).toMatch(/reach/);
      await transport.close();
    });
  });
}
