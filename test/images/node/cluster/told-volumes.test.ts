import { expect } from 'chai';
import type { Input } from '../../../../images/node/cluster/core/types.ts';
import { telling } from '../../../../images/node/cluster/told-volumes.ts';
import { noVolumes, troubleOf } from '../../../helpers/methods.ts';

describe('the shell', () => {
  const told = (deviceGroup: string, mastered: boolean): Input => ({
    ...{ kind: 'mastered', deviceGroup, mastered, message: '' },
  });

  it('tells the core of each device group that is mastered or released, whoever did it', async () => {
    const inputs: Input[] = [];
    const volumes = telling(noVolumes, (input) => inputs.push(input));
    await volumes.master('penguin');
    await volumes.release('penguin');
    expect(inputs).to.deep.equal([told('penguin', true), told('penguin', false)]);
  });

  it('tells nothing of one that could not be mastered', async () => {
    const inputs: Input[] = [];
    const master = () => Promise.reject(new Error('Node2 masters it'));
    const volumes = telling({ ...noVolumes, master }, (input) => inputs.push(input));
    expect(await troubleOf(volumes.master('penguin'))).to.equal('Node2 masters it');
    expect(inputs).to.deep.equal([]);
  });

  it('masters nothing that is in maintenance', async () => {
    const inputs: Input[] = [];
    const volumes = telling(
      noVolumes,
      (input) => inputs.push(input),
      (group) => group === 'penguin',
    );
    expect(await troubleOf(volumes.master('penguin'))).to.match(/penguin is in maintenance; scswitch -z -D/);
    expect(inputs).to.deep.equal([]);
    await volumes.master('polarbear');
    expect(inputs).to.deep.equal([told('polarbear', true)]);
  });
});
