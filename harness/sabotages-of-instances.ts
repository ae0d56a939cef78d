/** Broken variants of what several instances on one node have to themselves, and of the CPU that they do share. */
const both = { drill: 'dual-instance-on-backup', model: 'symmetric', verdict: 'refuted' } as const;

export const sabotagesOfInstances = [
  {
    name: 'from-other-directory',
    what: "a process of an instance is started from the other's installation",
    ...both,
    check: 'dual-instance',
  },
  {
    name: 'shared-file',
    what: 'the instances on a node have a file in common',
    ...both,
    check: 'only-cpu-shared',
  },
  {
    name: 'cpu-not-fixed',
    what: 'nodes have whatever CPU the machine has',
    ...both,
    check: 'contention',
  },
  {
    name: 'backup-burns-cpu',
    what: 'a program on the backup computes all the time',
    drill: 'backup-performance',
    model: 'asymmetric',
    check: 'no-contention',
    verdict: 'refuted',
  },
] as const;
