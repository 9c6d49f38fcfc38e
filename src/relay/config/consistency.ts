/** Which consistency levels are refused, each with why. The store needs a majority of all replicas, always. */

/** The level for plain reads and writes. */
export const CONSISTENCY = 'QUORUM';

/** The level that conditional writes agree by. */
export const SERIAL_CONSISTENCY = 'SERIAL';

const NOT_FOR_PLAIN: Record<string, string> = {
  ANY: 'ANY counts a note on one machine as written, before any replica has it',
  ONE: 'ONE is the word of one replica: what it alone was told is lost with it, and others may not know it yet',
  TWO: 'TWO is no majority of five replicas: a later read may miss what was written',
  THREE: 'THREE is a majority of five replicas only, QUORUM is one of any number',
  LOCAL_ONE:
    'LOCAL_ONE is the word of one replica: what it alone was told is lost with it, and others may not know it yet',
  LOCAL_QUORUM: 'LOCAL_QUORUM is a majority of one datacenter: what was accepted would be lost with it',
  EACH_QUORUM: 'EACH_QUORUM wants a majority in every datacenter: the loss of one would stop everything',
  ALL: 'ALL wants every replica: the loss of one would stop everything',
  SERIAL: 'SERIAL is what conditional writes agree by, and stands in serialConsistency',
  LOCAL_SERIAL: 'LOCAL_SERIAL lets each datacenter agree by itself: two hosts could both win a claim',
};

const NOT_FOR_SERIAL: Record<string, string> = {
  LOCAL_SERIAL: 'LOCAL_SERIAL lets each datacenter agree by itself: two hosts could both win a claim',
};

/** Null: the level is right. Otherwise what was expected, with why this one can't be, where that is known. */
export function consistencyProblem(value: unknown): string | null {
  return value === CONSISTENCY ? null : expected(CONSISTENCY, NOT_FOR_PLAIN, value);
}

/** The same for the level of conditional writes. */
export function serialConsistencyProblem(value: unknown): string | null {
  return value === SERIAL_CONSISTENCY ? null : expected(SERIAL_CONSISTENCY, NOT_FOR_SERIAL, value);
}

function expected(level: string, reasons: Record<string, string>, value: unknown): string {
  const why = typeof value === 'string' ? reasons[value.toUpperCase()] : undefined;
  return why === undefined ? level : `${level} (${why})`;
}
