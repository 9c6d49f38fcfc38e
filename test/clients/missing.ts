/** Whether this machine has what the tests of other tools' own clients need. */
import { execFileSync } from 'node:child_process';
import { programOf } from '../programs.ts';

/** Why there can't be each, with what to do about it; null where there can. */
export interface MissingClients {
  python: string | null;
  go: string | null;
  alertmanager: string | null;
}

/** The names that Debian and everybody else give Alertmanager. */
export const alertmanagerHere = (): string | null =>
  programOf('prometheus-alertmanager') ?? programOf('alertmanager');

export const missingClients = (): MissingClients => ({
  python: hasPython() ? null : 'Python 3.11 with venv: on Debian, apt-get install python3-venv',
  go: programOf('go') === null ? 'Go: on Debian, apt-get install golang-go' : null,
  alertmanager:
    alertmanagerHere() === null ? 'Alertmanager: on Debian, apt-get install prometheus-alertmanager' : null,
});

/** Debian's python3 may come without what makes virtual environments. */
function hasPython(): boolean {
  const python = programOf('python3');
  if (python === null) return false;
  try {
    execFileSync(python, ['-c', 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}
