import { describe, expect, it } from 'vitest';
import { packed, statsdLine, type Point, type StatsdStyle } from '../../../src/relay/observe/statsd-lines.ts';

const tagged: StatsdStyle = {
  prefix: 'relay',
  tags: 'dogstatsd',
  latencies: 'ms',
  constantTags: { host: 'a1', env: 'production' },
};
const plain: StatsdStyle = { prefix: 'relay.a1', tags: 'none', latencies: 'ms', constantTags: {} };

const sent: Point = {
  name: 'messages',
  labels: [
    ['channel', 'sms'],
    ['outcome', 'delivered'],
  ],
  kind: 'counter',
  value: 3,
  rate: 1,
};

describe('a number for StatsD', () => {
  it('has its labels as tags, or in its name', () => {
    expect(statsdLine(sent, tagged)).toBe(
      'relay.messages:3|c|#host:a1,env:production,channel:sms,outcome:delivered',
    );
    expect(statsdLine(sent, plain)).toBe('relay.a1.messages.sms.delivered:3|c');
    expect(statsdLine({ ...sent, labels: [] }, { ...tagged, constantTags: {} })).toBe('relay.messages:3|c');
  });

  it('says what type it is, and of how many it is one', () => {
    const took: Point = {
      name: 'accept_durable',
      labels: [],
      kind: 'latency',
      value: 12.3456789,
      rate: 0.25,
    };
    expect(statsdLine(took, plain)).toBe('relay.a1.accept_durable:12.345679|ms|@0.25');
    expect(statsdLine(took, { ...plain, latencies: 'd' })).toBe('relay.a1.accept_durable:12.345679|d|@0.25');
    expect(statsdLine({ ...took, kind: 'gauge', value: 1_800_000_000, rate: 1 }, plain)).toBe(
      'relay.a1.accept_durable:1800000000|g',
    );
  });

  it('is written without an exponent, and not at all when it is none', () => {
    const tiny: Point = { name: 'x', labels: [], kind: 'gauge', value: 1e-9, rate: 1 };
    expect(statsdLine(tiny, plain)).toBe('relay.a1.x:0|g');
    expect(statsdLine({ ...tiny, value: -1e-9 }, { ...plain, tags: 'dogstatsd' })).toBe('relay.a1.x:0|g');
    expect(statsdLine({ ...tiny, value: 100 }, plain)).toBe('relay.a1.x:100|g');
    expect(statsdLine({ ...tiny, value: Number.NaN }, plain)).toBeNull();
    expect(statsdLine({ ...tiny, value: Number.POSITIVE_INFINITY }, plain)).toBeNull();
  });

  it('goes below zero by way of zero where a sign means a change', () => {
    const behind: Point = { name: 'off', labels: [], kind: 'gauge', value: -0.25, rate: 1 };
    expect(statsdLine(behind, plain)).toBe('relay.a1.off:0|g\nrelay.a1.off:-0.25|g');
    expect(statsdLine(behind, { ...tagged, constantTags: {} })).toBe('relay.off:-0.25|g');
  });

  it('cannot be torn apart by what a label holds', () => {
    const odd: Point = { ...sent, labels: [['source', 'a|b,c#d\ne.f é']] };
    expect(statsdLine(odd, { ...tagged, constantTags: {} })).toBe('relay.messages:3|c|#source:a_b_c_d_e.f__');
    expect(statsdLine(odd, plain)).toBe('relay.a1.messages.a_b_c_d_e_f__:3|c');
    expect(statsdLine({ ...sent, labels: [['source', '']] }, plain)).toBe('relay.a1.messages.none:3|c');
  });
});

describe('packets', () => {
  it('are filled up to 1432 bytes, and no line is split', () => {
    const lines = Array.from({ length: 100 }, (_, at) => `relay.x${String(at).padStart(3, '0')}:1|c`);
    const packets = packed(lines);
    expect(packets.length).toBe(2);
    for (const packet of packets) expect(Buffer.byteLength(packet)).toBeLessThanOrEqual(1_432);
    expect(packets.join('\n').split('\n')).toEqual(lines);
    expect((packets[0] ?? '').length + 1 + (lines[0] ?? '').length).toBeGreaterThan(1_432);
  });

  it('are none when there is nothing to say', () => {
    expect(packed([])).toEqual([]);
    expect(packed(['x'.repeat(2_000), 'y'])).toEqual(['x'.repeat(2_000), 'y']);
  });
});
