/** What is not as expected, as GitHub shows it beside a run and its files: workflow commands, one a line. */
import { differs, milliseconds, shortened, verdictInWords, visible } from './format.ts';
import type { Report } from './model.ts';

interface Annotation {
  /** Red or yellow. */
  level: 'error' | 'warning';
  /** The file that it is shown at. */
  file?: string;
  title: string;
  text: string;
}

/** GitHub shows ten of each kind of a step, and of longer ones the beginning. */
const MOST = 10;
const LONGEST = 500;

export function annotationsOf(report: Report): string[] {
  const all = [...ofShards(report), ...ofDrills(report), ...ofLedger(report), ...ofLengths(report)];
  return (['error', 'warning'] as const).flatMap((level) => {
    const own = all.filter((one) => one.level === level);
    const rest = own.length - MOST;
    if (rest <= 0) return own.map(command);
    const more = { level, title: 'ha-drills', text: `and ${rest + 1} more, in the report` };
    return [...own.slice(0, MOST - 1), more].map(command);
  });
}

function ofShards({ run }: Report): Annotation[] {
  return (run.missingShards ?? []).map(({ index, count }) => ({
    level: 'error',
    title: `shard ${index} of ${count}`,
    text: 'left no report: what it was to run has not been run',
  }));
}

/** The drill with the claims that it decides otherwise; what was merely undecided is yellow. */
function ofDrills({ drills }: Report): Annotation[] {
  return drills
    .filter((drill) => differs(drill) || drill.claims.some(differs) || drill.problem !== null)
    .map((drill) => {
      const claims = drill.claims.filter(differs);
      const checks = drill.checks.filter((check) => differs(check));
      const because = drill.problem ?? drill.validity.reasons[0] ?? checks[0]?.evidence[0] ?? '';
      const told = [
        `${verdictInWords(drill)}.`,
        ...claims.map((claim) => `Claim ${claim.id}: ${verdictInWords(claim)}.`),
        ...(because === '' ? [] : [`${checks[0]?.name ?? drill.name}: ${because}`]),
        drill.command,
      ];
      const isCertain = [drill, ...claims].some((one) => differs(one) && one.verdict !== 'inconclusive');
      return {
        level: isCertain ? 'error' : 'warning',
        ...(/^[a-z0-9-]+$/.test(drill.name) ? { file: `drills/${drill.name}.ts` } : {}),
        title: `${drill.name} on ${drill.model}, seed ${drill.seed}`,
        text: told.join('\n'),
      };
    });
}

/** Claims over a whole run, which no drill has. */
function ofLedger({ claims, drills }: Report): Annotation[] {
  const told = new Set(drills.flatMap((drill) => drill.claims.filter(differs).map(({ id }) => id)));
  return claims
    .filter((claim) => differs(claim) && !told.has(claim.id))
    .map((claim) => ({
      level: claim.verdict === 'inconclusive' ? 'warning' : 'error',
      title: `claim ${claim.id}`,
      text: [`${verdictInWords(claim)}: ${claim.statement}`, ...claim.evidence].join('\n'),
    }));
}

function ofLengths({ changes }: Report): Annotation[] {
  const slower = changes?.outages.filter(({ verdict }) => verdict === 'slower') ?? [];
  return slower.map(({ drill, model, usualMs, nowMs, runs }) => ({
    level: 'warning',
    title: `${drill} on ${model} is slower`,
    text: `Write outage ${milliseconds(nowMs ?? 0)}; over the last ${runs} runs ${milliseconds(usualMs ?? 0)}`,
  }));
}

function command({ level, file, title, text }: Annotation): string {
  const properties = [...(file === undefined ? [] : [`file=${property(file)}`]), `title=${property(title)}`];
  return `::${level} ${properties.join(',')}::${data(shortened(visible(text), LONGEST))}`;
}

/** What ends a line or a property would begin another command. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(visible(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
