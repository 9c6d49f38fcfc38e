/** What build servers mail of their runs: Jenkins, GitLab, GitHub, Travis. One thing is a job, or a branch: a run's number is no part of it. */
import type { AlertEvent, Severity } from '../../types.ts';
import { linesOf, linksIn } from '../labels.ts';
import { readLine } from '../normalise.ts';
import type { MailSource } from '../source.ts';

type Meaning = readonly [AlertEvent['action'], Severity];

/** Mailer's own subjects: `Build failed in Jenkins: JOB #12`; Hudson is what it was called before. */
const MAILER =
  /^(?<said>Build failed in (?:Jenkins|Hudson)|Unstable build in Jenkins|(?:Jenkins|Hudson) build (?:failed|is (?:back to (?:normal|stable)|(?:still )?unstable)|became unstable)) ?: (?<job>.{1,500})$/iu;
/** Email Extension's default: `JOB - Build # 12 - Still Failing!`. */
const EXTENDED =
  /^(?<job>.{1,500}) - Build # ?\d{1,9} - (?<said>Success(?:ful)?|Fixed|Failure|Failed|Still Failing|Unstable|Still Unstable|Aborted|Not Built)!?$/iu;
const RUN = /(?: -)? #\d{1,9}$/u;

function meaningOf(said: string): Meaning {
  if (/abort|not.built/iu.test(said)) return ['none', 'info'];
  if (/unstable/iu.test(said)) return ['trigger', 'warning'];
  return /success|fixed|back to/iu.test(said) ? ['resolve', 'unknown'] : ['trigger', 'error'];
}

export const jenkins: MailSource = {
  name: 'jenkins',
  read({ subject, text, from, headers }) {
    const line = subject.trim().slice(0, 1_000);
    const found = (MAILER.exec(line) ?? EXTENDED.exec(line))?.groups;
    const header = headers.get('x-jenkins-result') ?? '';
    const job = found?.['job'] ?? headers.get('x-jenkins-job') ?? '';
    const said = found?.['said'] ?? header;
    if (job === '' || said === '') return null;
    // A subject of the team's own that tells of a problem counts more than that its job ran well.
    const [action, severity] = meaningOf(said);
    if (found === undefined && action !== 'trigger' && readLine(line).state.verdict === 'problem')
      return null;
    const name = job.trim().replace(RUN, '').replaceAll(/ ?» ?/gu, '/');
    const links = linksIn(text.slice(0, 16_000)).filter((link) => link.includes('/job/'));
    return [
      {
        action,
        // Two servers may have jobs of one name, and mail from one address.
        about: [hostOf(links[0] ?? '') || from, name],
        severity,
        summary: line,
        reason: `read by its result "${said}"`,
        check: name,
        links: links.slice(0, 1),
      },
    ];
  },
};

/** `PROJECT | Failed pipeline for main | 9f3c1d2a`, and as it was before: `PROJECT | Pipeline #12 has failed for main | 9f3c1d2a`. */
const PIPELINE =
  /(?:^|\| )(?:(?<said>Failed|Successful|Fixed) pipeline for|Pipeline #\d{1,12} has (?<before>failed|succeeded|been fixed) for) (?<ref>\S{1,255}) \| [\da-f]{7,40}(?<request> in [^\s|]{1,100})?(?: \|.{0,200})?$/iu;
/** `Project: shop ( https://gitlab.example.com/web/shop )`. */
const PROJECT = /^Project: (?<name>.{1,255}?)(?: \( ?(?<link>https?:\/\/[^\s)]{1,500}) ?\))?$/u;

export const gitLabMail: MailSource = {
  name: 'gitlab',
  tags: true,
  read({ subject, text, from, headers }) {
    const line = subject.trim().slice(0, 1_000);
    const found = PIPELINE.exec(line)?.groups;
    if (found === undefined) return null;
    const { ref = '', request = '' } = found;
    const said = (found['said'] ?? found['before'] ?? '').toLowerCase();
    const labelled = linesOf(text)
      .map((one) => PROJECT.exec(one)?.groups)
      .find((one) => one !== undefined);
    const path = headers.get('x-gitlab-project-path') ?? '';
    // The installation's own prefix, or a list's tag.
    const [named = ''] = line.replace(/^(?:\[[^\]]{1,60}\] ?){1,4}/u, '').split(' | ', 1);
    const project = path || pathOf(labelled?.['link'] ?? '') || labelled?.['name'] || named;
    return [
      {
        action: said === 'failed' ? 'trigger' : 'resolve',
        about: [hostOf(labelled?.['link'] ?? '') || from, project, `${ref}${request}`],
        severity: 'error',
        summary: line,
        reason: `read by its words "${said} pipeline"`,
        check: `${project} ${ref}`,
        links: linksIn(text).filter((link) => link.includes('/pipelines/')),
      },
    ];
  },
};

/** `[acme/shop] Run failed: CI - main (9f3c1d2)`; of a pull request its title stands where the branch does. */
const GITHUB =
  /^\[(?<repository>[^\]\s/]{1,100}\/[^\]\s]{1,100})\] (?:PR )?run (?<said>failed|failed at startup|succeeded|cancelled|skipped|timed out): (?<about>.{1,600}) \([\da-f]{7,40}\)$/iu;
/** `Still Failing: acme/shop#124 (main - 9f3c1d3)`. */
const TRAVIS =
  /^(?<said>Broken|Failed|Still Failing|Errored|Fixed|Passed|Canceled): (?<repository>[^\s#/]{1,100}\/[^\s#]{1,100})#\d{1,9} \((?<about>.{1,300}) - [\da-f]{7,40}\)$/iu;

export const gitHubMail = runs('github', GITHUB);
export const travis = runs('travis', TRAVIS);

/** By its subject alone: repository, and workflow with branch, or branch. */
function runs(name: string, pattern: RegExp): MailSource {
  return {
    name,
    tags: true,
    read({ subject, text }) {
      const line = subject.trim().slice(0, 1_000);
      const found = pattern.exec(line)?.groups;
      if (found === undefined) return null;
      const { repository = '', said = '', about = '' } = found;
      const isNone = /cancel|skip/iu.test(said);
      return [
        {
          action: isNone ? 'none' : /succeeded|fixed|passed/iu.test(said) ? 'resolve' : 'trigger',
          about: [repository, about],
          severity: 'error',
          summary: line,
          reason: `read by its words "${said}"`,
          check: `${repository} ${about}`,
          links: linksIn(text).slice(0, 1),
        },
      ];
    },
  };
}

const hostOf = (link: string): string => /^https?:\/\/([^/]{1,255})/u.exec(link)?.[1] ?? '';
const pathOf = (link: string): string => /^https?:\/\/[^/]{1,255}\/(.{1,400})$/u.exec(link)?.[1] ?? '';
