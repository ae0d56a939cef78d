/** A whole calendar server whose disk is full, or fails: what a user is told, and what becomes of the server. */
import { expect } from 'chai';
import { Errno } from '../../images/node/ics/wcap/errno.ts';
import { fillDisk, makeRoom } from '../../images/witness/filling.ts';
import { CalendarInstance } from '../helpers/calendar-instance.ts';
import { SmallDisk } from '../helpers/small-disk.ts';
import { callAt } from '../helpers/wcap-server.ts';

const DISK_MIB = 16;
const CALID = 'calmaster';

describe('a calendar server on a disk', function () {
  this.timeout(120_000);
  let disk: SmallDisk;
  let server: CalendarInstance;
  let id = '';
  let last = 0;

  beforeEach(async () => {
    disk = await SmallDisk.make(DISK_MIB);
    const settings = { 'caldb.berkeleydb.homedir.path': disk.point, 'local.server.ha.enabled': 'yes' };
    server = await CalendarInstance.make({ settings });
    await server.ok('start-cal');
    const { properties } = await call('login', { user: 'calmaster', password: 'drill' });
    id = properties['x-nscp-wcap-session-id'] ?? '';
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    await disk[Symbol.asyncDispose]();
  });

  const call = (command: string, parameters: Record<string, string>) =>
    callAt(Number(server.settings['service.http.port']), command, parameters);

  /** Error number of one more event; the uid is in `stored` if it was acknowledged. */
  async function store(stored: string[]): Promise<number> {
    const uid = `e${++last}`;
    const event = { uid, dtstart: '20261121T090000Z', dtend: '20261121T100000Z', summary: 's'.repeat(900) };
    const { errno } = await call('storeevents', { id, calid: CALID, ...event });
    if (errno === Errno.ok) stored.push(uid);
    return errno;
  }

  async function allThere(stored: string[]): Promise<void> {
    for (const uid of stored) {
      const { events } = await call('fetchevents_by_id', { id, calid: CALID, uid });
      expect(events, uid).to.have.length(1);
    }
  }

  it('that is full: error 14, reading goes on, and writing once there is room', async () => {
    const stored: string[] = [];
    expect(await store(stored)).to.equal(Errno.ok);
    fillDisk(disk.point);
    let errno: number = Errno.ok;
    while (errno === Errno.ok) errno = await store(stored);
    expect(errno).to.equal(Errno.storeFailed);
    const before = server.pid('csstored');
    await allThere(stored);
    makeRoom(disk.point);
    expect(await store(stored)).to.equal(Errno.ok);
    await allThere(stored);
    expect(server.pid('csstored')).to.equal(before);
  });

  it('that fails: error 14, and the server stops so that the cluster moves it; nothing acknowledged is lost', async () => {
    const stored: string[] = [];
    for (let write = 0; write < 20; write++) await store(stored);
    expect(stored).to.have.length(20);
    await disk.shutDown();
    expect(await store([])).to.equal(Errno.storeFailed);
    await server.until('the server stops', () => server.names().length === 0);
    expect(server.log('csstored')).to.include('the store failed: disk I/O error');
    await disk.unmount();
    await disk.mount();
    await server.ok('start-cal');
    const { properties } = await call('login', { user: 'calmaster', password: 'drill' });
    id = properties['x-nscp-wcap-session-id'] ?? '';
    await allThere(stored);
  });
});
