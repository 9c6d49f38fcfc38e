/** `relay policy add`: only oclif keeps its options in order, so it has no fast path. */
import type { Edited } from '../relay/api/wire.ts';
import type { Policy } from '../relay/oncall/types.ts';
import { connect } from './client.ts';
import type { Level } from './level-pairs.ts';
import type { Io, QuickValues } from './quick-command.ts';
import { actorOf, show } from './quick/values.ts';
import { notYetLine } from './render/edited.ts';
import { policyLine } from './render/policy.ts';

export interface NewPolicy {
  name: string;
  levels: Level[];
  repeat: number;
}

export async function addPolicy(policy: NewPolicy, values: QuickValues, io: Io): Promise<number> {
  const client = await connect(values, io);
  const added = await client.post<Edited<Policy>>('/v1/policies', {
    id: policy.name,
    levels: policy.levels,
    repeat: policy.repeat,
    by: actorOf(values, io.env),
  });
  show(io, values, added, () => `Added policy ${added.id}: ${policyLine(added)}\n${notYetLine(added)}`);
  return 0;
}
