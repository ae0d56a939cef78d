import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { listeningOf } from '../../../images/witness/listening.ts';

describe('sockets that a server listens on', () => {
  it('are found by the process that has them open', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const own = { pid: process.pid, command: 'this test' };
    expect(listeningOf(process.pid, [own]).map(({ at }) => at)).to.include(`127.0.0.1:${port}`);
    expect(listeningOf(process.pid, [])).to.deep.equal([]);
    server.close();
  });
});
