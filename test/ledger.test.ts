/** The ledger of claims: every claim of the guide has a row, and every row something that bears on it or a reason. */
import { expect } from 'chai';
import { type CatalogDrill, loadCatalog } from '../harness/catalog.ts';
import { checkers } from '../harness/checkers/index.ts';
import { signs } from '../harness/faults/verification.ts';
import { claims } from '../harness/guide/claims.ts';
import { overRun } from '../harness/guide/comparisons.ts';
import { type Coverage, coverage, coverageText, listed } from '../harness/listing.ts';
import { sabotages } from '../harness/sabotages.ts';
import { topologies } from '../harness/topology.ts';

/** Chapter 6 of the guide, statement by statement; a procedure has two rows. */
const STATEMENTS: Record<string, string> = {
  '6.1.1':
    'one-active-node backup-takes-over disk-switched stop-then-start no-contention rolling-upgrade config-isolated config-read-once upgrade-by-failover secondary-first backup-idle array-is-single-point',
  '6.1.2':
    'both-active mirrored-arrays mutual-backup dual-instance only-cpu-shared contention array-loss-survived no-rolling-upgrade',
  '6.1.3':
    'shared-backup backup-for-any multiple-failures own-array load-distributed one-backup-enough excess-capacity idle-ratio same-procedure',
  '6.1.4':
    'asymmetric-simple zero-downtime needs-redundant-disks backup-reserved symmetric-better-use symmetric-higher-availability easy-expansion',
  '6.1.5': 'single-server asymmetric symmetric n-plus-1',
  '6.2.1': 'one-node-at-a-time failover-only ffs-and-gfs any-global-device-fs',
  '6.5': 'listens-on-logical-address',
  '6.6.1': 'vfstab-identical',
  '6.6.3':
    'asymmetric-procedure/as-written asymmetric-procedure/corrected same-install-root installed-layout all-directories-shared install-log all-tasks-passed state-file test-failover',
  '6.7': 'symmetric-procedure/as-written symmetric-procedure/corrected fqdn-hostname',
  '6.8': 'start fail-over disable remove restart',
  '6.9': 'removal/as-written removal/corrected superuser',
  '6.10': 'agent-log per-node-log message-prefix cluster-log',
  '6.11': 'configurator-output',
};
const statements = Object.entries(STATEMENTS).flatMap(([section, names]) =>
  names.split(' ').map((name) => `${section}/${name}`),
);

describe('the ledger of claims', () => {
  let catalog: CatalogDrill[];
  let all: Coverage[];
  before(async () => {
    catalog = await loadCatalog();
    all = coverage(catalog);
  });

  it("has every statement of the guide's chapter, in its order, and no other", () => {
    expect(claims.map(({ id }) => id)).to.deep.equal(statements);
  });

  it('each is borne by checks, by a whole run, or by nothing for a reason', () => {
    for (const { id, checks, overRun: isOverRun, notYet } of claims) {
      const ways = [checks.length > 0, isOverRun, notYet !== null].filter(Boolean);
      expect(ways.length, id).to.be.greaterThan(0);
      if (notYet !== null) expect(notYet, id).to.match(/^[A-Z].{20,}\.$/);
    }
  });

  it('names checks and drills that exist, and compares what is compared', () => {
    const names = checkers.map(({ name }) => name);
    const drills = catalog.map(({ options }) => options.name);
    for (const { id, checks, expectedIn, overRun: isOverRun } of claims) {
      for (const check of checks) expect(names, id).to.include(check);
      for (const drill of Object.keys(expectedIn)) expect(drills, id).to.include(drill);
      expect(overRun.includes(id), id).to.equal(isOverRun);
    }
  });

  it('drills list claims of the guide alone, and on a model that those are about', () => {
    for (const { options } of catalog)
      for (const id of options.claims) {
        expect(statements, options.name).to.include(id);
        const on = all.find((one) => one.id === id)?.drills.find(({ name }) => name === options.name);
        expect(on, `${id} counts on none of the models of ${options.name}`).to.not.equal(undefined);
      }
  });

  it('is printed with what bears on each claim, or why nothing does', () => {
    const text = coverageText(all);
    for (const { id, statement, reason, drills } of all) {
      expect(text).to.include(`${id}: ${statement}`);
      if (reason !== null) expect(text).to.include(`not exercised: ${reason}`);
      for (const { name, models } of drills)
        if (reason === null) expect(text).to.include(`${name} (${models.join(', ')})`);
    }
    expect(text).to.match(/\d+ of \d+ claims are borne/);
  });

  it('the list has whatever there is: models, faults, sabotages', () => {
    const { drills, models, faults, sabotages: broken } = listed(catalog);
    expect(drills.map(({ name }) => name)).to.include.members(['node-kill', 'dual-instance-on-backup']);
    expect(models.map(({ name }) => name)).to.deep.equal(topologies.map(({ model }) => model));
    expect(faults).to.deep.equal(Object.keys(signs));
    expect(broken).to.equal(sabotages);
  });
});
