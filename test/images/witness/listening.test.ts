import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { listeningOf, parseListening } from '../../../images/witness/listening.ts';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: C80012C6:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000  6300        0 4711 1 0000000000000000 100 0 0 10 0
   1: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 100 0 0 10 0
   2: C80012C6:0050 050012C6:C350 01 00000000:00000000 00:00000000 00000000  6300        0 4713 1 0000000000000000 100 0 0 10 0
`;

describe('sockets that a server listens on', () => {
  it('are read from the table with their addresses; connections are none', () => {
    expect(parseListening(TABLE)).to.deep.equal([
      { inode: '4711', at: '198.18.0.200:80' },
      { inode: '4712', at: '0.0.0.0:8080' },
    ]);
  });

  it('of version 6 are told from those of version 4', () => {
    const line =
      '   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 5 1';
    expect(parseListening(line)[0]?.at).to.equal('[0000:0000:0000:0000:0000:0000:0000:0000]:80');
  });

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
