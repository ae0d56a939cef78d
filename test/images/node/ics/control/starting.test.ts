import { expect } from 'chai';
import { startTogether } from '../../../../../images/node/ics/control/starting.ts';
import type { ProcessName } from '../../../../../images/node/ics/program.ts';

/** Processes that serve when they are told to. */
class Pretended {
  readonly log: string[] = [];
  readonly ends = new Map<ProcessName, PromiseWithResolvers<string>>();

  launch = (name: ProcessName) => {
    this.log.push(`launch ${name}`);
    const end = Promise.withResolvers<string>();
    end.promise.catch(() => undefined);
    this.ends.set(name, end);
    return { ready: end.promise, go: () => void this.log.push(`go ${name}`) };
  };

  async serves(name: ProcessName): Promise<void> {
    this.ends.get(name)?.resolve(name);
    await new Promise((resolve) => process.nextTick(resolve));
  }
}

describe('processes that start together', () => {
  it('are all launched at once, and begin when those that they need serve', async () => {
    const pretended = new Pretended();
    const done = startTogether(['cshttpd', 'csstored', 'enpd', 'watcher'], pretended.launch);
    await new Promise((resolve) => process.nextTick(resolve));
    const launched = ['watcher', 'enpd', 'csstored', 'cshttpd'].map((name) => `launch ${name}`);
    expect(pretended.log).to.deep.equal([...launched, 'go watcher']);
    await pretended.serves('watcher');
    expect(pretended.log.slice(5)).to.deep.equal(['go enpd', 'go csstored']);
    await pretended.serves('csstored');
    expect(pretended.log).to.have.length(7);
    await pretended.serves('enpd');
    expect(pretended.log.at(-1)).to.equal('go cshttpd');
    await pretended.serves('cshttpd');
    expect(await done).to.deep.equal(['watcher', 'enpd', 'csstored', 'cshttpd']);
  });

  it('do not wait for what is not started now', async () => {
    const pretended = new Pretended();
    const done = startTogether(['cshttpd'], pretended.launch);
    await pretended.serves('cshttpd');
    expect(await done).to.deep.equal(['cshttpd']);
  });

  it('fail with the first that fails, and none that needs it begins', async () => {
    const pretended = new Pretended();
    const done = startTogether(['csstored', 'cshttpd'], pretended.launch);
    pretended.ends.get('csstored')?.reject(new Error('csstored did not start'));
    const trouble = await done.catch((error: Error) => error.message);
    expect(trouble).to.equal('csstored did not start');
    expect(pretended.log).to.not.include('go cshttpd');
  });
});
