import { expect } from 'chai';
import { UsageError } from '../../harness/errors.ts';
import { benchOptions } from './options.ts';

const parse = (line: string) => benchOptions(line.split(' ').filter(Boolean), () => true);

describe('bench: command line', () => {
  it('has defaults', () => {
    expect(parse('pacemaker')).to.deep.include({
      bench: 'pacemaker',
      repeat: 10,
      ratePerSecond: 100,
      sides: ['ours', 'pacemaker'],
      seconds: 20,
      patienceSeconds: 60,
      out: undefined,
    });
  });

  it('takes what it is given', () => {
    const line =
      'growth --repeat 3 --sizes 2x1,17x16,16+1 --rate 50 --seed 7 --sides pacemaker --seconds 5 --patience 9 --out there';
    expect(parse(line)).to.deep.equal({
      bench: 'growth',
      repeat: 3,
      ratePerSecond: 50,
      sides: ['pacemaker'],
      sizes: [
        { nodes: 2, groups: 1 },
        { nodes: 17, groups: 16 },
        { nodes: 17, groups: 16, spare: true },
      ],
      seconds: 5,
      patienceSeconds: 9,
      seed: 7,
      out: 'there',
    });
  });

  it('prints help and does nothing', () => {
    const said: string[] = [];
    expect(benchOptions(['--help'], (text) => said.push(text) > 0)).to.equal(null);
    expect(said.join('')).to.include('--repeat <n>');
  });

  for (const [line, says] of [
    ['pacemake', /no benchmark "pacemake"; did you mean "pacemaker"/],
    ['', /missing required argument 'bench'/],
    ['pacemaker growth', /too many arguments/],
    ['pacemaker --repat 2', /unknown option '--repat' \(Did you mean --repeat\?\)/],
    ['pacemaker --repeat 0', /'0' is invalid. It must be an integer from 1 to 100/],
    ['pacemaker --repeat ten', /'ten' is invalid/],
    ['pacemaker --repeat', /argument missing/],
    ['growth --sizes 2', /"2" is not NODESxGROUPS or N\+1 with 2 to 32 nodes/],
    ['growth --sizes 4+2', /"4\+2" is not NODESxGROUPS/],
    ['growth --sizes 1x1', /"1x1" is not NODESxGROUPS/],
    ['growth --sizes 2x1,33x1', /"33x1" is not NODESxGROUPS/],
    ['pacemaker --rate 1e2', /'1e2' is invalid/],
    ['pacemaker --sides our', /no side "our"; did you mean "ours"/],
    ['pacemaker --sides ours,ours', /each side once/],
  ] as const) {
    it(`${line || 'nothing'}: refused, and says why`, () => {
      expect(() => parse(line))
        .to.throw(UsageError)
        .with.property('message')
        .that.matches(says);
    });
  }
});
