import type { DrillFacts, ServiceFacts, Timeline } from '../timeline.ts';
import { type Checker, type Finding, inconclusive, overServices, refuted, upheld } from './checker.ts';
import { hadAt } from './commands.ts';
import { readingsOf } from './files.ts';

/** Settings of ics.conf that are folders (guide 6.6.3, the two panels of directories). */
const FOLDERS = [
  'caldb.berkeleydb.homedir.path',
  'caldb.berkeleydb.archive.path',
  'caldb.berkeleydb.hotbackup.path',
  'store.partition.primary.path',
  'logfile.logdir',
  'local.tmpdir',
];

/** Guide 6.6.3: all directories are on the shared disk. */
export const directoriesShared: Checker = {
  name: 'directories-shared',
  question:
    'Do ics.conf and every folder that it names lie, links followed, on the disk that the nodes share?',
  scope: 'promise',
  check: (timeline, facts) => overServices(facts, (service) => ofService(timeline, service, facts)),
};

function ofService(timeline: Timeline, service: ServiceFacts, { nodes }: DrillFacts): Finding {
  const conf = readingsOf(timeline, null, /\/ics\.conf$/).find(
    ({ node, is, atMs }) => is === 'file' && hadAt(timeline, service, node, atMs).mounts.length > 0,
  );
  if (conf === undefined || !nodes.includes(conf.node)) return inconclusive('Nobody read ics.conf.');
  const named = FOLDERS.map((name) => [name, settingIn(conf.content, name)] as const);
  const unset = named.filter(([, value]) => value === undefined).map(([name]) => name);
  if (unset.length > 0) return inconclusive(`ics.conf does not set ${unset.join(', ')}.`);
  const isShared = (path: string) => path.startsWith(`${service.mountPoint}/`);
  const wrong = [
    ...(isShared(conf.real) ? [] : [`${conf.path} on ${conf.node} is ${conf.real}.`]),
    ...named.flatMap(([name, path = '']) => {
      const read = readingsOf(timeline, conf.node, path).at(-1);
      if (!isShared(path)) return [`${name} is ${path}.`];
      if (read?.is !== 'folder') return [`${path} is no folder on ${conf.node}, or was not looked at.`];
      return isShared(read.real) ? [] : [`${name} is ${path}, which is ${read.real}.`];
    }),
  ];
  const evidence = [
    `${conf.path} is ${conf.real}.`,
    ...named.map(([name, path]) => `${name} is ${path}.`),
    `${service.mountPoint} was mounted from ${service.volume} on ${conf.node} then.`,
  ];
  return wrong.length > 0 ? refuted(...wrong, ...evidence) : upheld(...evidence);
}

/** Of two lines with one name the last one counts. */
function settingIn(conf: string, name: string): string | undefined {
  const line = new RegExp(`^\\s*${name.replaceAll('.', '\\.')}\\s*=\\s*"([^"]*)"`, 'gm');
  return [...conf.matchAll(line)].at(-1)?.[1];
}
