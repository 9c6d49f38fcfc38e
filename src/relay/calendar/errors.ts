/** Why a calendar can't be read, for the person who gave it. */
export class CalendarError extends Error {
  override name = 'CalendarError';
  /** What to do next. */
  readonly cure: string;
  constructor(message: string, cure: string) {
    super(message);
    this.cure = cure;
  }
}
