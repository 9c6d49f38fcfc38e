/** Tests that take minutes begin first: one that begins last keeps one processor busy while the others wait for it. */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest first. Vitest knows how long each took only where it has run before. */
const LONG = [
  'test/sim/sim.test.ts',
  'test/release/relay.test.ts',
  'test/cassandra/host-node.test.ts',
  'test/release/cassandra.test.ts',
  'test/e2e/moving.test.ts',
  'test/e2e/init-and-start.test.ts',
  'test/unit/store/move.test.ts',
  'test/contract/cassandra.test.ts',
];

export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONG.findIndex((path) => moduleId.endsWith(`/${path}`));
      return at === -1 ? LONG.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
