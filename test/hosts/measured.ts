/** What the scenarios measured, printed at the end beside what was aimed at. */
export interface Figure {
  what: string;
  value: string;
  /** What the project aims at; null: nothing was said. */
  goal: string | null;
  met: boolean | null;
}

export const figures: Figure[] = [];

/** Notes a figure; whether it met its goal is the caller's to say, since goals are sometimes words. */
export function measured(
  what: string,
  value: string,
  goal: { text: string; met: boolean } | null = null,
): void {
  figures.push({ what, value, goal: goal?.text ?? null, met: goal?.met ?? null });
}

export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** As a table for people. */
export function figuresText(): string {
  const rows = figures.map(({ what, value, goal, met }) => [
    what,
    value,
    goal === null ? '' : `goal: ${goal}${met === false ? ' MISSED' : ''}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(([what = '', value = '', goal = '']) =>
      `${what.padEnd(widths[0] ?? 0)}  ${value.padEnd(widths[1] ?? 0)}  ${goal}`.trimEnd(),
    )
    .join('\n');
}
