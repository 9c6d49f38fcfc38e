/** Transports in the order in which each channel tries them. */
import type { Channel } from '../events/types.ts';
import type { Transport } from './port.ts';

export function byChannel(inOrder: readonly Transport[]): Map<Channel, Transport[]> {
  const channels = new Map<Channel, Transport[]>();
  for (const transport of inOrder) {
    channels.set(transport.channel, [...(channels.get(transport.channel) ?? []), transport]);
  }
  return channels;
}
