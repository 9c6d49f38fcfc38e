/**
 * Incidents that reached nobody: one problem for all of them, until somebody acknowledges or resolves each. After a
 * restart it stands again with the next try, which is at most a minute away.
 */
import type { Problems } from '../engine/ports.ts';
import { TIMELINE, type IncidentBody, type TimelineRow } from '../incidents/rows.ts';
import type { Change } from '../store/port.ts';

/** More are only counted: the line is for people. */
const NAMED = 5;

export class Unreached {
  readonly #problems: Problems;
  readonly #numbers = new Set<number>();

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  committed(change: Pick<Change, 'rows' | 'incidents'>): void {
    let changed = false;
    for (const { kind, key, body } of change.rows) {
      if (kind !== TIMELINE || (body as TimelineRow).kind !== 'nobody') continue;
      this.#numbers.add(Number(key.slice(0, key.indexOf('/'))));
      changed = true;
    }
    // What the commit leaves behind counts, after all lines it wrote.
    for (const { number, body } of change.incidents) {
      if ((body as IncidentBody).status !== 'triggered') changed = this.#numbers.delete(number) || changed;
    }
    if (changed) this.#say();
  }

  #say(): void {
    const numbers = [...this.#numbers];
    const [first] = numbers;
    if (first === undefined) {
      this.#problems.clear('nobody');
      return;
    }
    const named = numbers.slice(0, NAMED).map((number) => `#${number}`);
    const more = numbers.length > NAMED ? ` and ${numbers.length - NAMED} more` : '';
    this.#problems.raise(
      'nobody',
      `nobody could be reached about ${named.join(', ')}${more}; relay goes on trying`,
      `see to it yourself: \`relay incident show ${first}\` says who was tried and what failed; then \`relay ack ${first}\``,
    );
  }
}
