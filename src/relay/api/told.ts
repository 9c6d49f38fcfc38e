/** An edit of the roster that says who is on call differently by it. */
import { planOf } from '../oncall/file/plan.ts';
import { oncallLines } from '../oncall/file/plan-words.ts';
import type { Roster } from '../oncall/types.ts';
import { tellConcerned } from './concerned.ts';
import type { Core } from './core.ts';
import { edited } from './edited.ts';
import type { ToldJson } from './oncall-wire.ts';

/** Whose edit it is, and in which zone it is told. */
export interface Asker {
  by: string;
  zone: string;
}

/** Which people hear of it: whom it concerns, or only the others than whoever did it. */
export type Notices = 'nobody' | 'others' | 'everybody';

/**
 * Carries out `change`, and tells what it did: `text` in words, made from the roster before and after, and who is on
 * call differently in the next four weeks. Rejects as `core.roster.edit` does.
 */
export async function told(
  core: Pick<Core, 'accept' | 'roster' | 'nowMs'>,
  { by, zone }: Asker,
  change: (base: Roster) => Roster,
  text: (after: Roster, before: Roster) => string,
  notices: Notices = 'nobody',
): Promise<ToldJson> {
  let before = core.roster.current();
  const after = await core.roster.edit(by, (base) => {
    before = base;
    return change(base);
  });
  const nowMs = core.nowMs();
  const toldOf =
    notices === 'nobody'
      ? {}
      : await tellConcerned(core, { before, after, by, nowMs, zone }, notices === 'everybody');
  const plan = planOf(before, after, nowMs);
  const iso = (atMs: number): string => new Date(atMs).toISOString();
  return edited(
    {
      text: text(after, before),
      ...toldOf,
      rosterVersion: after.version,
      oncall: plan.oncall.map(({ fromMs, untilMs, ...rest }) => ({
        ...rest,
        from: iso(fromMs),
        until: iso(untilMs),
      })),
      more: plan.more,
      // No turns that jump: an edit keeps them by itself, and how to write them is of use in a file only.
      said: oncallLines(plan, zone),
    },
    core,
  );
}
