/** The common words of problem and recovery in other languages than English. Data only; marks on letters don't count. */
import { generic, problem, recovery, started, state, stateError, success } from './entries.ts';
import { SLAVIC } from './slavic.ts';
import type { Entry } from './types.ts';

const GERMAN = [
  problem(
    'critical',
    'kritisch, kritischer, kritische, kritisches, störung, stoerung, ausfall, stromausfall, netzausfall, ausgefallen, ' +
      'unerreichbar, nicht erreichbar, nicht mehr erreichbar, antwortet nicht, antwortet nicht mehr, keine antwort, notfall, ' +
      'reagiert nicht, batteriebetrieb, auf batterie, getrennt, verloren, unterbrochen, gestoppt, angehalten',
  ),
  problem(
    'error',
    'fehler, fehlgeschlagen, schlug fehl, schlägt fehl, gescheitert, fehlerhaft, defekt, gestört, abgebrochen, ' +
      'abgestürzt, nicht verfügbar, läuft nicht, abgelaufen, beschädigt, herabgestuft',
  ),
  problem(
    'warning',
    'warnung, achtung, läuft ab, fast voll, beinahe voll, läuft voll, wird knapp, über dem grenzwert, über dem limit, über dem schwellwert, über schwellwert, geht zuende, geht zu ende, geht zur neige, wird voll',
  ),
  problem(
    'unknown',
    'zu hoch, zu niedrig, zu lang, zu groß, zu langsam, zu viele, zu wenig, zu wenige, zu alt, zu warm',
  ),
  generic('alarm, meldung, hinweis', 'state'),
  recovery(
    'behoben, wiederhergestellt, entwarnung, entstörung, entstört, gelöst, geloest, wieder erreichbar, wieder online, wieder da, wieder ok, ' +
      'wieder normal, wieder verfügbar, wieder in ordnung, wieder aktiv, läuft wieder, funktioniert wieder, repariert, ' +
      'wieder verbunden, wieder im normbereich, wieder frei, wieder ausreichend, wieder geschlossen, wieder am netz, antwortet wieder, reagiert wieder, alarm beendet, störung beendet, ' +
      'alarm aufgehoben, alarm vorbei',
  ),
  success('erfolg, erfolgreich, erfolgreich abgeschlossen, erfolgreich beendet, erledigt, abgeschlossen'),
  state('erreichbar'),
  stateError('in ordnung'),
  started('gestartet, aktiv'),
];
const FRENCH = [
  problem(
    'critical',
    'critique, critiques, panne, en panne, hors ligne, hors service, injoignable, inaccessible, ne répond pas, ' +
      'ne répond plus, coupure, tombé, tombée, arrêté, arrêtée, sur batterie, déconnecté, déconnectée, urgence, perdu, perdue',
  ),
  problem(
    'error',
    'échec, échecs, échoué, a échoué, erreur, erreurs, défaillance, défaillant, défaillante, défaut, dégradé, dégradée, ' +
      'indisponible, non disponible, interrompu, interrompue, expiré, expirée',
  ),
  problem(
    'warning',
    'avertissement, attention, va expirer, expire, presque plein, presque pleine, presque saturé, au-dessus du seuil',
  ),
  problem(
    'unknown',
    'problème, trop élevé, trop élevée, trop bas, trop basse, trop long, trop longue, trop lent',
  ),
  generic('alerte, alarme'),
  recovery(
    'rétabli, rétablie, rétablis, rétablissement, résolu, résolue, résolus, réparé, réparée, restauré, restaurée, ' +
      'de nouveau joignable, à nouveau joignable, de nouveau en ligne, de nouveau accessible, à nouveau accessible, ' +
      'de nouveau disponible, à nouveau disponible, retour à la normale, fin d’alerte, fin de panne, fin d’alarme, reconnecté, ' +
      'résorbé, résorbée, retour secteur, de nouveau en marche, à nouveau en marche, tourne à nouveau, tourne de nouveau, renouvelé, renouvelée, répond à nouveau, répond de nouveau, fonctionne à nouveau, fonctionne de nouveau',
  ),
  success(
    'succès, réussi, réussie, avec succès, terminé, terminée, terminée avec succès, terminé avec succès',
  ),
  state('en ligne, joignable'),
  started('démarré, démarrée, actif, active'),
];
const SPANISH = [
  problem(
    'critical',
    'crítico, crítica, críticos, caído, caída, fuera de línea, fuera de servicio, inaccesible, inalcanzable, ' +
      'sin respuesta, no responde, no accesible, corte, emergencia, desconectado, desconectada, en batería, sin conexión, detenido, detenida, parado, parada, perdido, perdida',
  ),
  problem(
    'error',
    'fallo, falló, fallido, fallida, fallos, ha fallado, errores, avería, averiado, averiada, degradado, degradada, ' +
      'no disponible, indisponible, interrumpido, caducado, vencido',
  ),
  problem(
    'warning',
    'advertencia, aviso, atención, caduca, vence, casi lleno, casi llena, por encima del umbral, por encima del límite, sobre el umbral',
  ),
  problem(
    'unknown',
    'problema, demasiado alto, demasiado alta, demasiado bajo, demasiado baja, demasiado largo',
  ),
  generic('alerta, alarma'),
  recovery(
    'recuperado, recuperada, resuelto, resuelta, restablecido, restablecida, restaurado, restaurada, solucionado, ' +
      'solucionada, reparado, reparada, de nuevo en línea, vuelve a responder, vuelve a estar en línea, ' +
      'de nuevo disponible, vuelta a la normalidad, fin de alerta, fin de alarma, reconectado, ' +
      'responde nuevamente, responder nuevamente, responder de nuevo, responde de nuevo, funciona de nuevo, vuelve a funcionar',
  ),
  success(
    'éxito, correctamente, con éxito, exitoso, exitosa, completado, completada, completado con éxito, finalizado, finalizada',
  ),
  state('en línea, accesible'),
  started('iniciado, iniciada, activo, activa'),
];
const ITALIAN = [
  problem(
    'critical',
    'critico, critica, non raggiungibile, irraggiungibile, non risponde, fuori linea, fuori servizio, blackout, ' +
      'emergenza, disconnesso, disconnessa, a batteria, caduto, caduta, scollegato, fermo, ferma, arrestato, perso, persa',
  ),
  problem(
    'error',
    'errore, errori, fallito, fallita, guasto, guasta, degradato, degradata, non disponibile, non riuscito, ' +
      'non riuscita, interrotto, interrotta, scaduto, scaduta',
  ),
  problem(
    'warning',
    'avviso, avvertimento, attenzione, in scadenza, scade, quasi pieno, quasi piena, quasi esaurito, sopra la soglia, oltre la soglia',
  ),
  generic('allarme, allerta'),
  recovery(
    'ripristinato, ripristinata, ripristino, risolto, risolta, rientrato, rientrata, riparato, riparata, ' +
      'di nuovo raggiungibile, di nuovo online, di nuovo disponibile, nuovamente raggiungibile, ' +
      'nuovamente disponibile, tornato online, tornato alla normalità, ritorno alla normalità, fine allarme, riconnesso, ' +
      'risponde di nuovo, risponde nuovamente, funziona di nuovo',
  ),
  success(
    'successo, riuscito, riuscita, con successo, completato con successo, completata con successo, completato, completata, terminato',
  ),
  state('raggiungibile'),
  started('avviato, avviata, attivo, attiva'),
];
const DUTCH = [
  problem(
    'critical',
    'kritiek, kritisch, onbereikbaar, niet bereikbaar, reageert niet, antwoordt niet, uitgevallen, uitval, ' +
      'stroomuitval, noodgeval, op batterij, verbroken, gestopt',
  ),
  problem(
    'error',
    'storing, fout, fouten, mislukt, mislukte, gefaald, defect, niet beschikbaar, onbeschikbaar, afgebroken, ' +
      'verlopen, gecrasht',
  ),
  problem(
    'warning',
    'waarschuwing, verloopt, let op, bijna vol, boven de drempel, boven de limiet, boven drempel',
  ),
  problem('unknown', 'probleem, te hoog, te laag, te lang, te groot, te traag'),
  generic('melding', 'state'),
  recovery(
    'hersteld, opgelost, verholpen, weer gelijk, weer bereikbaar, weer online, weer beschikbaar, weer ok, weer normaal, ' +
      'terug online, weer in orde, einde alarm, weer verbonden, gerepareerd, reageert weer, werkt weer',
  ),
  success('succes, geslaagd, gelukt, succesvol, voltooid, succesvol voltooid'),
  state('bereikbaar'),
  started('gestart, actief'),
];
const PORTUGUESE = [
  problem(
    'critical',
    'crítico, crítica, fora do ar, fora de serviço, inacessível, inalcançável, não responde, não acessível, caiu, ' +
      'caído, queda, emergência, desconectado, desconectada, em bateria, perdida',
  ),
  problem(
    'error',
    'erro, erros, falha, falhas, falhou, falhado, avaria, avariado, degradado, indisponível, não disponível, ' +
      'interrompido, expirado, expirou',
  ),
  problem(
    'warning',
    'aviso, advertência, atenção, expira, vai expirar, quase cheio, quase cheia, acima do limite, acima do limiar',
  ),
  generic('alerta, alarme'),
  recovery(
    'recuperado, recuperada, resolvido, resolvida, restaurado, restaurada, restabelecido, restabelecida, ' +
      'normalizado, normalizada, solucionado, reparado, de volta, voltou ao normal, voltou, novamente online, ' +
      'novamente acessível, novamente disponível, de novo online, fim do alarme, reconectado, ' +
      'responde novamente, funciona novamente, responde de novo',
  ),
  success('sucesso, com sucesso, bem-sucedido, bem-sucedida, concluído, concluída, concluído com sucesso'),
  state('acessível'),
  started('ativo, ativa'),
];
const SWEDISH = [
  problem(
    'critical',
    'kritisk, kritiskt, nere, otillgänglig, otillgängligt, onåbar, svarar inte, svarar ej, avbrott, strömavbrott, ' +
      'nödläge, på batteri, frånkopplad, kritiske, stoppad, förlorad',
  ),
  problem(
    'error',
    'fel, misslyckades, misslyckats, misslyckad, felaktig, trasig, degraderad, degraderat, inte tillgänglig, avbruten, utgången, feil, ' +
      'mislyktes, mislykkedes',
  ),
  problem('warning', 'varning, advarsel, löper ut, nästan full, över gränsen, över tröskelvärdet'),
  generic('larm'),
  recovery(
    'återställd, återställt, återställda, åtgärdat, åtgärdad, löst, uppe igen, åter uppe, tillgänglig igen, ' +
      'åter tillgänglig, online igen, nåbar igen, svarar igen, fungerar igen, normal igen, gjenopprettet, genoprettet',
  ),
  success('lyckades, lyckats, slutförd, slutfört'),
  state('uppe, nåbar, tillgänglig'),
  started('startad, aktiv'),
];

