/** Which words of a line are times, durations, amounts or counts: what changes from one mail to the next. */
import { FOUR_OCTETS } from './names.ts';
import type { Word } from './words.ts';

const MONTHS = new Set(
  'jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september october november december'.split(
    ' ',
  ),
);
const DAYS = new Set(
  'mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday'.split(
    ' ',
  ),
);
const ZONES = new Set('utc gmt z cet cest est edt cst cdt mst mdt pst pdt bst ist am pm'.split(' '));
const UNITS = new Set(
  'ms msec s sec secs second seconds m min mins minute minutes h hr hrs hour hours d day days w week weeks month months ago b kb mb gb tb pb kib mib gib tib bytes byte k rpm c f v w a hz mhz ghz percent pct times'.split(
    ' ',
  ),
);
const LEADS = new Set(
  'for after since in within at on least most last past about than seit vor nach um depuis pendant desde hace da dal sinds sedan od от с за'.split(
    ' ',
  ),
);
/** They go with the number behind them: it changes, or there is none when all is well. */
const CODES = new Set(
  'rc code errno exit signal pid attempt try jobid exitcode returncode status kód kod'.split(' '),
);
const OR_SO = new Set(['less', 'more', 'fewer', 'higher', 'lower', 'above', 'below']);
/** A number behind these tells one of them from another. */
const THINGS = new Set(
  (
    'node port disk drive hdd ssd slot bay fan psu supply sensor probe core cpu socket dimm bank bus channel vlan ' +
    'interface eth gigabitethernet fastethernet tengigabitethernet ethernet unit module device pool volume vol lun ' +
    'array raid vd pd ld vdisk controller enclosure shelf chassis cabinet rack row zone outlet phase string ups ' +
    'battery line lane trunk circuit tunnel partition instance shard replica cluster server host machine site store ' +
    'shop branch room floor building camera cam printer tray door gate ap switch router gateway stack member link ' +
    'tank pump valve input output loop meter panel inverter charger cell generator station blade tape library drawer ' +
    'id vm ct container worker rule isp wan lan feed head register till terminal tower turbine ' +
    'standort knoten festplatte platte laufwerk lufter netzteil raum filiale anschluss leitung gerat strang etage ' +
    'noeud disque baie salle onduleur prise agence nodo disco puerto ventilador sala sede servidor ranura sucursal ' +
    'porta ventola alimentatore stanza schijf poort knooppunt ruimte voeding locatie no servico ' +
    'dysk wezel pokoj serwer nod flakt rum enhet узел диск порт вентилятор офис сервер стойка канал датчик'
  ).split(' '),
);
/** Each time they happen they have another number. */
const RUNS = new Set(
  'job task process session transaction request message event alert alarm problem incident'.split(' '),
);
/** A number behind these is an amount, or differs from one mail to the next. */
const AMOUNTS = new Set(
  (
    'load average usage count length size temperature temp humidity latency delay lag age level score value threshold ' +
    'limit total rate speed free used left remaining available space memory ram swap inodes status code error http ' +
    'notice test build run pipeline ticket case request order invoice version week day year month number num nr queue ' +
    'backlog depth voltage current power frequency response capacity utilization utilisation and the with from over ' +
    'under only top max min sum wert last temperatur auslastung anzahl woche valor carga nombre charge aantal'
  ).split(' '),
);

