/** Collects what became of everything that an importer meets. */
import type { ImportNote } from './types.ts';

export class Notes {
  readonly all: ImportNote[] = [];

  /** It came over as it was. */
  taken(what: string, text: string): void {
    this.all.push({ kind: 'taken', what, text });
  }

  /** It came over and will behave differently. */
  approximated(what: string, text: string): void {
    this.all.push({ kind: 'approximated', what, text });
  }

  /** It did not come over. */
  left(what: string, text: string): void {
    this.all.push({ kind: 'left', what, text });
  }
}
