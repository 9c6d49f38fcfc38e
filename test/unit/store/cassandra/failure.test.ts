/** What an error of the driver means: "nothing happened" is said only where that is proven. */
import { errors, types } from 'cassandra-driver';
import { describe, expect, it } from 'vitest';
import { meaningOf, outageOf } from '../../../../src/relay/store/cassandra/failure.ts';
import { StoreAwayError, StoreUnavailableError } from '../../../../src/relay/store/port.ts';

const { responseErrorCodes: codes } = types;
const answer = (code: number, text = 'as a node says it'): Error => new errors.ResponseError(code, text);
class ClosedSocket extends errors.DriverError {
  readonly isSocketError = true;
}
const nobody = (inner: Record<string, Error>): Error =>
  new errors.NoHostAvailableError(inner, 'All host(s) tried');

describe('a failed call', () => {
  it.each([
    ['a write timeout', answer(codes.writeTimeout)],
    ['a write failure', answer(codes.writeFailure)],
    ['a read timeout', answer(codes.readTimeout)],
    ['a node that is overloaded', answer(codes.overloaded)],
    ['an error inside a node', answer(codes.serverError)],
    ['a time limit of this side', new errors.OperationTimedOutError('no reply', '192.0.2.1')],
    ['a closed socket', new ClosedSocket('Socket was closed')],
    ['a socket that was reset', Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ])('may have happened after %s', (_, error) => {
    expect(meaningOf(error)).toBe('unknown');
    expect(outageOf(error)).toBeInstanceOf(StoreUnavailableError);
  });

  it.each([
    ['too few replicas are alive to ask', answer(codes.unavailableException), /no quorum/],
    ['a node still starts', answer(codes.isBootstrapping), /tries again/],
    [
      'nobody could be reached',
      nobody({ '192.0.2.1:9042': new Error('connect ECONNREFUSED') }),
      /ECONNREFUSED.*firewall/,
    ],
    ['nobody is known to be up', nobody({}), /no node answers.*firewall/],
    [
      'the login is wrong',
      nobody({ '192.0.2.1:9042': new errors.AuthenticationError('bad credentials') }),
      /refuses the login/,
    ],
    ['the role may not', answer(codes.unauthorized), /grant it/],
  ])('has not happened when %s, and says what to do', (_, error, says) => {
    expect(meaningOf(error)).toBe('nothing');
    expect(outageOf(error)).toBeInstanceOf(StoreUnavailableError);
    expect(outageOf(error).message).toMatch(says);
  });

  it.each([
    ['too few replicas', answer(codes.unavailableException)],
    ['no answer in time', answer(codes.readTimeout)],
    ['a node that still starts', answer(codes.isBootstrapping)],
    ['a time limit of this side', new errors.OperationTimedOutError('no reply', '192.0.2.1')],
    ['nobody there', nobody({ '192.0.2.1:9042': new Error('connect ECONNREFUSED') })],
    [
      'a node that can not read its logins',
      nobody({
        '192.0.2.1:9042': new errors.AuthenticationError(
          'Unable to perform authentication: Cannot achieve consistency level QUORUM',
        ),
      }),
    ],
    [
      'one certificate that is wrong, and the others away',
      nobody({
        '192.0.2.1:9042': Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' }),
        '192.0.2.2:9042': new Error('connect ECONNREFUSED'),
      }),
    ],
  ])('is an outage that may end by itself: %s', (_, error) => {
    expect(outageOf(error)).toBeInstanceOf(StoreAwayError);
  });

  it.each([
    [
      'a wrong password, though other nodes are away',
      nobody({
        '192.0.2.1:9042': new Error('connect ECONNREFUSED'),
        '192.0.2.2:9042': new errors.AuthenticationError(
          'Provided username relay and/or password are incorrect',
        ),
      }),
    ],
    ['a wrong password', answer(codes.badCredentials, 'Provided username and/or password are incorrect')],
    ['a role that may not', answer(codes.unauthorized)],
    ['a schema that is not there', answer(codes.invalid, 'table journal does not exist')],
    [
      'certificates that nobody believes',
      nobody({
        '192.0.2.1:9042': Object.assign(new Error('self-signed'), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
      }),
    ],
  ])('is for a person to mend: %s', (_, error) => {
    expect(outageOf(error)).toBeInstanceOf(StoreUnavailableError);
    expect(outageOf(error)).not.toBeInstanceOf(StoreAwayError);
  });

  it('of a schema that is not there says how to make it', () => {
    for (const text of [
      "Keyspace 'relay' does not exist",
      'table journal does not exist',
      'unconfigured table journal',
    ]) {
      expect(outageOf(answer(codes.invalid, text)).message).toMatch(/run: relay store migrate/);
    }
  });

  it('that the nodes refuse as it is asked is no outage', () => {
    const refused = outageOf(answer(codes.invalid, 'Rejected an oversized mutation'));
    expect(refused).not.toBeInstanceOf(StoreUnavailableError);
    expect(refused.message).toMatch(/oversized/);
  });

  it("that is a mistake of this program's comes through as it is", () => {
    const mistake = new RangeError('limit');
    expect(outageOf(mistake)).toBe(mistake);
  });
});
