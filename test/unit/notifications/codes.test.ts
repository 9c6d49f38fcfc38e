import { describe, expect, it } from 'vitest';
import {
  codeAfter,
  DEGRADED_FROM,
  degradedCodes,
  hostIndexOfCode,
} from '../../../src/relay/notifications/codes.ts';
import { newResponder } from '../../../src/relay/notifications/machine.ts';
import { begin, PHONE, take, tell } from './conversation.ts';

describe('the codes that hosts give out without a quorum', () => {
  it('say whose they are, and no two hosts share one', () => {
    expect(degradedCodes(1)).toEqual({ first: 910_001, last: 919_999 });
    for (let hostIndex = 1; hostIndex <= 9; hostIndex += 1) {
      const { first, last } = degradedCodes(hostIndex);
      expect([first, last].map(hostIndexOfCode)).toEqual([hostIndex, hostIndex]);
      expect([first - 1, last + 1].map(hostIndexOfCode)).not.toContain(hostIndex);
    }
  });

  it('are none of those that are given out together', () => {
    for (const code of [1, 47, DEGRADED_FROM - 1, DEGRADED_FROM]) expect(hostIndexOfCode(code)).toBeNull();
  });

  it('are refused to a tenth host', () => {
    for (const hostIndex of [0, 10, 1.5]) expect(() => degradedCodes(hostIndex)).toThrow(/at most 9 hosts/);
  });
});

describe('at the end of its range', () => {
  it('a code begins again, and never strays into another', () => {
    expect(codeAfter(46)).toBe(47);
    expect(codeAfter(DEGRADED_FROM - 1)).toBe(1);
    expect(codeAfter(910_001)).toBe(910_002);
    expect(codeAfter(919_999)).toBe(910_001);
  });

  it('a code that a message under way has is passed over', () => {
    const talk = begin(PHONE);
    talk.state = newResponder('ana', 919_998);
    expect(take(talk, tell(7, 1))).toEqual(['claim 919998 by sms']);
    expect(take(talk, tell(8, 1))).toEqual(['claim 919999 by sms']);
    talk.state = { ...talk.state, nextCode: 919_998 };
    expect(take(talk, tell(9, 1))).toEqual(['claim 910001 by sms']);
  });
});