const DANISH = [
  problem('critical', 'kører på batteri, nede, utilgængelig, svarer ikke, kritisk, strømsvigt, afbrudt'),
  problem('error', 'fejl, fejlet, fejlede, mislykket, mislykkedes'),
  recovery(
    'genoprettet, løst, oppe igen, svarer igen, tilgængelig igen, tilbage på netstrøm, tilbage til normal, virker igen',
  ),
  success('gennemført, lykkedes'),
];
/** "Hohe Last auf web1": in front of what it is said of. */
const HIGH: Entry = {
  ...problem(
    'unknown',
    'hoch, hohe, hoher, hohes, erhöhte, haute, élevé, élevée, alta, hoge, wysoka, wysoki, hög, högt, высокая, высокий',
  ),
  place: 'state',
};

/** Its success is no recovery: "Angriff erfolgreich auf db1". */
const ATTACKS: Entry = {
  ...problem(
    'unknown',
    'angriff, einbruch, attaque, intrusion, ataque, intrusión, attacco, intrusione, aanval, intrusão, атака',
  ),
  kept: true,
};

export const OTHER_LANGUAGES: readonly Entry[] = [
  ...GERMAN,
  ...FRENCH,
  ...SPANISH,
  ...ITALIAN,
  ...DUTCH,
  ...PORTUGUESE,
  ...SWEDISH,
  ...DANISH,
  ...SLAVIC,
  HIGH,
  ATTACKS,
];
