/**
 * Which versions of the calls a host speaks. During an upgrade hosts of two versions call each other: each tells the
 * other what it speaks when a link opens, and calls go only where the two have a version in common.
 *
 * A new field, method or kind of input is no new version: fields that a host doesn't know are left alone, and methods and
 * kinds that it doesn't know are refused in words, after which the caller does the work itself. `protocol` goes up when
 * something that a host understands means something else; `oldest` when that can't be read any more.
 */
import { VERSION } from '../version.ts';

export interface Spoken {
  /** The newest version of the calls. */
  protocol: number;
  /** The oldest that is still understood. */
  oldest: number;
  /** Of relay, for people; null: it didn't say. */
  version: string | null;
}

export const SPOKEN: Spoken = { protocol: 1, oldest: 1, version: VERSION };

/** A greeting's body. Hosts that know no greeting with a body take no notice of it. */
export const encodeHello = (spoken: Spoken): Buffer => Buffer.from(JSON.stringify(spoken));

/** What a greeting says; one that says nothing, or what nobody can read, is of the first version. */
export function decodeHello(body: Buffer): Spoken {
  const said = fieldsOf(body);
  const protocol = wholeOf(said['protocol']);
  const oldest = wholeOf(said['oldest']);
  return {
    protocol: protocol ?? 1,
    oldest: Math.min(oldest ?? protocol ?? 1, protocol ?? 1),
    version: typeof said['version'] === 'string' ? said['version'] : null,
  };
}

/** Why these two can't call each other, as `ours` says it of `theirs`; null: they can. */
export function apart(ours: Spoken, theirs: Spoken): string | null {
  if (ours.protocol >= theirs.oldest && theirs.protocol >= ours.oldest) return null;
  const older = ours.protocol < theirs.oldest ? 'this host' : 'that one';
  return (
    `it is relay ${theirs.version ?? 'of an unknown version'} and speaks ${range(theirs)} of the calls between hosts, ` +
    `this one is ${ours.version ?? 'of an unknown version'} and speaks ${range(ours)}: upgrade ${older}, ` +
    'by way of a version that speaks both'
  );
}

const range = ({ protocol, oldest }: Spoken): string =>
  oldest === protocol ? `version ${protocol}` : `versions ${oldest} to ${protocol}`;

function fieldsOf(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  try {
    const said: unknown = JSON.parse(body.toString());
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const wholeOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : null;
