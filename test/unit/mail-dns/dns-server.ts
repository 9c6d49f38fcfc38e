/** A DNS server of the test's own on a loopback port: says what it was given, and nothing else exists. */
import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { decode, encode, RECURSION_DESIRED, type Answer, type Question } from 'dns-packet';
import { onTestFinished } from 'vitest';
import { Lookup } from '../../../src/relay/mail-dns/lookup.ts';

/** By `TYPE name`: MX as `10 mx.example.com`, all others as their value. */
export type Zone = Record<string, string[]>;

export interface DnsServer {
  /** Read at each question: tests change it. */
  zone: Zone;
  /** Questions are taken and not answered. */
  isSilent: boolean;
  /** Each question is answered by SERVFAIL. */
  isBroken: boolean;
  readonly asked: string[];
  lookup(): Lookup;
}

const SERVFAIL = 2;
const NXDOMAIN = 3;

export async function startDns(zone: Zone): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  const server: DnsServer = {
    zone,
    isSilent: false,
    isBroken: false,
    asked,
    lookup: () => {
      const resolver = new Resolver({ timeout: 60_000, tries: 1 });
      resolver.setServers([`127.0.0.1:${socket.address().port}`]);
      return new Lookup(resolver);
    },
  };
  socket.on('message', (message, from) => {
    const { id, questions } = decode(message);
    const [question] = questions ?? [];
    if (question === undefined) return;
    asked.push(`${question.type} ${question.name}`);
    if (server.isSilent) return;
    const answers = answersTo(question, server.zone);
    const isThere = Object.keys(server.zone).some((key) => key.endsWith(` ${question.name.toLowerCase()}`));
    const code = server.isBroken ? SERVFAIL : isThere ? 0 : NXDOMAIN;
    const flags = RECURSION_DESIRED | code;
    socket.send(
      encode({ type: 'response', id: id ?? 0, flags, questions: [question], answers }),
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    socket.close();
  });
  return server;
}

function answersTo({ name, type }: Question, zone: Zone): Answer[] {
  return (zone[`${type} ${name.toLowerCase()}`] ?? []).map((value): Answer => {
    if (type === 'MX') {
      const [preference, exchange] = value.split(' ');
      return { type, name, ttl: 60, data: { preference: Number(preference), exchange: exchange ?? '' } };
    }
    if (type === 'TXT') return { type, name, ttl: 60, data: [value] };
    if (type === 'A' || type === 'AAAA' || type === 'PTR') return { type, name, ttl: 60, data: value };
    throw new Error(`the test's DNS has no ${type} records`);
  });
}
