/** What a node asks of an array's service, in which order: a server on loopback that answers when the test says so. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { until } from '../../../../images/common/clock.ts';
import { Arrays } from '../../../../images/node/cluster/arrays.ts';
import type { NodeConfig } from '../../../../images/node/config.ts';

const DEADLINE_MS = 10_000;
const DISK = { array: 'a1', lun: 'd1', quorum: false };

describe('the reservation of a disk', () => {
  let server: Server;
  let arrays: Arrays;
  let asked: string[];
  let waiting: ServerResponse[];
  let holds: (url: string) => boolean;

  beforeEach(async () => {
    [asked, waiting] = [[], []];
    holds = () => false;
    server = createServer((request, response) => {
      const url = request.url ?? '';
      request.resume().on('end', () => {
        asked.push(url);
        if (holds(url)) waiting.push(response);
        else response.end('{}');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const config = { name: 'n1', luns: [DISK], arrays: { a1: '127.0.0.1' } } as unknown as NodeConfig;
    arrays = new Arrays(config, { servicePort: port });
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  const fails = (status: number) => {
    for (const response of waiting.splice(0)) {
      response.statusCode = status;
      response.end('{}');
    }
  };

  async function releaseThatFails(): Promise<void> {
    holds = (url) => url === '/release';
    const release = arrays.release(DISK).catch(() => undefined);
    await until('the release', DEADLINE_MS, () => waiting[0]);
    fails(503);
    await release;
  }

  it('that could not be given back is given back later, once', async () => {
    await releaseThatFails();
    holds = () => false;
    await arrays.releaseLate('a1');
    await arrays.releaseLate('a1');
    expect(asked).to.deep.equal(['/release', '/release']);
  });

  it('that is needed again is not given back later', async () => {
    await releaseThatFails();
    await arrays.reserve(DISK);
    await arrays.releaseLate('a1');
    expect(asked).to.deep.equal(['/release', '/reserve']);
  });

  it('is not asked for while a late release of it is on its way', async () => {
    await releaseThatFails();
    const late = arrays.releaseLate('a1');
    await until('the late release', DEADLINE_MS, () => waiting[0]);
    const reserved = arrays.reserve(DISK);
    // Another question gets through, so that the reservation would have.
    await arrays.register(DISK, 1);
    expect(asked).to.deep.equal(['/release', '/release', '/register']);
    fails(200);
    await Promise.all([late, reserved]);
    expect(asked.at(-1)).to.equal('/reserve');
  });

  it('is refused while others may still have their keys there, also when that comes up while it waits', async () => {
    await releaseThatFails();
    let unfenced: string[] = [];
    arrays.guardReservations(() => unfenced);
    const late = arrays.releaseLate('a1');
    await until('the late release', DEADLINE_MS, () => waiting[0]);
    const reserved = arrays.reserve(DISK).then(
      () => 'reserved',
      (error: Error) => error.message,
    );
    unfenced = ['n2'];
    fails(200);
    await late;
    expect(await reserved).to.equal('array a1 may still serve n2: not fenced there yet');
    expect(asked).to.not.include('/reserve');
  });
});
