/** What is told without anything being wrong: a test, a digest, an announcement of maintenance. */
import { NEGATIONS } from './vocabulary.ts';
import { isHostLike } from './names.ts';
import { splitWords } from './words.ts';
import type { Word } from './words.ts';

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const PERIODS = setOf(
  'daily weekly monthly hourly yearly quarterly nightly mensuel mensuelle hebdo tydenni mesicni denni täglicher taglicher tägliche tagliche wöchentlicher wochentlicher monatlicher journalier quotidien hebdomadaire diario semanal mensual giornaliero settimanale dagelijks wekelijks tygodniowy dzienny ежедневный еженедельный',
);
const REPORTS = setOf(
  'prehled report reports summary digest overview statistics stats newsletter recap bericht zusammenfassung übersicht ubersicht rapport résumé resume informe resumen rapporto riepilogo overzicht relatório relatorio raport отчет отчёт',
);
const PLANNED = setOf(
  'scheduled planned upcoming geplante geplanter angekündigte planifiée planifiee programmée programmee programada programado programmata pianificata gepland geplande ankündigung ankundigung announcement announced annonce anuncio aankondiging zapowiedź planowane zaplanowane planerat planerad плановые запланированные',
);
/** It should have been there. */
const LATE = setOf('late delayed empty');
const MAINTENANCE =
  /^(maintenance|maintenances|wartung|wartungsarbeiten|wartungsfenster|mantenimiento|manutenzione|onderhoud|manutencao|konserwacja|prace|underhall|работы|downtime)$/;

/** Mail of a business, not of a machine; unless its text begins with a problem. */
const BUSINESS = setOf(
  'invoice rechnung facture factura fattura factuur fatura faktura webinar newsletter webcast whitepaper',
);

const UPDATES = setOf(
  'update updates upgrade upgrades firmware aktualisierung aktualisierungen actualización actualizaciones aggiornamento aggiornamenti atualização',
);
const THERE = setOf(
  'available applied installed verfugbar installiert disponible disponibles installée installato disponibile disponibili beschikbaar disponível',
);
const TESTS = /^(?:test|testing|testmail|teste|prueba|prova|essai|тест)$/;
const TEST_FIRST = 3;
/** "Please ignore". */
const IGNORE =
  /^(?:ignore|ignorieren|ignorer|ignorez|ignorar|ignorare|ignorera|negeren|zignorowac|игнорируйте)$/;

const REPORT_OF =
  /^(?:tages|wochen|monats|nacht|quartals|jahres)(?:bericht|report|ubersicht|zusammenfassung)$|^(?:weekoverzicht|dagoverzicht|weekrapport|veckorapport|dagsrapport|manadsrapport|ugerapport|manedsrapport)$/;
/** Of an invoice, and not of what makes, sends or shows them: "Invoice job did not run". */
const isBusiness = (words: readonly Word[]): boolean => {
  const at = words.findIndex(({ folded }) => BUSINESS.has(folded));
  if (
    at === -1 ||
    words.some(({ text, folded }, index) => (index !== at + 1 && isHostLike(text)) || NEGATIONS.has(folded))
  )
    return false;
  const [before, next] = [words[at - 1]?.folded ?? '', words[at + 1]];
  return (
    next === undefined ||
    WHOSE.has(before) ||
    words[at]?.heads === true ||
    NUMBERED.test(next.text) ||
    OF_BUSINESS.has(next.folded)
  );
};
const WHOSE = setOf(
  'your our the new ihre unsere neue votre notre su vuestra tu tua vostra sua uw je nieuwe nova',
);
const NUMBERED = /^(?:#|n[ro°º]?\.?$|num|number|nummer|[a-z]{0,5}-?\d{3})/;
const OF_BUSINESS = setOf(
  'from for von vom fur de du di da van is ist est es attached anbei available ready due overdue paid january february march april may june july august september october november december januar februar marz mai juni juli oktober dezember',
);

/** "Firmware update available", "3 updates are available for nas1"; not "Update server: available space 1%". */
function isUpdate(words: readonly Word[]): boolean {
  return words.some((word, at) => {
    if (!UPDATES.has(word.folded)) return false;
    // "Available updates for nas1"
    if (THERE.has(words[at - 1]?.folded ?? '')) return true;
    const there = words.slice(at + 1, at + 6).findIndex(({ folded }) => THERE.has(folded));
    const last = words[at + 1 + there];
    if (there === -1 || last === undefined) return false;
    if (words.slice(at, at + 1 + there).some(({ heads, comma }) => heads || comma)) return false;
    const rest = words.slice(at + 2 + there);
    const [next] = rest;
    if (next === undefined) return true;
    const isOnlyThere = /^(?:available|disponib|verfugbar|beschikbaar)/.test(last.folded);
    if (!(FOR.has(next.folded) || (isOnlyThere && (last.heads || last.stops)))) return false;
    return isOnlyThere || !(last.comma || rest.some(({ comma, heads }) => comma || heads));
  });
}
const FOR = setOf('for on at in to fur auf pour sur para en per su voor op and und');

const DIGEST = 'a digest is no alert';

export interface News {
  /** Why it opens nothing. */
  why: string;
  /** Unless it begins with a problem: "Daily AIDE report … found differences". */
  mayTell?: boolean;
}

/** What a line opens nothing for though no word of state says so; null: it may tell of a problem. */
export function newsOf(summary: string): News | null {
  const words = splitWords(summary).slice(0, 40);
  const said = words.map(({ folded }) => folded);
  if (
    said.length <= 2 &&
    /^(test|testing|teste|prueba|prova|тест)$/.test(said[0] ?? '') &&
    !/\p{L}/u.test(said[1] ?? '')
  )
    return { why: 'it is a test' };
  if (
    said.slice(0, TEST_FIRST).some((word) => TESTS.test(word)) &&
    // "do not ignore"
    said.some(
      (word, at) =>
        IGNORE.test(word) && !said.slice(Math.max(0, at - 2), at).some((one) => NEGATIONS.has(one)),
    )
  )
    return { why: 'it is a test' };
  if (said.some((word) => REPORT_OF.test(word))) return { why: DIGEST, mayTell: true };
  if (said[0] === 'logwatch') return { why: DIGEST };
  const period = said.findIndex((word) => PERIODS.has(word));
  const near = period === -1 ? [] : said.slice(Math.max(0, period - 3), period + 5);
  // "Weekly report not generated" is no report.
  const lacks = said.some((word) => NEGATIONS.has(word) || LATE.has(word));
  if (!lacks && near.some((word) => REPORTS.has(word))) return { why: DIGEST, mayTell: true };
  if (said.some((word, at) => word === 'digest' && said[at + 1] === 'vol')) return { why: DIGEST };
  if (isBusiness(words) || (said.includes('version') && said.includes('released')))
    return { why: 'it is news or an invoice, which is no alert', mayTell: true };
  if (isUpdate(words) && !lacks) return { why: 'an update is there, which is no alert', mayTell: true };
  if (said.some((word) => PLANNED.has(word)) && said.some((word) => MAINTENANCE.test(word)))
    return { why: 'planned maintenance is announced, which is no alert' };
  return null;
}
