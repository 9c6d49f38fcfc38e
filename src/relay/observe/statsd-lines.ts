/**
 * StatsD's text: https://github.com/statsd/statsd/blob/master/docs/metric_types.md, and tags as DogStatsD has them:
 * https://docs.datadoghq.com/developers/dogstatsd/datagram_shell/. Pure.
 */
import type { Config } from '../config/types.ts';
import type { Labels } from './series.ts';

/** How lines are written: where they go is the socket's business. */
export type StatsdStyle = Pick<
  NonNullable<Config['metrics']>,
  'prefix' | 'tags' | 'latencies' | 'constantTags'
>;

/** One number to be sent. */
export interface Point {
  /** Without the prefix. */
  name: string;
  labels: Labels;
  /** counter: by how much it has grown; gauge: what it is; latency: one duration in milliseconds. */
  kind: 'counter' | 'gauge' | 'latency';
  value: number;
  /** It stands for 1/rate of its like. */
  rate: number;
}

/**
 * What goes into one packet: with IP and UDP headers, and those of a tunnel, within an Ethernet frame of 1500 bytes. A
 * packet that is split on its way is lost when one part is.
 */
export const PACKET_BYTES = 1432;

/** Only ever ASCII comes out, so bytes are characters. Null: a value that can't be said. */
export function statsdLine({ name, labels, kind, value, rate }: Point, style: StatsdStyle): string | null {
  if (!Number.isFinite(value)) return null;
  const isTagged = style.tags === 'dogstatsd';
  const parts = isTagged ? [] : labels.map(([, label]) => namePart(label));
  const full = [style.prefix, name, ...parts].join('.');
  const type = kind === 'counter' ? 'c' : kind === 'gauge' ? 'g' : style.latencies;
  const tail = `${rate < 1 ? `|@${plain(rate)}` : ''}${isTagged ? tagList(labels, style.constantTags) : ''}`;
  const line = `${full}:${plain(value)}|${type}${tail}`;
  // With a sign a gauge is changed by that much, says StatsD: below zero goes only by way of zero. DogStatsD sets it.
  return kind === 'gauge' && value < 0 && !isTagged ? `${full}:0|g\n${line}` : line;
}

/** Lines into as few packets as they fit in, in their order. A line that is too long for any goes alone. */
export function packed(lines: readonly string[], limitBytes = PACKET_BYTES): string[] {
  const packets: string[] = [];
  let packet = '';
  for (const line of lines) {
    if (packet !== '' && packet.length + 1 + line.length > limitBytes) {
      packets.push(packet);
      packet = '';
    }
    packet = packet === '' ? line : `${packet}\n${line}`;
  }
  if (packet !== '') packets.push(packet);
  return packets;
}

/** Servers read numbers with and without a fraction; not all read `1e-7`. */
const plain = (value: number): string =>
  value
    .toFixed(6)
    .replace(/\.?0+$/u, '')
    .replace(/^-0$/u, '0');

/** A label's value as one part of a name. */
const namePart = (text: string): string => text.replace(/[^\w-]/gu, '_') || 'none';

function tagList(labels: Labels, constant: Readonly<Record<string, string>>): string {
  const tags = [...Object.entries(constant), ...labels].map(([name, value]) => `${name}:${tagValue(value)}`);
  return tags.length === 0 ? '' : `|#${tags.join(',')}`;
}

/** What would end a tag or a line, or isn't ASCII, becomes `_`. */
const tagValue = (text: string): string => text.replace(/[^!-~]|[,|#]/gu, '_');
