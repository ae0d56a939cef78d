import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { moment, until } from '../../../../harness/clock.ts';
import type { NodeEvent } from '../../../../images/common/protocol.ts';
import { ReservationConflict } from '../../../../images/node/cluster/arrays.ts';
import type { Input, MethodName, Repository, Resource } from '../../../../images/node/cluster/core/types.ts';
import { Methods } from '../../../../images/node/cluster/methods.ts';
import type { Volumes } from '../../../../images/node/cluster/volumes.ts';
import { config, noVolumes, resourceOf, SomeProcesses, typeOf } from '../../../helpers/methods.ts';

const TYPE = 'ACME.thing';

describe('methods', () => {
  let folder: string;
  let inputs: Input[];
  let told: NodeEvent[];
  let lines: string[];
  let panics: string[];
  let repository: Repository;
  let methods: Methods;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'methods-'));
    [inputs, told, lines, panics] = [[], [], [], []];
    repository = { version: 1, types: [], groups: [], resources: [] };
    methods = methodsOn(noVolumes);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function methodsOn(volumes: Volumes): Methods {
    return new Methods({
      ...{ config, volumes, processes: new SomeProcesses() },
      logger: {
        log: (severity, tag, format, ...values) =>
          void lines.push([severity, tag, format, ...values].join('|')),
      },
      repository: () => repository,
      take: (input) => void inputs.push(input),
      tell: (event) => void told.push(event),
      panic: (reason): never => {
        panics.push(reason);
        throw new Error('the node has gone');
      },
    });
  }

  function program(name: string, script: string): void {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  }

  const call = (
    method: MethodName,
    changes: { callId?: number; timeoutMs?: number; resource?: Resource } = {},
  ) =>
    methods.run({
      kind: 'run-method',
      type: { ...typeOf(TYPE, { Start_command: 'x', Port_list: '' }), baseDirectory: folder },
      ...{
        callId: 1,
        timeoutMs: 60_000,
        resource: resourceOf(TYPE, { Port_list: '80/tcp' }),
        method,
        ...changes,
      },
    });

  it('that are programs are called with -R -T -G, and their success is the result', async () => {
    program('svc_start', `echo "$@" > ${folder}/said`);
    await call('START');
    expect(readFileSync(join(folder, 'said'), 'utf8').trim()).to.equal(`-R svc-rs -T ${TYPE} -G test-rg`);
    expect(inputs).to.deep.equal([{ kind: 'method-result', callId: 1, ok: true, message: '' }]);
  });

  it('begin and end in the log of the manager and of the harness', async () => {
    program('svc_start', 'exit 0');
    await call('START');
    expect(lines[0]).to.match(
      /^notice\|Cluster.RGM.rgmd\|launching method .*\|svc_start\|svc-rs\|test-rg\|60$/,
    );
    expect(lines[1]).to.match(/^notice\|.*completed successfully.*\|svc_start\|svc-rs\|test-rg\|0\|60$/);
    const about = { method: 'svc_start', resource: 'svc-rs', group: 'test-rg' };
    expect(told).to.deep.equal([
      { kind: 'method-begin', ...about },
      { kind: 'method-end', ...about, ok: true, message: '' },
    ]);
  });

  it('a status other than 0 is a failure, with what was printed', async () => {
    program('svc_start', 'echo no licence >&2; exit 3');
    await call('START');
    expect(inputs[0]).to.include({
      ok: false,
      message: 'svc_start of svc-rs ended with status 3: no licence',
    });
    expect(lines[1]).to.match(/^err\|/);
  });

  it('a program that is not there is a failure that names it', async () => {
    await call('START');
    expect(inputs[0]).to.include({ ok: false });
    expect((inputs[0] as { message: string }).message).to.include(`${folder}/svc_start cannot be run`);
  });

  for (const [what, known, flag] of [
    ['creation', [], '-c'],
    ['an update', [resourceOf(TYPE)], '-u'],
  ] as const) {
    it(`VALIDATE of ${what} is told so, and all properties`, async () => {
      repository.resources = [...known];
      program('svc_validate', `for word; do echo "$word"; done > ${folder}/said`);
      await call('VALIDATE');
      const words = readFileSync(join(folder, 'said'), 'utf8').trim().split('\n');
      expect(words[0]).to.equal(flag);
      const pairs = words.slice(7).map((word, at) => (at % 2 === 0 ? `${word} ${words[at + 8]}` : ''));
      expect(pairs).to.include.members([
        '-x Start_command=x',
        '-r Port_list=80/tcp',
        '-g Nodelist=Node1,Node2',
      ]);
    });
  }

  it('at their timeout the whole session is killed, and nothing is heard of them any more', async () => {
    program('svc_start', `sleep 1000 & echo $! > ${folder}/child; sleep 1000`);
    const running = call('START');
    const child = await until('a child', 10_000, () => {
      const file = join(folder, 'child');
      return existsSync(file) ? Number(readFileSync(file, 'utf8')) || undefined : undefined;
    });
    methods.kill(1);
    await running;
    await until('the end of the child', 5000, () => (existsSync(`/proc/${child}/exe`) ? undefined : true));
    expect(inputs, 'the core counted it as failed itself').to.deep.equal([]);
    expect(told.at(-1)).to.include({ kind: 'method-end', ok: false, message: 'timed out after 60 seconds' });
  });

  it('what a START leaves behind lives on', async () => {
    program('svc_start', `sleep 1000 >/dev/null & echo $! > ${folder}/child`);
    await call('START');
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'));
    expect(() => process.kill(child, 0)).to.not.throw();
    process.kill(child, 'SIGKILL');
  });

  describe('of a disk that takes its time', () => {
    const deviceGroup = { name: 'penguin', nodes: ['Node1'], volumes: [] };
    const resource = resourceOf('SUNW.HAStoragePlus', { GlobalDevicePaths: 'penguin' });
    const type = typeOf('SUNW.HAStoragePlus', { AffinityOn: 'true' });
    const order = (on: Methods, callId: number, method: MethodName) =>
      on.run({ kind: 'run-method', callId, type, resource, method, timeoutMs: 1000 });
    let events: string[];
    let letItEnd: (() => void) | undefined;
    let slow: Methods;

    beforeEach(() => {
      events = [];
      letItEnd = undefined;
      slow = methodsOn({
        ...noVolumes,
        deviceGroups: [deviceGroup],
        master: async () => {
          await new Promise<void>((resolve) => {
            letItEnd = resolve;
          });
          events.push('mastered');
        },
        release: async () => void events.push('released'),
      });
    });

    it('the next method waits for one that was killed and is still at it', async () => {
      const first = order(slow, 1, 'PRENET_START');
      await until('a master', 5000, () => (letItEnd === undefined ? undefined : true));
      slow.kill(1);
      const second = order(slow, 2, 'POSTNET_STOP');
      // Time to go wrong in: a method that does not wait is over by then.
      await Promise.race([second, moment(100)]);
      expect(events).to.deep.equal([]);
      letItEnd?.();
      await Promise.all([first, second]);
      expect(events).to.deep.equal(['mastered', 'released']);
      expect(inputs).to.deep.include({ kind: 'method-result', callId: 2, ok: true, message: '' });
    });

    it('a question about the resource does not wait', async () => {
      const first = order(slow, 1, 'PRENET_START');
      await until('a master', 5000, () => (letItEnd === undefined ? undefined : true));
      await order(slow, 2, 'VALIDATE');
      expect(events).to.deep.equal([]);
      letItEnd?.();
      await first;
    });
  });

  it('a reservation conflict in a method ends the node', async () => {
    const resource = resourceOf('SUNW.HAStoragePlus', { GlobalDevicePaths: 'penguin' });
    const deviceGroup = { name: 'penguin', nodes: ['Node1'], volumes: [] };
    const master = () => Promise.reject(new ReservationConflict('the key of Node1 is gone'));
    const type = typeOf('SUNW.HAStoragePlus', { AffinityOn: 'true' });
    await methodsOn({ ...noVolumes, deviceGroups: [deviceGroup], master })
      .run({ kind: 'run-method', callId: 1, type, resource, method: 'PRENET_START', timeoutMs: 1000 })
      .catch(() => undefined);
    expect(panics).to.deep.equal(['failfast: the key of Node1 is gone']);
  });
});
