/** S6 where levels are edited while an incident goes through them: nobody is told twice in one round because of it. */
import type { Roster } from '../../src/relay/oncall/types.ts';

/** One step, and by which levels it was decided. */
export interface RoundStep {
  number: number;
  policy: string;
  round: number;
  people: readonly string[];
  roster: Roster | null;
  /** The levels begin anew, whatever was told before. */
  anew: boolean;
  /** They go on, but whoever was told before may be told again: what was answered no longer holds. */
  again: boolean;
  /** Somebody beside the levels, or only some of one. */
  beside: boolean;
  /** Everybody, since no level was left: that is no level, and whoever hears of it may be told by one later. */
  catchAll: boolean;
}

interface Round {
  policy: string;
  round: number;
  /** Whom the levels name, as they were last. */
  names: string;
  isEdited: boolean;
  told: Set<string>;
  /** Asked by a host alone, which knew better than we whether a page may have reached them. */
  perhaps: ReadonlySet<string>;
}

const NOBODY: ReadonlySet<string> = new Set();

export class RoundCheck {
  readonly #rounds = new Map<number, Round>();

  /** Whether the levels have been edited in this round, and who was told in it before. */
  step({ number, policy, round, people, roster, anew, again, beside, catchAll }: RoundStep): {
    isEdited: boolean;
    told: ReadonlySet<string>;
    perhaps: ReadonlySet<string>;
  } {
    const names = namesOf(roster, policy);
    const known = this.#rounds.get(number);
    const sameRound = known?.policy === policy && known.round === round && !anew;
    const told = sameRound && !again ? known.told : new Set<string>();
    const perhaps = sameRound && !again ? known.perhaps : NOBODY;
    const isEdited =
      known?.policy === policy &&
      ((sameRound && known.isEdited) || (known.names !== NOT_YET && known.names !== names));
    // Somebody told beside the levels says nothing of how these were when they were first used.
    const first = beside ? NOT_YET : names;
    this.#rounds.set(number, {
      policy,
      round,
      names: beside && known !== undefined && !anew ? known.names : known === undefined ? first : names,
      isEdited: sameRound && isEdited,
      told: catchAll ? new Set(told) : new Set([...told, ...people]),
      perhaps,
    });
    return { isEdited, told, perhaps };
  }

  /**
   * The incident goes on from where a host had brought it alone, by the levels as they are now (rule 13): no line of its
   * own tells of them, and an edit that follows is one of theirs all the same.
   */
  joins(
    here: number,
    number: number,
    others: RoundCheck,
    { roster, pagedIn }: { roster: Roster | null; pagedIn(round?: number): string[] },
  ): void {
    const theirs = others.#rounds.get(number);
    if (theirs === undefined) return;
    const told = new Set(pagedIn(theirs.round));
    const perhaps = new Set([...theirs.told, ...pagedIn()].filter((one) => !told.has(one)));
    this.#rounds.set(here, {
      ...theirs,
      names: namesOf(roster, theirs.policy),
      isEdited: false,
      told,
      perhaps,
    });
  }
}

/** No level has been used yet. */
const NOT_YET = '';

const namesOf = (roster: Roster | null, policy: string): string =>
  JSON.stringify(
    roster?.policies
      .find((one) => one.id === policy)
      ?.levels.map(({ people, rotations = [], groups = [] }) => [people, rotations, groups]) ?? [],
  );
