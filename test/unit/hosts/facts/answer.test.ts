import { describe, expect, test } from 'vitest';
import { factsFrom } from '../../../../src/relay/hosts/facts/answer.ts';

const read = (...lines: string[]): ReturnType<typeof factsFrom> =>
  factsFrom([...lines, 'end', ''].join('\n'), 0);

describe("reading a host's answer", () => {
  test('memory is the smallest limit; no limit and an absurd one count for nothing', () => {
    expect(read('memory\t8589934592', 'memory\tmax', 'memory\t9223372036854771712').memoryMb).toBe(8192);
    expect(read('memory\t8589934592', 'memory\t1073741824').memoryMb).toBe(1024);
  });

  test("without ss the kernel's own table says who listens where", () => {
    expect(read('table\t0100007F:0019', 'table\t00000000000000000000000000000000:0016').listening).toEqual([
      'tcp 127.0.0.1:25',
      'tcp [::]:22',
    ]);
  });

  test('a unit that its own conditions keep from running is not started again and again', () => {
    const active = (state: string): boolean | undefined =>
      read(`unit\tchrony.service\t${state}\t`).units['chrony.service']?.active;
    expect(active('ActiveState=inactive ConditionResult=no ConditionTimestampMonotonic=12345')).toBe(true);
    // Nobody has tried yet.
    expect(active('ActiveState=inactive ConditionResult=no ConditionTimestampMonotonic=0')).toBe(false);
    expect(active('ActiveState=inactive ConditionResult=yes ConditionTimestampMonotonic=12345')).toBe(false);
  });

  test('half an answer, or one nobody expected, is none', () => {
    expect(() => factsFrom('cores\t2\n', 0)).toThrow('not whole');
    expect(() => read('surprise\t2')).toThrow('nobody expected');
  });
});
