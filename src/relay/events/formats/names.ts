/** Which words of a line name a host, and which name nothing in particular. */
import type { Word } from './words.ts';

const DEVICE =
  /^(?:s|h|v|xv)d[a-z]{1,2}\d{0,3}$|^(eth|ens|eno|enp|em|gi|ge|fa|te|xe|po|et|vlan|wlan|ppp|tun|tap|wg|br|bond|team|lo|sd|hd|vd|xvd|nvme|md|dm|sr|st|tape|lto|cpu|core|fan|psu|temp|temperature|sensor|disk|drive|hdd|ssd|slot|bay|raid|vol|volume|lun|pool|port|ether|wan|lan|sfp|dimm|rack|room|raum|x509v|ipv|http|https|tls|ssl|sha|md|rc|v|p|q|h|utf|php|python|level|sev|c|d|day|week|kw|ups|usv|serial|ttys|ttyusb|usb|mmcblk|loop|loopback|gigabitethernet|fastethernet|tengigabitethernet|tengige|hundredgige|ethernet|serial|tunnel|xge|hu|twe|fo|mgmt|php|java|tomcat|postgres|postgresql|mysql|ipv|base|iso|power|phase|outlet|l|crit|warn)\d/;

/** `192.0.2.9`, or what looks like it. */
export const FOUR_OCTETS = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}$/;
const NAMED = /^[\p{L}\d][\p{L}\d_-]{0,62}$/u;
const DOMAIN = /^[\p{L}\d][\p{L}\d_.-]{0,200}\.\p{L}{2,24}$/u;

/** Whether a word names a host: an address, a domain name, a name with a number in it that is no device's. */
export function isHostLike(text: string): boolean {
  if (text.length > 255) return false;
  return text.split(/[/:@%]/, 8).some((part) => {
    if (part === '') return false;
    if (FOUR_OCTETS.test(part) || DOMAIN.test(part)) return true;
    return (
      NAMED.test(part) && /\p{L}/u.test(part) && /\d/.test(part) && !/^\d/.test(part) && !DEVICE.test(part)
    );
  });
}

/** Whether a word is somebody's name for a thing, whatever language the line is in: `/var`, `MSSQL`, `SQLAgent`, `shop-checkout`. `isLoud`: all of its line is in capitals. */
export const isIdentifier = ({ text, raw }: Word, isLoud = false): boolean =>
  text.length < 256 &&
  !ACRONYMS.has(text) &&
  (isHostLike(text) ||
    /\p{L}[_/@$\\]|[_/@$\\]\p{L}|\p{L}\.\p{L}/u.test(text) ||
    /\p{Ll}\p{Lu}/u.test(raw) ||
    (!isLoud && /^\p{Lu}[\p{Lu}\d]{2,}$/u.test(raw)) ||
    (/^\p{L}{2,}-\p{L}{2,}/u.test(text) && !HYPHENATED.test(text)));

/** "Service nginx", "job nightly": what stands behind the kind of thing is its name. */
export const isNamedBy = (before: Word | undefined, word: Word): boolean =>
  before !== undefined &&
  KINDS.has(before.folded) &&
  !before.comma &&
  !LITTLE.has(word.text) &&
  !COMMON.has(word.text) &&
  /\p{L}/u.test(word.text);

const KINDS = new Set(
  (
    'service services interface neighbor neighbour queue process job daemon volume database container unit task monitor website ' +
    'site application app partition filesystem dateisystem laufwerk festplatte drive mount dienst prozess warteschlange datenbank volumen processus tache servicio proceso cola servizio processo ' +
    'coda proces wachtrij servico fila usluga tjanst tjansten служба процесс'
  ).split(' '),
);

/** In capitals, and nobody's name. */
const ACRONYMS = new Set(
  'http https tcp udp icmp ssh ftp dns ntp snmp smtp imap pop3 tls ssl ip url uri cpu ram gpu ups raid nas ssd hdd utc gmt cet cest est pst id os vm api sql ping get post pdf csv xml json html n/a and/or i/o ms not the now'.split(
    ' ',
  ),
);

const HYPHENATED =
  /^(?:re|non|pre|post|self|auto|up|down|well|e|on|off|back|log|follow|read|out|in|anti|multi|semi|full|high|low|long|short|real|third|first|second|end|so|built)-/;

const LITTLE = new Set(
  'a an the on of in at to for by is it and or with from has was as be your our this that'.split(' '),
);
const COMMON = new Set(
  (
    'alert alerts alarm alarms notification notifications notify notice fwd fw message messages mail email e-mail system server ' +
    'servers host node device monitor monitoring event events status state report log info information important urgent ' +
    'help hello hi service team admin administrator root automated automatic automatically generated message ups nas raid ' +
    'storage idrac ilo ipmi bmc snmp trap syslog new number id appliance equipment hardware network health ' +
    'alertmail benachrichtigung meldung nachricht hinweis statusmeldung systemmeldung störung fehler notificación ' +
    'notificacion aviso avis mensaje notifica avviso messaggio bericht melding mensagem notificação wiadomość ' +
    'powiadomienie meddelande уведомление сообщение система сервер'
  ).split(' '),
);

/** "on", "the" and the like name nothing: a key of nothing else would throw unlike things together. */
export const isLittle = (word: Word): boolean => LITTLE.has(word.text);

/** Whether a word says what a mail is about, besides which host: "disk" does, "notification" doesn't. */
export const isTelling = (word: Word): boolean =>
  !LITTLE.has(word.text) && !COMMON.has(word.text) && !isHostLike(word.text) && /[\p{L}\d]/u.test(word.text);
