import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { until } from '../../../../../harness/clock.ts';
import { Registration } from '../../../../../images/node/ics/watcher/registration.ts';
import { watch } from '../../../../../images/node/ics/watcher/watching.ts';

describe('registering with the watcher', () => {
  let folder: string;
  let told: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'registering-'));
    told = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const path = () => join(folder, 'watcher.sock');
  const watcher = () =>
    watch(path(), {
      onLost: ({ name }) => void told.push(`lost ${name}`),
      onRegistered: ({ name }) => void told.push(`registered ${name}`),
    });
  const holds = (what: string, probe: () => boolean) =>
    until(what, 10_000, () => (probe() ? true : undefined), { missing: () => told.join() });

  /** Another process has come and gone: all that was sent before has been heard. */
  async function allHeard(): Promise<void> {
    const other = new Registration(path(), 'csadmind');
    await other.open();
    other.bye();
    await holds('the other', () => told.includes('registered csadmind'));
  }

  it('a goodbye at any moment is no loss', async () => {
    await using stack = new AsyncDisposableStack();
    const { stop } = await watcher();
    stack.defer(stop);
    for (const turns of [0, 1, 2, 3, 5, 8, 13, 100]) {
      const one = new Registration(path(), 'enpd');
      const opened = one.open();
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      one.bye();
      await opened;
    }
    await allHeard();
    expect(told.filter((text) => text.startsWith('lost'))).to.deep.equal([]);
  });

  it('a second process of a name is refused, and the first is not lost by that', async () => {
    await using stack = new AsyncDisposableStack();
    const { stop } = await watcher();
    stack.defer(stop);
    const [first, second] = [new Registration(path(), 'enpd'), new Registration(path(), 'enpd')];
    await first.open();
    const trouble = await second.open().catch((error: Error) => error.message);
    expect(trouble).to.match(/the watcher refuses this process: enpd runs already, as process \d+/);
    second.bye();
    await allHeard();
    expect(told).to.not.include('lost enpd');
    first.bye();
  });

  it('without a watcher is done at once, and made up for when there is one', async () => {
    const one = new Registration(path(), 'enpd');
    await one.open();
    const { stop } = await watcher();
    await holds('the registration', () => told.includes('registered enpd'));
    one.bye();
    await stop();
  });
});
