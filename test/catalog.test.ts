/** What a command line selects. */
import { expect } from 'chai';
import { type CatalogDrill, loadCatalog, select } from '../harness/catalog.ts';
import { UsageError } from '../harness/errors.ts';

describe('a selection', () => {
  let catalog: CatalogDrill[];
  before(async () => {
    catalog = await loadCatalog();
  });
  const selected = (asked: { names?: string[]; all?: boolean; model?: string }) =>
    select(catalog, { names: [], all: false, ...asked }).map(({ drill, model }) => [
      drill.options.name,
      model,
    ]);

  it('has each drill on the models that it names', () => {
    const all = selected({ all: true });
    expect(all).to.deep.include(['multiple-failures', '3+1']);
    expect(all.map(([, model]) => model)).not.to.include('5+1');
  });

  it('has what is for one N+1 on any that is asked for', () => {
    expect(selected({ names: ['multiple-failures'], model: '5+1' })).to.deep.equal([
      ['multiple-failures', '5+1'],
    ]);
    expect(selected({ all: true, model: '8+1' })).to.deep.include(['node-kill', '8+1']);
  });

  it('is refused for a model that the drill is not for', () => {
    expect(() => selected({ names: ['rolling-upgrade'], model: '5+1' })).to.throw(UsageError, /model 5\+1/);
  });
});
