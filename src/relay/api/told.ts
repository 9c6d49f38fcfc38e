/** An edit of the roster that says who is on call differently by it. */
import { planOf } from '../oncall/file/plan.ts';
import { jumpLines, oncallLines } from '../oncall/file/plan-words.ts';
import type { Roster } from '../oncall/types.ts';
import type { Core } from './core.ts';
import { edited } from './edited.ts';
import type { ToldJson } from './oncall-wire.ts';

/** Whose edit it is, and in which zone it is told. */
export interface Asker {
  by: string;
  zone: string;
}

/**
 * Carries out `change`, and tells what it did: `text` in words, made from the roster before and after, and who is on
 * call differently in the next four weeks. Rejects as `core.roster.edit` does.
 */
export async function told(
  core: Pick<Core, 'roster' | 'nowMs'>,
  { by, zone }: Asker,
  change: (base: Roster) => Roster,
  text: (after: Roster, before: Roster) => string,
): Promise<ToldJson> {
  let before = core.roster.current();
  const after = await core.roster.edit(by, (base) => {
    before = base;
    return change(base);
  });
  const plan = planOf(before, after, core.nowMs());
  const iso = (atMs: number): string => new Date(atMs).toISOString();
  return edited(
    {
      text: text(after, before),
      rosterVersion: after.version,
      oncall: plan.oncall.map(({ fromMs, untilMs, ...rest }) => ({
        ...rest,
        from: iso(fromMs),
        until: iso(untilMs),
      })),
      more: plan.more,
      said: [...oncallLines(plan, zone), ...jumpLines(plan.jumps, zone)],
    },
    core,
  );
}
