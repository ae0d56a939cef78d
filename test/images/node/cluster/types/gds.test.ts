import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { gds } from '../../../../../images/node/cluster/types/gds.ts';
import type { MethodContext } from '../../../../../images/node/cluster/types/type.ts';
import {
  contextFor,
  type Observed,
  resourceOf,
  SomeProcesses,
  troubleOf,
  typeOf,
} from '../../../../helpers/methods.ts';

const DEFAULTS = {
  ...{ Stop_command: '', Probe_command: '', Port_list: '', Probe_timeout: '5', Network_aware: 'true' },
  ...{ Child_mon_level: '-1', Failover_enabled: 'true', Stop_signal: '15', Log_level: 'INFO' },
  ...{ Network_resources_used: '', Thorough_probe_interval: '120', Retry_interval: '600' },
};
const ALONE = { Network_aware: 'FALSE' };
const TAG = 'test-rg,svc-rs,0.svc';
const address = resourceOf('SUNW.LogicalHostname', { HostnameList: 'localhost' }, 'host-rs');

describe('SUNW.gds', () => {
  let folder: string;
  let processes: SomeProcesses;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gds-'));
    processes = new SomeProcesses();
  });
  afterEach(async () => {
    await processes.stop(TAG, 'SIGKILL', 5000);
    rmSync(folder, { recursive: true });
  });

  function given(properties: Record<string, string>, changes: Partial<MethodContext> = {}) {
    const resource = resourceOf('SUNW.gds', properties);
    return contextFor(gds, typeOf('SUNW.gds', DEFAULTS), resource, {
      ...{ processes, groupResources: [address, resource] },
      ...changes,
    });
  }

  describe('VALIDATE', () => {
    const validate = (properties: Record<string, string>, changes: Partial<MethodContext> = {}) =>
      troubleOf(gds.methods.VALIDATE?.(given(properties, changes).context));

    it('takes a network-aware service with a logical hostname in its group', async () =>
      expect(await validate({ Start_command: 'serve', Port_list: '5432/tcp' })).to.equal(''));

    for (const [what, properties, says] of [
      [
        'no logical hostname',
        { Start_command: 'x', Port_list: '80/tcp' },
        /no logical hostname: add one with scrgadm -a -L/,
      ],
      ['nothing to start', { ...ALONE, Start_command: ' ' }, /Start_command is empty/],
      [
        'a port without a protocol',
        { ...ALONE, Start_command: 'x', Port_list: '80' },
        /"80", which is not of the form/,
      ],
      ['a port that cannot be', { ...ALONE, Start_command: 'x', Port_list: '70000/tcp' }, /"70000\/tcp"/],
      ['a signal that is none', { ...ALONE, Start_command: 'x', Stop_signal: '63' }, /Stop_signal=63/],
    ] as const) {
      it(`refuses ${what}`, async () =>
        expect(await validate(properties, { groupResources: [] })).to.match(says));
    }

    it('refuses a network-aware service that nothing could be seen of', async () =>
      expect(await validate({ Start_command: 'x' })).to.match(/neither Port_list nor Probe_command/));
  });

  describe('START', () => {
    const start = ({ context }: { context: MethodContext }) => troubleOf(gds.methods.START?.(context));

    it('returns once the probe succeeds, and not before', async () => {
      const [ready, probed] = [join(folder, 'ready'), join(folder, 'probed')];
      const service = given({
        ...ALONE,
        Start_command: `sleep 0.1; touch ${ready}; exec sleep 1000`,
        Probe_command: `echo x >> ${probed}; test -e ${ready}`,
      });
      expect(await start(service)).to.equal('');
      expect(existsSync(ready)).to.equal(true);
      expect(readFileSync(probed, 'utf8').length, 'it was asked before it was ready').to.be.above(2);
      expect(service.observed.status).to.deep.equal(['Online']);
    });

    it('without a Probe_command, returns once its ports answer on the logical address', async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as { port: number };
      try {
        expect(await start(given({ Start_command: 'exec sleep 1000', Port_list: `${port}/tcp` }))).to.equal(
          '',
        );
      } finally {
        server.close();
      }
      const late = given({ Start_command: 'exec sleep 1000', Port_list: `${port}/tcp` }, { timeoutMs: 200 });
      expect(await start(late)).to.match(new RegExp(`nothing answers at 127.0.0.1:${port}`));
    });

    it('fails at once when the process ends', async () => {
      const service = given(
        { ...ALONE, Start_command: 'exit 1', Probe_command: 'false' },
        { timeoutMs: 3_600_000 },
      );
      expect(await start(service)).to.equal('no process of the service is left');
    });

    it('that fails leaves no process behind', async () => {
      const service = given(
        { ...ALONE, Start_command: 'exec sleep 1000', Probe_command: 'false' },
        { timeoutMs: 100 },
      );
      expect(await start(service)).to.match(/status 1/);
      expect(processes.running(TAG)).to.equal(false);
    });
  });

  describe('STOP', () => {
    const script = (text: string): string => {
      writeFileSync(join(folder, 'serve'), text);
      return `exec sh ${join(folder, 'serve')}`;
    };

    async function stopped(properties: Record<string, string>, timeoutMs = 5000): Promise<string> {
      const service = given(
        { ...ALONE, Probe_command: `test -s ${folder}/up`, ...properties },
        { timeoutMs },
      );
      const trouble = await troubleOf(gds.methods.START?.(service.context));
      expect(trouble, 'it did not start').to.equal('');
      return await troubleOf(gds.methods.STOP?.(service.context));
    }

    it('runs the Stop_command and waits for the end of all processes', async () => {
      const Start_command = script(
        `trap 'touch ${folder}/orderly; exit' USR1; echo $$ > ${folder}/up; while :; do sleep 0.02; done`,
      );
      expect(await stopped({ Start_command, Stop_command: `kill -USR1 $(cat ${folder}/up)` })).to.equal('');
      expect(existsSync(join(folder, 'orderly'))).to.equal(true);
      expect(processes.running(TAG)).to.equal(false);
    });

    it('without a Stop_command sends the Stop_signal', async () => {
      const Start_command = script(
        `trap 'touch ${folder}/hup; exit' HUP; echo up > ${folder}/up; while :; do sleep 0.02; done`,
      );
      expect(await stopped({ Start_command, Stop_signal: '1' })).to.equal('');
      expect(existsSync(join(folder, 'hup'))).to.equal(true);
    });

    it('kills what does not listen, its children too', async () => {
      const Start_command = script(
        `trap '' TERM; (trap '' TERM; exec sleep 1000) & echo up > ${folder}/up; while :; do sleep 0.02; done`,
      );
      expect(await stopped({ Start_command, Stop_command: 'false' }, 1000)).to.equal('');
      expect(processes.running(TAG)).to.equal(false);
    });

    it('of a service that is not running is done', async () =>
      expect(await troubleOf(gds.methods.STOP?.(given({ ...ALONE, Start_command: 'x' }).context))).to.equal(
        '',
      ));
  });

  describe('the probe', () => {
    async function probed(
      statuses: number[],
      properties: Record<string, string> = {},
    ): Promise<Observed & { thrown: string[] }> {
      const file = join(folder, 'status');
      const service = given({
        ...ALONE,
        Start_command: 'x',
        Probe_command: `exit $(cat ${file})`,
        ...properties,
      });
      await gds.methods.MONITOR_START?.(service.context);
      const [probe] = service.observed.probes;
      const thrown: string[] = [];
      for (const status of statuses) {
        writeFileSync(file, String(status));
        thrown.push(await troubleOf(probe?.run(new AbortController().signal, service.context.log)));
      }
      return { ...service.observed, thrown };
    }

    it('status 0 is fine, 100 a failure', async () => {
      const { thrown, failures } = await probed([0, 100]);
      expect(thrown[0]).to.equal('');
      expect(thrown[1]).to.match(/status 100/);
      expect(failures).to.deep.equal([]);
    });

    it('failures in part are summed until they are a whole one, and begin anew', async () => {
      const { thrown } = await probed([50, 0, 50, 50]);
      expect(thrown.map((one) => one !== '')).to.deep.equal([false, false, true, false]);
    });

    it('status 201 asks for another node at once', async () => {
      const { thrown, failures } = await probed([201]);
      expect(thrown).to.deep.equal(['']);
      expect(failures).to.have.length(1);
      expect(failures[0]).to.match(/\(at once\)$/);
    });

    it('under Failover_enabled=FALSE, 201 is a failure like any other, and none leads to another node', async () => {
      const { thrown, failures, probes } = await probed([201], { Failover_enabled: 'FALSE' });
      expect(thrown[0]).to.match(/status 201/);
      expect(failures).to.deep.equal([]);
      expect(probes[0]?.failover).to.equal('never');
    });

    it('knows when no process is left', async () => {
      const { probes } = await probed([]);
      expect(probes[0]?.death?.()).to.equal('no process of the service is left');
      await processes.start(TAG, ['sleep', '1000']);
      expect(probes[0]?.death?.()).to.equal(undefined);
    });
  });
});
