import { ofKind } from '../timeline.ts';
import { type Checker, inconclusive, refuted, upheld } from './checker.ts';

/** Guide 6.2.1: file systems of this kind are for groups that are online on one node at a time. */
export const failoverOnly: Checker = {
  name: 'failover-only',
  question:
    'Is a failover file system refused, with a clear error, to a group that may be online on several nodes?',
  scope: 'promise',
  check(timeline, { fileSystems = [] }) {
    const ended = ofKind(timeline, 'command').filter(({ stage }) => stage === 'end');
    const scalable = ended.flatMap(({ line, exit }) =>
      exit === 0 && /Maximum_primaries=([2-9]|\d\d)/.test(line) ? (/ -g (\S+)/.exec(line)?.[1] ?? []) : [],
    );
    const tried = ended.filter(
      ({ line }) =>
        line.includes('SUNW.HAStoragePlus') &&
        scalable.some((group) => line.includes(` -g ${group} `)) &&
        fileSystems.some(({ mountPoint, global }) => !global && line.includes(`=${mountPoint}`)),
    );
    if (tried.length === 0) return inconclusive('Nobody tried to give such a group a failover file system.');
    const evidence = tried.map(
      ({ line, node, exit, output }) => `${line} on ${node} ended with ${exit}: ${output.trim()}`,
    );
    const clear = tried.every(
      ({ exit, output }) =>
        exit !== 0 &&
        /failover/i.test(output) &&
        fileSystems.some(({ mountPoint }) => output.includes(mountPoint)),
    );
    return clear ? upheld(...evidence) : refuted(...evidence);
  },
};
