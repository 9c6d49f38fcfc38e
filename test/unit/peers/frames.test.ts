import { describe, expect, test } from 'vitest';
import { FrameError, FrameReader, frameHeader, type Frame } from '../../../src/relay/peers/frames.ts';

const frame = (kind: number, id: number, text: string): Buffer =>
  Buffer.concat([frameHeader(kind, id, Buffer.byteLength(text)), Buffer.from(text)]);
const shown = (frames: Frame[]): unknown[] => frames.map(({ kind, id, body }) => [kind, id, body.toString()]);

describe('frames between daemons', () => {
  const sent = Buffer.concat([frame(16, 1, '{"a":1}'), frame(2, 0xffff_ffff, ''), frame(3, 7, 'größer')]);
  const read = [
    [16, 1, '{"a":1}'],
    [2, 0xffff_ffff, ''],
    [3, 7, 'größer'],
  ];

  test('come out as they went in, wherever the connection cut them', () => {
    for (let size = 1; size <= sent.length; size += 1) {
      const reader = new FrameReader(() => 100);
      const frames: Frame[] = [];
      for (let at = 0; at < sent.length; at += size)
        frames.push(...reader.push(sent.subarray(at, at + size)));
      expect(shown(frames)).toEqual(read);
    }
  });

  test('a body that its kind may not have is refused when it is announced, before any of it has come', () => {
    const reader = new FrameReader((kind) => (kind === 18 ? 1_000 : 10));
    expect(reader.push(frameHeader(18, 1, 1_000))).toEqual([]);
    const other = new FrameReader((kind) => (kind === 18 ? 1_000 : 10));
    expect(() => other.push(frameHeader(16, 1, 11))).toThrow(FrameError);
  });
});
