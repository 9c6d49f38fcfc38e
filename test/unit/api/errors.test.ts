/** What a command is told when the store can't answer: what goes on meanwhile, and when to try again. */
import { expect, it } from 'vitest';
import { asApiError, errorJson } from '../../../src/relay/api/errors.ts';
import { StoreAwayError, StoreUnavailableError } from '../../../src/relay/store/port.ts';

const told = (error: Error) => {
  const known = asApiError(error);
  return known === null ? null : { status: known.status, ...errorJson(known).error };
};

it('while nodes are silent it says that alerts are taken all the same, and that trying again helps', () => {
  expect(told(new StoreAwayError('Cassandra gave no certain answer (no reply)'))).toEqual({
    status: 503,
    code: 'failed',
    message: 'Cassandra gave no certain answer (no reply)',
    cure: expect.stringMatching(/again in ten seconds.*quorum.*alone.*Alerts are taken.*relay status/u),
  });
});

it('what only a person can mend is not promised to pass', () => {
  const refused = told(new StoreUnavailableError('Cassandra refuses the login: check store.user'));
  expect(refused).toEqual({
    status: 503,
    code: 'failed',
    message: expect.stringContaining('check store.user'),
  });
});
