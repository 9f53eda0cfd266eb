/**
 * `npm run audit`: known vulnerabilities of the dependencies, as the registry tells them. Lists all of them; fails when one in
 * what production installs is high or critical and not explained below. A registry without an advisory service cannot be
 * asked: that is said, and is no failure.
 */
import { spawnSync } from 'node:child_process';

/** Advisory → why it does not concern us. */
const explained: Readonly<Record<string, string>> = {};

const failing = ['high', 'critical'];

interface Finding { advisory: string; package: string; severity: string; title: string; url: string }

/** undefined: the registry did not answer the question */
function findings(omitDevelopment: boolean): Finding[] | undefined {
  const { stdout } = spawnSync('npm', ['audit', '--json', ...(omitDevelopment ? ['--omit=dev'] : [])], { encoding: 'utf8', shell: process.platform === 'win32' });
  let report: { vulnerabilities?: Record<string, { via: (string | { source: number; name: string; severity: string; title: string; url: string })[] }> };
  try {
    report = JSON.parse(stdout) as typeof report;
  } catch {
    return undefined;
  }
  if (report.vulnerabilities === undefined) return undefined;
  // what stands there as a string is a package that only inherits the finding of another
  const found = Object.values(report.vulnerabilities).flatMap(({ via }) => via.flatMap((cause) => (typeof cause === 'string' ? [] : [{
    advisory: cause.url.split('/').at(-1) ?? String(cause.source), package: cause.name, severity: cause.severity, title: cause.title, url: cause.url,
  }])));
  return [...new Map(found.map((finding) => [`${finding.advisory} ${finding.package}`, finding])).values()];
}

const production = findings(true);
const all = findings(false);
if (production === undefined || all === undefined) {
  console.log('audit: this registry does not tell vulnerabilities; nothing was checked');
} else {
  const inProduction = new Set(production.map((finding) => `${finding.advisory} ${finding.package}`));
  let unexplained = 0;
  for (const finding of all) {
    const shipped = inProduction.has(`${finding.advisory} ${finding.package}`);
    const reason = explained[finding.advisory];
    if (shipped && failing.includes(finding.severity) && reason === undefined) unexplained += 1;
    console.log(`audit: ${finding.severity} ${finding.package} (${shipped ? 'production' : 'development'}): ${finding.title} ${finding.url}${reason === undefined ? '' : ` — ${reason}`}`);
  }
  console.log(`audit: ${all.length} known, ${production.length} of them in production, ${unexplained} of those high or critical and not explained`);
  process.exitCode = unexplained > 0 ? 1 : 0;
}
