/** What an error of the driver means: whether anything may have happened, and what to do. */
import { types } from 'cassandra-driver';
import { StoreAwayError, StoreUnavailableError } from '../port.ts';

/**
 * `nothing`: it provably didn't happen. `unknown`: it may have, may yet, or may not. `refused`: the nodes are well and
 * can't do this as asked. `ours`: not an error of the driver or of a node.
 */
export type Meaning = 'nothing' | 'unknown' | 'refused' | 'ours';

/** As plain numbers, which is what errors carry. */
const codes: Readonly<Record<keyof typeof types.responseErrorCodes, number>> = types.responseErrorCodes;

const nameOf = (error: unknown): string => (error instanceof Error ? error.constructor.name : '');

const fieldOf = (error: unknown, field: string): unknown =>
  error instanceof Error && field in error ? (error as unknown as Record<string, unknown>)[field] : undefined;

/** A node's error code; null for what the driver itself met. */
export function codeOf(error: unknown): number | null {
  const code = fieldOf(error, 'code');
  return nameOf(error) === 'ResponseError' && typeof code === 'number' ? code : null;
}

/** Whether a read failed for want of answers in time. */
export const isTimeLimit = (error: unknown): boolean =>
  nameOf(error) === 'OperationTimedOutError' ||
  [codes.readTimeout, codes.readFailure].some((code) => code === codeOf(error));

const DRIVERS_OWN = new Set([
  'OperationTimedOutError',
  'DriverError',
  'DriverInternalError',
  'BusyConnectionError',
]);

/**
 * Whether a write may have happened, judged for the worst kind, the conditional one.
 *
 * Unavailable is `nothing`: with Paxos v2 it is thrown while a ballot begins, when too few replicas are seen alive to
 * ask for promises. A ballot begins again only after one whose proposal provably had no effect (the others end in
 * WriteTimeout), and nothing of ours is proposed before it has. A node that still starts refuses before it begins.
 * NoHostAvailable is `nothing`, because the driver gives it only when it wrote the request to no connection: any error
 * after that comes as itself, since nothing that may have been written is repeated (see policies.ts).
 */
export function meaningOf(error: unknown): Meaning {
  const code = codeOf(error);
  if (code === null) {
    if (nameOf(error) === 'NoHostAvailableError' || nameOf(error) === 'AuthenticationError') return 'nothing';
    const isSocket = fieldOf(error, 'isSocketError') === true || typeof fieldOf(error, 'code') === 'string';
    return DRIVERS_OWN.has(nameOf(error)) || isSocket ? 'unknown' : 'ours';
  }
  if (code === codes.unavailableException || code === codes.isBootstrapping) return 'nothing';
  if (code === codes.badCredentials || code === codes.unauthorized) return 'nothing';
  if (code >= codes.syntaxError && code < codes.unprepared) return 'refused';
  return 'unknown';
}

/** What lies behind "no host available", which says nothing by itself; secrets are never in these. */
function detailsOf(error: unknown): string {
  const inner = fieldOf(error, 'innerErrors');
  if (typeof inner !== 'object' || inner === null)
    return error instanceof Error ? error.message : String(error);
  const reasons = Object.entries(inner).map(
    ([address, reason]) => `${address}: ${reason instanceof Error ? reason.message : String(reason)}`,
  );
  return reasons.length > 0 ? reasons.join('; ') : 'no node answers';
}

const innerErrors = (error: unknown): unknown[] => {
  const inner = fieldOf(error, 'innerErrors');
  return typeof inner === 'object' && inner !== null ? Object.values(inner) : [];
};

/** The port's error for what a call met; errors of ours come back as they are. */
export function outageOf(error: unknown): Error {
  const meaning = meaningOf(error);
  const details = detailsOf(error);
  if (meaning === 'ours') return error instanceof Error ? error : new Error(String(error));
  if (meaning === 'refused') {
    if (
      /unconfigured table|table \S+ does not exist|[Kk]eyspace \S+ does not exist|Undefined column|Undefined name/.test(
        details,
      )
    )
      return new StoreUnavailableError(
        `the schema in Cassandra is missing or old (${details}): run: relay store migrate`,
      );
    return new Error(`Cassandra can't do this: ${details}`);
  }
  const code = codeOf(error);
  if (code === codes.unavailableException) {
    return new StoreAwayError(
      `no quorum in Cassandra (${details}): relay goes on by itself when enough nodes are back; \`relay cluster status\` names them`,
    );
  }
  if (code === codes.unauthorized) {
    return new StoreUnavailableError(
      `Cassandra refuses relay's role (${details}): grant it SELECT and MODIFY on the keyspace`,
    );
  }
  if (isWrongLogin(error)) {
    return new StoreUnavailableError(
      `Cassandra refuses the login (${details}): check store.user and its password file`,
    );
  }
  if (nameOf(error) === 'NoHostAvailableError') {
    const Kind = isOnlyDistrust(error) ? StoreUnavailableError : StoreAwayError;
    return new Kind(
      `no Cassandra node can be reached (${details}): check that they run, the addresses, the firewall and the certificates`,
    );
  }
  return new StoreAwayError(
    `Cassandra gave no certain answer (${details}): relay tries again by itself; \`relay cluster status\` shows what is down`,
  );
}

/**
 * Nodes that can't read their logins for want of copies say so with the code of a wrong password. Their own words tell
 * the two apart.
 */
const UNREADABLE_LOGIN =
  /Unable to perform authentication|Error during authentication|Cannot achieve consistency|timed out/i;

/** Whether a node said that user or password are wrong, and not that it can't look. */
export function isWrongLogin(error: unknown): boolean {
  const inner = innerErrors(error).filter((one) => nameOf(one) === 'AuthenticationError');
  const refusals = codeOf(error) === codes.badCredentials ? [error] : inner;
  return refusals.some((one) => !UNREADABLE_LOGIN.test(one instanceof Error ? one.message : String(one)));
}

/** Every node that was tried answered, and its certificate isn't trusted: that is for a person to mend, not an outage. */
function isOnlyDistrust(error: unknown): boolean {
  const inner = innerErrors(error);
  return inner.length > 0 && inner.every((one) => DISTRUST.test(String(fieldOf(one, 'code'))));
}

/** OpenSSL's and Node's codes for a certificate that isn't believed. */
const DISTRUST = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT/;
