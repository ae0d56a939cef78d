/** `bench daemon`: what one node's cluster software costs in memory and, with nothing to do, in CPU. */
import { moment, monotonicMs } from '../../harness/clock.ts';
import type { Contained } from '../../harness/containers/contained.ts';
import { SetupError } from '../../harness/errors.ts';
import { type CpuUse, cpuTicks, cpuUse } from './machine.ts';
import type { BenchOptions, SideName } from './options.ts';
import { ours } from './ours/cluster.ts';
import { peer } from './peer/cluster.ts';
import type { Findings } from './report.ts';
import { NODES, type Side } from './side.ts';
import { inPlace, type Workshop } from './workshop.ts';

export interface DaemonProcess {
  command: string;
  residentKiB: number;
  ticks: number;
}

interface Cost {
  side: string;
  title: string;
  node: string;
  state: 'no group' | 'group online';
  processes: string[];
  residentMiB: number;
  /** In percent of one processor. */
  cpuPercent: number;
  machine: CpuUse | null;
}

/** Each process: command line, resident memory, and ticks of CPU, which /proc counts in hundredths of a second. */
const LIST = `for p in /proc/[0-9]*; do
  c=$(tr '\\0' ' ' 2>/dev/null < $p/cmdline) && [ -n "$c" ] && m=$(grep VmRSS $p/status 2>/dev/null) && s=$(cat $p/stat 2>/dev/null) && echo "$c|$m|$s"
done; true`;

const TICKS_PER_SECOND = 100;
/** Where a process that has just done something is no longer at it. */
const CALM_MS = 5000;

/** The lines of LIST. Pure. */
export function processesIn(text: string): DaemonProcess[] {
  return text.split('\n').flatMap((line) => {
    const [command = '', memory = '', stat = ''] = line.split('|');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Fields 14 to 17 of proc(5), 11 to 14 from the state on: its own, and of programs that it has run to their end.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    const residentKiB = Number(/(\d+) kB/.exec(memory)?.[1]);
    return fields.length < 15 || Number.isNaN(ticks + residentKiB)
      ? []
      : [{ command: command.trim(), residentKiB, ticks }];
  });
}

/** The cluster software of either side, without the init above it and what it runs for a moment. */
const DAEMONS = /^(node \S*images\/node\/main\.ts|perl \S*to-syslog|corosync|pacemakerd|\S*\/pacemaker-\w+)/;

const PAIR = { nodes: 2, groups: 1 };
const software: Record<SideName, () => Side[]> = {
  ours: () => [ours({ profile: 'fast', ...PAIR }), ours({ profile: 'guide', ...PAIR })],
  pacemaker: () => [peer(true)],
  'pacemaker-unfenced': () => [peer(false)],
};

export async function benchDaemon(options: BenchOptions, workshop: Workshop): Promise<Findings> {
  const { seconds } = options;
  const costs: Cost[] = [];
  for (const side of options.sides.flatMap((name) => software[name]())) {
    await side.prepare(workshop.engine, workshop.tell);
    await inPlace(workshop, side.name, async (place) => {
      const subject = await side.start(place);
      const node = subject.assembly.nodes.get(NODES[0]);
      if (node === undefined) throw new SetupError(`${side.title} has no ${NODES[0]}`);
      const of = (state: Cost['state']) => costOf(side, state, node, seconds);
      workshop.tell(`${side.title}: idle for ${seconds} s`);
      costs.push(await of('no group'));
      await subject.bringOnline(NODES[0]);
      workshop.tell(`${side.title}: group online, for ${seconds} s`);
      costs.push(await of('group online'));
    });
  }
  return findings(costs, seconds);
}

async function costOf(side: Side, state: Cost['state'], node: Contained, seconds: number): Promise<Cost> {
  await moment(CALM_MS);
  const [before, fromMs, machineBefore] = [await daemonsOf(node), monotonicMs(), cpuTicks()];
  await moment(seconds * 1000);
  const [after, untilMs] = [await daemonsOf(node), monotonicMs()];
  const ticks = (processes: DaemonProcess[]) => processes.reduce((sum, one) => sum + one.ticks, 0);
  const spentMs = ((ticks(after) - ticks(before)) * 1000) / TICKS_PER_SECOND;
  return {
    side: side.name,
    title: side.title,
    node: NODES[0],
    state,
    processes: after.map(({ command }) => command),
    residentMiB: after.reduce((sum, { residentKiB }) => sum + residentKiB, 0) / 1024,
    cpuPercent: (100 * spentMs) / (untilMs - fromMs),
    machine: cpuUse(machineBefore, cpuTicks()),
  };
}

async function daemonsOf(node: Contained): Promise<DaemonProcess[]> {
  const { output } = await node.run(['sh', '-c', LIST]);
  const found = processesIn(output).filter(({ command }) => DAEMONS.test(command));
  if (found.length === 0) throw new SetupError(`no cluster software runs on ${node.name}: ${output}`);
  return found;
}

function findings(costs: Cost[], seconds: number): Findings {
  const rows = costs.map(({ title, state, processes, residentMiB, cpuPercent, machine }) => [
    title,
    state,
    String(processes.length),
    residentMiB.toFixed(0),
    cpuPercent.toFixed(1),
    machine === null ? '–' : machine.stealPercent.toFixed(0),
  ]);
  const columns = [
    'software',
    'state',
    'processes',
    'resident, MiB',
    'CPU of one processor, %',
    'CPU stolen, %',
  ];
  return {
    sentences: [
      `- One node of two, ${seconds} s without any request. Resident memory is added up over the processes, so what they share counts for each.`,
    ],
    tables: [{ title: 'Cluster software of one node', columns, rows }],
    data: costs,
  };
}
