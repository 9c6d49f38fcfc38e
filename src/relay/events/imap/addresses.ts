/** Whom a mail in a mailbox was meant for, as its headers have it. Pure. */
import type { Head } from '../mail/headers.ts';

export interface MeantFor {
  /** By the servers that delivered it: where each of them says so, that is surer than what the sender wrote. */
  delivered: string[];
  /** By whoever wrote it. */
  written: string[];
}

const DELIVERED = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to', 'x-delivered-to'];
const WRITTEN = ['to', 'cc'];
const ADDRESSES_MAX = 50;
const ADDRESS = /[^\s@<>(),;:"'\\]{1,128}@[^\s@<>(),;:"'\\]{1,255}/g;

/** Each address once, in the order of the headers. */
export function meantFor(head: Head): MeantFor {
  const of = (names: readonly string[]): string[] => {
    const found = names.flatMap((name) => head.headers.get(name)?.match(ADDRESS) ?? []);
    return [...new Set(found)].slice(0, ADDRESSES_MAX);
  };
  return { delivered: of(DELIVERED), written: of(WRITTEN) };
}

/** The envelope's sender: empty for a bounce, and the From address where no server noted it. */
export function envelopeSender(head: Head): string {
  const path = head.headers.get('return-path')?.split('\n')[0]?.trim();
  if (path === '<>') return '';
  const address = (path ?? head.headers.get('from') ?? '').match(ADDRESS)?.[0];
  return address?.toLowerCase() ?? 'unknown';
}