const PLAIN = /^[+-]?\d[\d.,]*$/;
const CLOCK = /^\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(z|[ap]m|[+-]\d{2}:?\d{2})?$/;
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/;
const STAMP = /^\d{4}-\d{2}-\d{2}[t_]\d{2}[:.]?\d{2}[\d:.,+z-]*$/;
const AMOUNT = /^[+-]?\d[\d.,]*-?([a-z]{1,7})(\/s)?$/;
const SPAN = /^(\d{1,6}(d|h|m|s|w|ms)){1,6}$/;
const RATE = /^\d[\d.,]*\/(?:s|sec|min|h|hr|hour|d|day)$/;
const RATIO = /^\d[\d.,]*[/:x-]\d[\d.,/:x-]*$/;
/** Of SNMP; version numbers are shorter. */
const OBJECT_ID = /^\.?\d{1,10}(\.\d{1,10}){4,24}$/;
/** The sender counts its mails. */
const COUNTER = /^(alert|mail|alertmail|msg|message|notification|event)[-_#]\d{1,12}$/;

/** Host addresses, with or without a port or a network's length; hardware addresses. */
function isAddress(text: string): boolean {
  if (text.includes('::')) return true;
  const [front = ''] = text.split(/[:/]/, 1);
  if (FOUR_OCTETS.test(front)) return true;
  const groups = text.split(/[:-]/, 10);
  return groups.length >= 6 && groups.every((group) => /^[\da-f]{1,4}$/.test(group));
}

/** A number standing for itself. `web1`, `10.0.0.1` and `2001:db8::1` are names and stay. */
function isNumber(text: string): boolean {
  if (text.length > 48 || isAddress(text) || OBJECT_ID.test(text)) return false;
  return (
    PLAIN.test(text) ||
    CLOCK.test(text) ||
    DATE.test(text) ||
    STAMP.test(text) ||
    RATIO.test(text) ||
    SPAN.test(text) ||
    RATE.test(text) ||
    COUNTER.test(text)
  );
}

function isAmount(text: string): boolean {
  if (text.length > 24) return false;
  const unit = AMOUNT.exec(text)?.[1];
  return unit !== undefined && UNITS.has(unit);
}

/**
 * Marks the words that must not be part of a key. Same length as `words`. `states`: the words that say a state. A number
 * that is a thing's name ("node 3", "port 0/1") stays: a wrong merge is worse than a missed pair.
 */
export function markNumbers(words: readonly Word[], states: ReadonlySet<number> = new Set()): boolean[] {
  const text = words.map((word) => word.text);
  const numeric = text.map(
    (one, index) =>
      isNumber(one) || isAmount(one) || (words[index]?.percent === true && /^[\d.,]+$/.test(one)),
  );
  const names = new Set<number>();
  for (const [index, one] of numeric.entries()) {
    if (one && isName(words, index, states, names)) names.add(index);
  }
  const marked = numeric.map((one, index) => one && !names.has(index));
  for (const [index, one] of text.entries()) {
    const beside = marked[index - 1] === true || marked[index + 1] === true;
    if (UNITS.has(one) && numeric[index - 1] === true && marked[index - 1] === true) marked[index] = true;
    if (MONTHS.has(one) && beside) marked[index] = true;
  }
  for (const [index, one] of text.entries()) {
    if (DAYS.has(one) && (marked[index - 1] === true || marked[index + 1] === true)) marked[index] = true;
    if (ZONES.has(one) && marked[index - 1] === true) marked[index] = true;
  }
  // "in 14 days or less"
  for (const [index, one] of text.entries()) {
    if (one !== 'or' || marked[index - 1] !== true || !OR_SO.has(text[index + 1] ?? '')) continue;
    marked[index] = true;
    marked[index + 1] = true;
  }
  // "for 5 minutes", "at least 5 min", "exit code 2": what led to the number goes with it; "on web3" is no number.
  for (let index = text.length - 1; index >= 0; index -= 1) {
    const one = text[index] ?? '';
    if (marked[index + 1] === true && (LEADS.has(one) || CODES.has(one))) marked[index] = true;
  }
  return marked;
}

/** Whether what looks like a number is the name of a thing, by the word before it. */
function isName(
  words: readonly Word[],
  index: number,
  states: ReadonlySet<number>,
  names: ReadonlySet<number>,
): boolean {
  const number = words[index];
  const before = words[index - 1];
  const after = words[index + 1];
  if (number === undefined || before === undefined || number.percent) return false;
  const unit = AMOUNT.exec(number.text)?.[1];
  const measured =
    unit !== undefined || (after !== undefined && UNITS.has(after.text) && after.text.length > 1);
  // "Drive 1 2 3", "Port 0 - 3:1:3": the rest of a name.
  if (names.has(index - 1)) return !measured && !before.comma && number.text.length <= 16;
  if (states.has(index - 1)) return false;
  if (CLOCK.test(number.text) || STAMP.test(number.text) || /^(19|20)\d\d-/.test(number.text)) return false;
  if (THINGS.has(before.folded)) return unit === undefined ? !measured : /^\d{1,3}[a-f]$/.test(number.text);
  // Of what we don't know, "Gleis 3 gestört" and "site 3: down"; "backlog 17", "hosts 3" are amounts.
  if (measured || before.heads || before.comma || before.stops || !/^\d{1,6}$/.test(number.text))
    return false;
  return (
    /^\p{L}{3,}$/u.test(before.text) &&
    !AMOUNTS.has(before.folded) &&
    // "Job 4 failed" is one of a few, "Job 4711 failed" the last of many.
    (number.text.length < 3 || !RUNS.has(before.folded)) &&
    !LEADS.has(before.text) &&
    !UNITS.has(before.text) &&
    !MONTHS.has(before.text) &&
    !DAYS.has(before.text) &&
    (states.has(index + 1) || ((after === undefined || number.heads) && !/(s|ed|ing)$/.test(before.text)))
  );
}
