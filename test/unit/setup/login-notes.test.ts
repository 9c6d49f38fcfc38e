/** What `relay store migrate` notes about nodes that would lock everybody out. */
import { expect, it } from 'vitest';
import { loginNotes } from '../../../src/relay/setup/migrate-store.ts';

it('a node that wants more than one copy of a login is named, with what to set', () => {
  const found = loginNotes({
    '192.0.2.1:9042': 'LOCAL_QUORUM',
    '192.0.2.2:9042': 'ONE',
    '192.0.2.3:9042': 'LOCAL_ONE',
  });
  expect(found).toEqual([
    expect.stringMatching(/^192\.0\.2\.1:9042 .*LOCAL_QUORUM.*auth_read_consistency_level: ONE.*restart/u),
  ]);
});

it('nodes that do not tell are not accused', () => {
  expect(loginNotes({})).toEqual([]);
});
