import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { dockerAt } from '../../harness/engine/docker-at.ts';
import { findOrStartEngine, type Surroundings } from '../../harness/engine/find.ts';
import { privateEngineHost } from '../../harness/engine/private-paths.ts';
import { SetupError } from '../../harness/errors.ts';

const socket = 'unix:///var/run/docker.sock';
const id = createHash('sha256').update('lab').digest('hex');
const contextFiles: Record<string, string> = {
  '/cfg/config.json': '{"currentContext":"lab"}',
  [`/cfg/contexts/meta/${id}/meta.json`]: '{"Endpoints":{"docker":{"Host":"tcp://lab:2375"}}}',
};

/** Surroundings where only the `answering` hosts answer; `asked` records what was done, in order. */
function surroundings(answering: string[], more: Partial<Surroundings> = {}) {
  const asked: string[] = [];
  const around: Surroundings = {
    env: {},
    read: () => undefined,
    probe: async (host) => {
      asked.push(host);
      if (answering.includes(host)) return '20.10';
      throw new Error('nobody listens there');
    },
    hasDockerd: () => true,
    install: async () => {
      asked.push('install');
    },
    startPrivate: async () => {
      asked.push('start');
      const host = privateEngineHost();
      return { docker: dockerAt(host), host, kind: 'private', version: '20.10' };
    },
    ...more,
  };
  return { around, asked };
}

const find = (around: Surroundings, start = true) => findOrStartEngine(() => undefined, { start }, around);

async function failure(promise: Promise<unknown>): Promise<SetupError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).to.be.instanceOf(SetupError);
  return error;
}

describe('the search for an engine', () => {
  it('takes DOCKER_HOST and asks nobody else', async () => {
    const { around, asked } = surroundings(['tcp://far:2375', socket], {
      env: { DOCKER_HOST: 'tcp://far:2375' },
    });
    const engine = await find(around);
    expect(engine).to.include({ kind: 'DOCKER_HOST', host: 'tcp://far:2375', version: '20.10' });
    expect(asked).to.deep.equal(['tcp://far:2375']);
  });

  it('does not replace a DOCKER_HOST that does not answer', async () => {
    const { around, asked } = surroundings([socket], { env: { DOCKER_HOST: 'tcp://far:2375' } });
    const error = await failure(find(around));
    expect(error.message).to.contain("DOCKER_HOST='tcp://far:2375'").and.to.contain('nobody listens there');
    expect(error.message).to.contain('unset it');
    expect(error.exitCode).to.equal(4);
    expect(asked).to.deep.equal(['tcp://far:2375']);
  });

  it('does not replace a DOCKER_CONTEXT that does not answer or does not exist', async () => {
    const read = (path: string) => contextFiles[path];
    const named = { DOCKER_CONFIG: '/cfg', DOCKER_CONTEXT: 'lab' };
    const silent = await failure(find(surroundings([socket], { env: named, read }).around));
    expect(silent.message).to.contain("DOCKER_CONTEXT='lab'").and.to.contain('tcp://lab:2375');
    const unknown = { ...named, DOCKER_CONTEXT: 'lba' };
    const missing = await failure(find(surroundings([socket], { env: unknown, read }).around));
    expect(missing.message).to.contain("DOCKER_CONTEXT='lba'").and.to.contain('no such context');
  });

  it('goes on from a silent current context to the default socket and our own engine', async () => {
    const read = (path: string) => contextFiles[path];
    const { around, asked } = surroundings([privateEngineHost()], { env: { DOCKER_CONFIG: '/cfg' }, read });
    expect(await find(around)).to.include({ kind: 'private' });
    expect(asked).to.deep.equal(['tcp://lab:2375', socket, privateEngineHost()]);
  });

  it('starts our own engine when nobody answers', async () => {
    const { around, asked } = surroundings([]);
    expect(await find(around)).to.include({ kind: 'private' });
    expect(asked).to.deep.equal([socket, privateEngineHost(), 'start']);
  });

  it('starts nothing when told so, and says what it tried', async () => {
    const { around, asked } = surroundings([]);
    const error = await failure(find(around, false));
    expect(error.message).to.contain(`default socket ${socket}: nobody listens there`);
    expect(asked).not.to.contain('start');
  });

  it('installs what is missing and asks the default socket again before it starts one', async () => {
    const answering: string[] = [];
    const { around, asked } = surroundings(answering, {
      hasDockerd: () => false,
      install: async () => {
        answering.push(socket);
      },
    });
    expect(await find(around)).to.include({ kind: 'default socket' });
    expect(asked).to.deep.equal([socket, privateEngineHost(), socket]);
  });

  it('shows what it tried when our own engine does not start', async () => {
    const { around } = surroundings([], {
      startPrivate: async () => {
        throw new SetupError('dockerd ended with code 1');
      },
    });
    const error = await failure(find(around));
    expect(error.message).to.contain(socket).and.to.contain('dockerd ended with code 1');
  });
});
