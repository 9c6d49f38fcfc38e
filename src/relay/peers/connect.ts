/** Opens a connection to another daemon: open means that each side has proven to the other who it is. */
import { X509Certificate } from 'node:crypto';
import { connect as connectTls } from 'node:tls';
import type { Listen } from '../config/types.ts';
import type { Clock } from '../engine/ports.ts';
import { KIND, type Frame } from './frames.ts';
import { answerLimitBytes } from './methods.ts';
import { PROTOCOL, TLS_MIN_VERSION, hostsNamed, namesIn, type PeerTls } from './names.ts';
import { apart, decodeHello, SPOKEN, type Spoken } from './versions.ts';
import { Wire, type WireEvents } from './wire.ts';

export interface Target {
  /** The name that its certificate must hold. */
  name: string;
  address: Listen;
  tls: PeerTls;
  /** What this host speaks; absent: what this version does. */
  spoken?: Spoken;
}

/** A connection that is being opened, or open. */
export interface Connecting {
  wire: Wire;
  /** Resolves when calls may go; rejects with Error that says why they can't. */
  opened: Promise<void>;
}

/** `events` hear nothing before it is open, and nothing if it never is. Gives up after `timeoutMs`. */
export function connect(target: Target, clock: Clock, timeoutMs: number, events: WireEvents): Connecting {
  const { name, address, tls } = target;
  const socket = connectTls({
    ...tls,
    host: address.host,
    port: address.port,
    minVersion: TLS_MIN_VERSION,
    ALPNProtocols: [PROTOCOL],
    rejectUnauthorized: true,
    checkServerIdentity: (_address, certificate) => {
      const held = new X509Certificate(certificate.raw);
      if (hostsNamed(held, [name]).length === 1) return undefined;
      return new Error(`its certificate is of ${namesIn(held)}, not of ${name}`);
    },
  });
  const { promise: opened, resolve, reject } = Promise.withResolvers<void>();
  let open = false;
  let refused: string | null = null;
  const wire = new Wire(socket, (kind) => answerLimitBytes(kind, KIND.refusal), {
    frame(frame: Frame): void {
      if (open) events.frame(frame);
      else if (frame.kind === KIND.hello) {
        refused = apart(target.spoken ?? SPOKEN, decodeHello(frame.body));
        if (refused !== null) return wire.destroy(refused);
        open = true;
        cancel();
        resolve();
      } else if (frame.kind === KIND.refusal) {
        refused = `it refused this host: ${frame.body.toString()}`;
        wire.destroy(refused);
      }
    },
    closed(reason: string): void {
      cancel();
      if (open) events.closed(reason);
      else reject(new Error(refused ?? reason));
    },
  });
  const cancel = clock.after(timeoutMs, () => wire.destroy(`no connection within ${timeoutMs} ms`));
  socket.once('secureConnect', () => {
    if (socket.alpnProtocol !== PROTOCOL) wire.destroy('it speaks another protocol');
  });
  return { wire, opened };
}
