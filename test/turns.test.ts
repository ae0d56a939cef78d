import { expect } from 'chai';
import { MachineTurns } from '../harness/turns.ts';

/** Work that says when it begins, and ends when told to. */
function works(turns: MachineTurns) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (name: string, isAlone: boolean) =>
    turns.take(isAlone, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  return { begun, take, end: (name: string) => ends.get(name)?.() };
}

const settled = () =>
  new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => resolve(undefined))));

describe('turns on the machine', () => {
  it('who shares it begins at once; who wants it alone waits for them, and others wait for that one', async () => {
    const { begun, take, end } = works(new MachineTurns());
    const all = [take('a', false), take('b', false), take('alone', true), take('c', false)];
    await settled();
    expect(begun).to.deep.equal(['a', 'b']);
    end('a');
    await all[0];
    expect(begun).to.deep.equal(['a', 'b']);
    end('b');
    await all[1];
    await settled();
    expect(begun).to.deep.equal(['a', 'b', 'alone']);
    end('alone');
    await all[2];
    await settled();
    expect(begun).to.deep.equal(['a', 'b', 'alone', 'c']);
    end('c');
    await Promise.all(all);
  });

  it('who fails gives its turn back', async () => {
    const turns = new MachineTurns();
    const failed = await turns
      .take(true, () => Promise.reject(new Error('it broke')))
      .catch(({ message }) => message);
    expect(failed).to.equal('it broke');
    expect(await turns.take(true, async () => 'done')).to.equal('done');
  });
});
