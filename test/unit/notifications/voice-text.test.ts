/** What a call says: words that a voice can say, as long as somebody who was asleep can follow. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spoken } from '../../../src/relay/notifications/spoken.ts';
import type { Told } from '../../../src/relay/notifications/text.ts';
import { voiceTest, voiceText } from '../../../src/relay/notifications/text.ts';

const told = (number: number, more: Partial<Told> = {}): Told => ({
  number,
  service: 'db',
  severity: 'error',
  summary: `disk ${number} full`,
  ...more,
});

describe('written and spoken', () => {
  it.each([
    ['disk full on db1', 'disk full on d b 1'],
    ['CPU load > 95% on web-03 for 5m', 'c p u load above 95 percent on web 0 3 for 5 minutes'],
    [
      '/var/log 91.5% (192.0.2.17:8080)',
      'slash var slash log 91.5 percent, 192 dot 0 dot 2 dot 17 port 8080',
    ],
    ['latency >= 500ms', 'latency at least 500 milliseconds'],
    ['see https://grafana.example.com/d/abc?x=1 now', 'see a link to grafana dot example dot com now'],
    [
      '[FIRING:2] HostDown (db1.example.com:9100)',
      'FIRING 2, Host Down, d b 1 dot example dot com port 9100',
    ],
    ['free 3GiB < 5GiB', 'free 3 gibibytes below 5 gibibytes'],
    ['room -4°C', 'room minus 4 degrees'],
    ['at 2026-11-21T20:01:02.5Z', 'at 2026-11-21 20:01'],
    ['job #1234 id 0042', 'job number 1234 i d 0 0 4 2'],
    ['pod 7f9c4b6d8f9a died', 'pod an identifier died'],
    ['0b5e0f5c-8c1f-4a3e-9d8e-0123456789ab', 'an identifier'],
    ['ana@example.com: queue 12,345', 'ana at example dot com, queue 12,345'],
    ['Platte voll auf größe', 'Platte voll auf größe'],
    ['ping\u0000 lost\r\n\u001b[31mnow', 'ping lost, 31 mnow'],
    ['🔥🔥 -- **', ''],
  ])('%j is said as %j', (written, said) => {
    expect(spoken(written, 240)).toBe(said);
  });

  it('whatever is written becomes one line of bounded length that no control character is in', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.integer({ min: 20, max: 240 }),
        (text, most) => {
          const said = spoken(text, most);
          expect(said.length).toBeLessThanOrEqual(most + ', and so on'.length);
          expect(said).not.toMatch(/[\p{Cc}<>]/u);
          expect(said.isWellFormed()).toBe(true);
        },
      ),
    );
  });

  it('a long text is cut between words, and says so', () => {
    expect(spoken('disk is full '.repeat(40), 60)).toMatch(/^(?:disk is full ){4}disk is, and so on$/);
  });
});

describe('a call says', () => {
  it('which incident, how bad, where, what, and which key does what', () => {
    expect(voiceText({ answerable: true, members: [told(12, { severity: 'critical' })] })).toBe(
      'This is Relay. Critical incident 12, on d b: disk 12 full. Press 4 to acknowledge, 6 to resolve, or 9 to escalate.',
    );
    expect(voiceText({ answerable: true, members: [told(100_212, { severity: 'unknown' })] })).toContain(
      ' Incident 1 0 0 2 1 2, on d b:',
    );
  });

  it('several incidents summed up, the worst by name, the rest counted, and that a key is for all', () => {
    const members = [
      ...[1, 2, 3, 4].map((number) => told(number, { severity: 'warning' })),
      told(5, { service: 'web', severity: 'critical', summary: 'shop down' }),
    ];
    expect(voiceText({ answerable: true, members })).toBe(
      'This is Relay. 5 incidents, the worst critical: 4 on d b, 1 on web. Incident 5, on web: shop down. ' +
        'Incident 1, on d b: disk 1 full. Incident 2, on d b: disk 2 full. And 2 more. ' +
        'Press 4 to acknowledge all 5, 6 to resolve all 5, or 9 to escalate all 5.',
    );
  });

  it('that it may be a repeat, and which host calls on its own', () => {
    const text = voiceText({ answerable: true, members: [told(1)], mark: 'may be a repeat', degraded: 'h1' });
    expect(text).toContain('The host h 1 calls on its own, without the others. This call may be a repeat.');
  });

  it('how to answer otherwise, where no key can reach Relay', () => {
    const text = voiceText({ answerable: false, members: [told(12)] });
    expect(text).toMatch(/takes no answer\. Answer the text or the mail about it, or run relay ack 12\.$/);
    expect(text).not.toContain('Press');
    expect(voiceTest('Ana', false)).toMatch(/Nothing is wrong\. This call takes no answer\.$/);
  });

  it('in a test, that nothing is wrong, and the key that verifies the number', () => {
    expect(voiceTest('Ana', true, { unverified: true })).toBe(
      'This is Relay. A test for Ana: calls reach this phone. Nothing is wrong. Press 4 to verify this number.',
    );
  });

  it('never more than a voice reads in two minutes, whatever fifty incidents say', () => {
    const members = Array.from({ length: 50 }, (_, index) =>
      told(index + 1, { service: `service-${index}`, summary: 'x y '.repeat(300) }),
    );
    const text = voiceText({ answerable: true, members });
    expect(text.length).toBeLessThan(1_200);
    expect(text).toContain('Press 4 to acknowledge all 50');
  });
});
