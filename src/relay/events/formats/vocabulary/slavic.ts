/** The common words of problem and recovery in Polish, Czech and Russian. Data only; marks on letters don't count. */
import { generic, problem, recovery, started, state, success } from './entries.ts';
import type { Entry } from './types.ts';

const POLISH = [
  problem(
    'critical',
    'krytyczny, krytyczna, krytyczne, niedostępny, niedostępna, niedostępne, nieosiągalny, nieosiągalna, ' +
      'nie odpowiada, nie działa, awaria, brak zasilania, na baterii, brak połączenia, rozłączony, zatrzymany, zatrzymana, utracono',
  ),
  problem(
    'error',
    'błąd, błędy, błędu, niepowodzenie, nie powiodło się, nie powiodła się, nie powiódł się, nieudana, nieudany, ' +
      'uszkodzony, usterka, przerwany, wygasł',
  ),
  problem('warning', 'ostrzeżenie, uwaga, wygasa, prawie pełny, prawie pełna, powyżej progu, powyżej limitu'),
  recovery(
    'przywrócono, przywrócony, przywrócona, przywrócone, rozwiązano, rozwiązany, rozwiązane, naprawiono, naprawiony, ' +
      'usunięto awarię, awaria usunięta, znowu dostępny, ponownie dostępny, znów dostępny, znowu dostępna, ' +
      'ponownie dostępna, działa ponownie, ponownie działa, znów działa, znowu działa, wrócił do normy, powrót do normy, koniec alarmu, koniec awarii',
  ),
  success('zakończono pomyślnie, zakończona pomyślnie, pomyślnie, powiodło się, sukces, zakończono'),
  state('dostępny, dostępna, dostępne, osiągalny, działa'),
  started('uruchomiony, uruchomiona, aktywny'),
];

const CZECH = [
  problem(
    'critical',
    'nedostupný, nedostupná, nedostupné, neodpovídá, kritický, kritická, kritické, výpadek, nefunguje, na baterii',
  ),
  problem('error', 'selhala, selhal, selhalo, selhání, chyba, chyby, poškozen'),
  problem('warning', 'varování, upozornění'),
  recovery(
    'obnoveno, obnovena, obnoven, opět dostupný, opět dostupná, opět dostupné, opět funguje, znovu dostupný, vyřešeno, ' +
      'zpět v normálu, proběhla v pořádku, proběhl v pořádku, proběhlo v pořádku, je v pořádku',
  ),
  success('úspěšně, dokončeno, dokončena'),
];

const RUSSIAN = [
  problem(
    'critical',
    'критический, критическая, критическое, критично, недоступен, недоступна, недоступно, недоступны, не отвечает, ' +
      'авария, аварийный, упал, упала, упало, отключен, отключено, отключение, обрыв, потеря связи, от батареи, остановлен, остановлена, потеряно',
  ),
  problem(
    'error',
    'ошибка, ошибки, ошибок, ошибками, сбой, отказ, неисправность, неисправен, неудача, не удалось, не выполнено, не работает, ' +
      'поврежден, истек, прервано',
  ),
  problem('warning', 'предупреждение, внимание, истекает'),
  problem('unknown', 'проблема'),
  generic('тревога, оповещение'),
  recovery(
    'восстановлен, восстановлена, восстановлено, восстановлены, восстановление, устранена, устранено, устранен, ' +
      'решена, решено, решен, исправлено, исправлен, снова доступен, снова доступна, снова доступно, снова в сети, ' +
      'снова работает, снова отвечает, опять доступен, отбой, вернулся в норму, в норме, норма',
  ),
  success('успешно, выполнено, завершено, успешно завершено'),
  state('доступен, доступна, доступно, работает, в сети'),
  started('запущен, запущена, активен'),
];

export const SLAVIC: readonly Entry[] = [...POLISH, ...CZECH, ...RUSSIAN];
