/** The English words and phrases by which monitors and people say what state something is in. Data only. */
import type { Entry } from './types.ts';

/*
 * A recovery word in the wrong place loses a page, a problem word merely sends one: so the former are the stricter.
 * The severity of a recovery is what it is when it is turned round: "not reachable".
 */
export const ENGLISH: readonly Entry[] = [
  {
    state: 'problem',
    place: 'any',
    severity: 'critical',
    words:
      'critical, crit, down, emergency, disaster, offline, unreachable, fatal, panic, outage, not reachable, ' +
      'no response, no longer responding, not responding, does not respond, did not respond, not answering, ' +
      'disconnected, catastrophic, non-recoverable, does not answer, did not answer, cannot be reached',
  },
  {
    state: 'problem',
    place: 'any',
    severity: 'critical',
    topic: 'power',
    words: 'on battery power, on battery, running on battery, power outage, power failure, mains failure',
  },
  {
    state: 'problem',
    place: 'any',
    severity: 'error',
    words:
      'failed, failing, failure, failures, fails, fail, degraded, unhealthy, faulty, crashed, aborted, malfunction, ' +
      'not running, not available, not working, does not work, is not working, timed out, ' +
      'contains errors, health_err, not checked in, has not checked in, errors, defective, corrupted, is now lost, connection refused, refused, no data received, no signal, no heartbeat',
  },
  {
    state: 'problem',
    place: 'any',
    severity: 'warning',
    words:
      'warning, warnings, warn, unstable, almost full, nearly full, running full, running low, running out of, health_warn',
  },
  {
    state: 'problem',
    place: 'any',
    severity: 'warning',
    topic: 'expiry',
    words:
      'will expire, is about to expire, about to expire, is expiring, expiring, expires, expiration notice, ' +
      'expiry notice, expiration',
  },
  { state: 'problem', place: 'any', severity: 'error', topic: 'expiry', words: 'has expired, expired' },
  {
    state: 'problem',
    place: 'any',
    severity: 'unknown',
    words:
      'problem, problems, firing, triggered, unresolved, unsolved, deviating, stopped, canceled, cancelled, ' +
      'dismounted, hung, stalled, stuck, overdue, found differences, no answer, unable to connect, cannot connect, could not connect, gone again' +
      ', above threshold, above the threshold, above limit, above the limit, over threshold, over the threshold, over limit, over the limit, exceeds threshold, exceeds limit',
  },
  {
    state: 'problem',
    place: 'any',
    severity: 'unknown',
    words:
      'too high, too low, too long, too many, too few, too large, too big, too small, too slow, too old, too hot, too late, ' +
      'too warm, too cold, too much, too little',
  },
  { state: 'problem', place: 'any', severity: 'unknown', generic: true, words: 'alert, alerting, alarm' },
  {
    state: 'problem',
    place: 'state',
    severity: 'unknown',
    generic: true,
    words:
      'incident, incident started, event, alerts, alarms, fired, activate, activated, opened, asserted, assertion, raised, issue, investigating, identified',
  },
  { state: 'problem', place: 'state', severity: 'unknown', words: 'unknown, trouble' },
  { state: 'problem', place: 'state', severity: 'critical', words: 'dead, page, red' },
  {
    state: 'problem',
    place: 'state',
    severity: 'error',
    words:
      'error, err, major, high, fault, faulted, unavailable, lost, broken, interrupted, is not running, connection lost',
  },
  { state: 'problem', place: 'state', severity: 'warning', words: 'minor, yellow, caution' },
  {
    state: 'problem',
    place: 'head',
    severity: 'critical',
    generic: true,
    words: 'urgent, severe, p1, sev1, sev-1',
  },
  { state: 'problem', place: 'head', severity: 'error', generic: true, words: 'p2, sev2, sev-2' },
  { state: 'problem', place: 'head', severity: 'warning', generic: true, words: 'p3, sev3, sev-3' },
  {
    state: 'problem',
    place: 'type',
    severity: 'info',
    generic: true,
    words: 'info, notice, information, informational',
  },
  {
    state: 'recovery',
    place: 'any',
    severity: 'unknown',
    words:
      'recovered, resolved, restored, repaired, deasserted, de-asserted, deassertion, de-assertion, reconnected, solved, back online, ' +
      'back to normal, return to normal, returned to normal, returns to normal, returned to service, back in service, ' +
      'returned from, back up and running, up and running, up again, is back up, came back up, now back up, ' +
      'online again, available again, reachable again, responding again, running again, working again, ok again, ' +
      'normal again, end of alarm, end of alert, alarm ended, alert ended, alarm over, received again, reporting again, works again, connected again, answering again, answers again, responds again, alarm cleared, alert cleared, ' +
      'no longer present, no longer exists, recovers, operating normally, is over, all clear, health_ok, checking in again, checked in again, back in sync, in sync again, back below, back under, back above, no more errors, no more error lines, err-rtn, warn-rtn, crit-rtn, info-rtn, recovery from, ' +
      'reported back in, within range, within limits, back within, back on line',
  },
  {
    state: 'recovery',
    place: 'any',
    severity: 'unknown',
    topic: 'power',
    words:
      'on line power, on utility power, on mains power, on mains, power restored, power has returned, power returned',
  },
  { state: 'recovery', place: 'any', severity: 'unknown', weak: true, topic: 'expiry', words: 'renewed' },
  {
    state: 'recovery',
    place: 'any',
    severity: 'unknown',
    weak: true,
    words:
      'succeeded, succeed, completed successfully, finished successfully, successfully completed, completed without errors, ' +
      'remounted, redelivered',
  },
  {
    state: 'recovery',
    place: 'state',
    severity: 'unknown',
    words: 'ok, okay, normal, fixed, green, cleared, upalert, returned, rectified, optimal, is now member',
  },
  {
    state: 'recovery',
    place: 'state',
    severity: 'critical',
    words: 'up, online, reachable, responding, alive',
  },
  {
    state: 'recovery',
    place: 'state',
    severity: 'critical',
    weak: true,
    of: 'service',
    words: 'started, running, active',
  },
  { state: 'recovery', place: 'state', severity: 'error', words: 'healthy, passing' },
  {
    state: 'recovery',
    place: 'state',
    severity: 'unknown',
    weak: true,
    words: 'success, successful, successfully, completed, complete, finished, passed',
  },
  { state: 'recovery', place: 'state', severity: 'critical', weak: true, of: 'link', words: 'connected' },
  {
    state: 'problem',
    place: 'any',
    severity: 'unknown',
    kept: true,
    words:
      'infected, infection, infections, malware, ransomware, virus, viruses, threat, threats, intrusion, attack, breach, ' +
      'vulnerability, vulnerabilities, suspicious, unauthorized, unauthorised, violation, smoke, leak, flood, theft, brute force, ' +
      'missing, skipped, mismatch, denied, exceeded, overload, overloaded, overheating',
  },
  {
    state: 'recovery',
    place: 'type',
    severity: 'unknown',
    words: 'recovery, recover, clear, closed',
  },
  { state: 'recovery', place: 'head', severity: 'unknown', words: 'reset, ended, back' },
  {
    state: 'neither',
    place: 'type',
    severity: 'unknown',
    words:
      'acknowledgement, acknowledgment, acknowledged, ack, flapping, flappingstart, flappingstop, flappingdisabled, ' +
      'downtime, downtimestart, downtimeend, downtimecancelled, downtimeremoved',
  },
  {
    state: 'neither',
    place: 'any',
    severity: 'unknown',
    words:
      'has been acknowledged, was acknowledged, is acknowledged, acknowledged by, is flapping, started flapping, ' +
      'stopped flapping',
  },
  {
    state: 'neither',
    place: 'any',
    severity: 'unknown',
    weak: true,
    words:
      'maintenance mode, downtime started, downtime ended, downtime scheduled, scheduled downtime, test mail, ' +
      'test email, test e-mail, test message, test notification, test alert, test alarm, test trap, ' +
      'test alertmail, this is a test, testmail, test-mail, user_triggered test, triggered test, ' +
      'notification test, testnachricht, testmeldung, testalarm, message de test, mail de test, ' +
      'courriel de test, e-mail de test, notification de test, mensaje de prueba, correo de prueba, notificación de prueba, ' +
      'alerta de prueba, messaggio di prova, email di prova, messaggio di test, notifica di prova, testbericht, ' +
      'mensagem de teste, email de teste, e-mail de teste, wiadomość testowa, testmeddelande, тестовое сообщение, ' +
      'тестовое письмо',
  },
];
