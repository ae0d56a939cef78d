/** Files of nodes as the witness read them, and lines of logs in them. */
import { type KindOf, ofKind, type Timeline } from '../timeline.ts';

export type Read = KindOf<'file-seen'>;

/** All readings of a path on a node, in order; a path may be given by its end. */
export function readingsOf(timeline: Timeline, node: string | null, path: string | RegExp): Read[] {
  return ofKind(timeline, 'file-seen').filter(
    (event) =>
      (node === null || event.node === node) &&
      (typeof path === 'string' ? event.path === path : path.test(event.path)),
  );
}

export function lastReading(timeline: Timeline, node: string, path: string | RegExp): Read | undefined {
  return readingsOf(timeline, node, path).at(-1);
}

export const CLUSTER_LOG = '/var/adm/clusterlog';

/** A line as syslogd writes what this cluster says: `Dec 11 18:24:46 mars TAG: [ID 831728 daemon.debug] text`. */
export interface LogLine {
  host: string;
  tag: string;
  severity: string;
  text: string;
  whole: string;
}

const LINE = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (\S+) (.+?): \[ID \d+ daemon\.([a-z]+)\] (.*)$/;

/** The lines of a log that have this form. */
export function logLines(content: string): LogLine[] {
  return content.split('\n').flatMap((whole) => {
    const [, host = '', tag = '', severity = '', text = ''] = LINE.exec(whole) ?? [];
    return tag === '' ? [] : [{ host, tag, severity, text, whole }];
  });
}

/** Lines of agents: the resource group manager's own begin with "Cluster.". */
export function agentLines(content: string): LogLine[] {
  return logLines(content).filter(({ tag }) => !tag.startsWith('Cluster.'));
}
