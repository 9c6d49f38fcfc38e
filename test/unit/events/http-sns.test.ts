import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { servicePath } from '../../../src/relay/events/http.ts';
import { Certificates } from '../../../src/relay/events/http/sns/certificates.ts';
import { awsUrl } from '../../../src/relay/events/http/sns/message.ts';
import { closeServers, server, type TestHttp } from './http-server.ts';
import {
  alarm,
  CERTIFICATE_PATH,
  CONFIRMATION,
  type SnsStandIn,
  startSns,
  SUBSCRIBE_PATH,
} from './sns-stand-in.ts';
import { DB_KEY } from './stand-ins.ts';

const TYPE = 'text/plain; charset=UTF-8';
let sns: SnsStandIn;
let relay: TestHttp;

beforeEach(async () => {
  sns = await startSns();
  relay = await server({ fetchPage: sns.fetchPage });
});
afterEach(async () => {
  await closeServers();
  await sns.close();
});

const send = (message: Record<string, unknown>): ReturnType<TestHttp['post']> =>
  relay.post(servicePath(DB_KEY), JSON.stringify(message), TYPE);

describe('an alarm by SNS', () => {
  test.each(['1', '2'] as const)('opens when signature version %s is right', async (version) => {
    expect((await send(sns.message({ Subject: 'ALARM: "web1-cpu-high"' }, version))).code).toBe(202);
    expect(relay.journal.event).toMatchObject({
      action: 'trigger',
      source: 'cloudwatch',
      reason: 'read by its new state ALARM',
    });
  });

  test('that somebody altered is refused, and the log says so', async () => {
    const altered = { ...sns.message(), Message: alarm('OK') };
    expect(await send(altered)).toMatchObject({ code: 403, body: { status: 'invalid event' } });
    expect(relay.journal.calls).toHaveLength(0);
    expect(relay.log.lines).toMatchObject([
      { level: 'error', text: expect.stringContaining('wrong') as string },
    ]);
  });

  test.each([
    ['has no way to AWS', (): void => void (sns.pages[CERTIFICATE_PATH] = { status: 503, body: '' }), {}],
    [
      'is given no certificate',
      (): void => void (sns.pages[CERTIFICATE_PATH] = { status: 200, body: 'no' }),
      {},
    ],
    ['is led elsewhere', (): void => void (sns.pages[CERTIFICATE_PATH] = { status: 302, body: '' }), {}],
    [
      'is given too much',
      (): void => void (sns.pages[CERTIFICATE_PATH] = { status: 200, body: 'x'.repeat(40_000) }),
      {},
    ],
    ['knows no such version', (): void => undefined, { SignatureVersion: '3' }],
  ])('is taken where relay %s, and its reason says that nobody checked it', async (_, spoil, fields) => {
    spoil();
    expect((await send(sns.message(fields))).code).toBe(202);
    expect(relay.journal.event).toMatchObject({
      action: 'trigger',
      reason: expect.stringMatching(
        /^read by its new state ALARM; its SNS signature could not be checked: /,
      ) as string,
    });
  });

  test.each([
    'https://sns.eu-central-1.amazonaws.com.example.org/a.pem',
    'https://example.org/sns.eu-central-1.amazonaws.com/a.pem',
    'http://sns.eu-central-1.amazonaws.com/a.pem',
    'https://user@sns.eu-central-1.amazonaws.com/a.pem',
    'https://sns.eu-central-1.amazonaws.com:8443/a.pem',
    'https://sns.eu-central-1.amazonaws.com/a.txt',
    'https://s3.eu-central-1.amazonaws.com/a.pem',
  ])('never has relay fetch %s', async (SigningCertURL) => {
    expect((await send(sns.message({ SigningCertURL }))).code).toBe(202);
    expect(sns.asked).toEqual([]);
    expect(relay.journal.event.reason).toContain('could not be checked');
  });

  test('costs one certificate, however many come at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => send(sns.message())));
    await send(sns.message({ Message: alarm('OK') }));
    expect(sns.asked).toEqual([CERTIFICATE_PATH]);
    expect(relay.journal.events.map(({ action }) => action).toSorted()).toEqual([
      'resolve',
      ...Array.from({ length: 5 }, () => 'trigger'),
    ]);
  });

  test('at the URL of nobody has relay fetch nothing', async () => {
    const answer = await relay.post(
      servicePath('1'.repeat(32)),
      JSON.stringify(sns.message(CONFIRMATION)),
      TYPE,
    );
    expect(answer.code).toBe(404);
    expect(sns.asked).toEqual([]);
  });

  test('delivered raw is taken, and its reason says that there is no signature', async () => {
    const response = await fetch(`${relay.url}${servicePath(DB_KEY)}`, {
      method: 'POST',
      body: alarm(),
      headers: { 'content-type': TYPE, 'x-amz-sns-rawdelivery': 'true' },
    });
    expect(response.status).toBe(202);
    expect(relay.journal.event.reason).toMatch(/delivered raw/);
  });
});

describe('a subscription of SNS', () => {
  test('is confirmed when its signature is right', async () => {
    expect((await send(sns.message(CONFIRMATION, '2'))).code).toBe(202);
    expect(sns.asked).toEqual([CERTIFICATE_PATH, SUBSCRIBE_PATH]);
    expect(relay.journal.event).toMatchObject({
      action: 'none',
      reason: expect.stringContaining('relay confirmed it') as string,
    });
  });

  test('that AWS would not confirm is asked for again, until it works', async () => {
    sns.pages[SUBSCRIBE_PATH] = { status: 500, body: '' };
    const answer = await send(sns.message(CONFIRMATION));
    expect(answer.code).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(relay.journal.calls).toHaveLength(0);
    expect(relay.log.lines).toMatchObject([
      { level: 'error', text: expect.stringContaining('not confirmed') as string },
    ]);
    expect(relay.log.text).not.toContain('2336412f37');
    sns.pages[SUBSCRIBE_PATH] = { status: 200, body: '' };
    expect((await send(sns.message(CONFIRMATION))).code).toBe(202);
  });

  test('with a wrong signature is refused, and its address is not fetched', async () => {
    expect((await send({ ...sns.message(CONFIRMATION), Token: 'other' })).code).toBe(403);
    expect(sns.asked).toEqual([CERTIFICATE_PATH]);
  });

  test.each(['https://example.org/?Token=1', 'http://sns.eu-central-1.amazonaws.com/?Token=1'])(
    'is not confirmed at %s, whoever signed it',
    async (SubscribeURL) => {
      expect((await send(sns.message({ ...CONFIRMATION, SubscribeURL }))).code).toBe(503);
      expect(sns.asked).toEqual([CERTIFICATE_PATH]);
    },
  );

  test('that nobody can check is not confirmed: SNS is to come again', async () => {
    sns.pages[CERTIFICATE_PATH] = { status: 503, body: '' };
    expect((await send(sns.message(CONFIRMATION))).code).toBe(503);
    expect(sns.asked).toEqual([CERTIFICATE_PATH]);
    expect(relay.journal.calls).toHaveLength(0);
  });

  test('that ended is no alert', async () => {
    const ended = { ...CONFIRMATION, Type: 'UnsubscribeConfirmation' };
    expect((await send(sns.message(ended))).code).toBe(202);
    expect(sns.asked).toEqual([CERTIFICATE_PATH]);
    expect(relay.journal.event.action).toBe('none');
  });
});

test('a certificate that was not to be had is asked for again a minute later, one that was after a day', async () => {
  let nowMs = 0;
  const asked: number[] = [];
  let answer = (): Promise<string> => Promise.reject(new Error('no way'));
  const certificates = new Certificates(
    () => {
      asked.push(nowMs);
      return answer();
    },
    () => nowMs,
  );
  const url = new URL('https://sns.eu-central-1.amazonaws.com/a.pem');
  await expect(certificates.get(url)).rejects.toThrow('no way');
  nowMs = 59_000;
  await expect(certificates.get(url)).rejects.toThrow('no way');
  answer = async () => 'pem';
  nowMs = 60_000;
  await expect(certificates.get(url)).resolves.toBe('pem');
  nowMs = 86_400_000;
  await certificates.get(url);
  expect(asked).toEqual([0, 60_000]);
  nowMs += 60_000;
  await certificates.get(url);
  expect(asked).toEqual([0, 60_000, 86_460_000]);
});

test.each([
  ['https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription', true],
  ['https://sns.cn-north-1.amazonaws.com.cn/?Action=ConfirmSubscription', true],
  ['https://sns.us-gov-west-1.amazonaws.com/x', true],
  ['https://SNS.eu-central-1.AMAZONAWS.com/x', true],
  ['https://sns.amazonaws.com/x', false],
  ['https://sns.a.b.amazonaws.com/x', false],
  ['ftp://sns.eu-central-1.amazonaws.com/x', false],
  ['', false],
  [17, false],
])('an address of AWS is known by its host: %s', (text, isTheirs) => {
  expect(awsUrl(text) !== null).toBe(isTheirs);
});
