import { expect } from 'chai';
import {
  declarationsOf,
  groupProperty,
  propertyOf,
  timeoutOf,
} from '../../../../../images/node/cluster/core/properties.ts';
import { checkedValue, withGiven } from '../../../../../images/node/cluster/core/property-values.ts';
import type { PropertyDeclaration, ResourceType } from '../../../../../images/node/cluster/core/types.ts';
import { property, repositoryFor, resource } from '../../../../helpers/core-repository.ts';

const type: ResourceType = {
  name: 'SUNW.own',
  version: '1',
  description: '',
  kind: 'application',
  baseDirectory: '',
  methods: {},
  failover: false,
  properties: [
    property('Retry_count', '5', { extension: false, type: 'int', min: 1, max: 9 }),
    property('Start_timeout', '300', { extension: false, type: 'int', min: 1 }),
    property('Root', null, { tunable: 'AT_CREATION' }),
    property('Level', '3', { type: 'int', tunable: 'WHEN_DISABLED' }),
    property('Fixed', 'x', { tunable: 'NONE' }),
  ],
};
const repository = { ...repositoryFor(2), types: [type] };
const one = resource('r', 'SUNW.own', 'g1', { properties: { Level: '7' } });
const creating = { creating: true, enabled: false };

const give = (
  standard: Record<string, string>,
  extension: Record<string, string> = {},
  moment = creating,
  before: Record<string, string> = moment.creating ? {} : { Root: '/r' },
) => withGiven(type, 'r', before, { standard, extension }, moment);

describe('properties', () => {
  it('have what was set, else the type’s default, else the standard one', () => {
    const value = (name: string) => propertyOf(repository, one, name);
    expect([value('Level'), value('Retry_count'), value('Retry_interval')]).to.deep.equal(['7', '5', '600']);
    expect([value('Failover_mode'), value('Thorough_probe_interval')]).to.deep.equal(['NONE', '120']);
    expect([value('Resource_dependencies'), value('Root'), value('unheard-of')]).to.deep.equal(['', '', '']);
  });

  it('have names without regard to case', () => {
    expect(propertyOf(repository, one, 'LEVEL')).to.equal('7');
    expect(give({ retry_COUNT: '4' }, { ROOT: '/x' })).to.deep.equal({ Retry_count: '4', Root: '/x' });
  });

  it('give a method an hour, or what the type says', () => {
    expect(timeoutOf(repository, one, 'START')).to.equal(300_000);
    expect(timeoutOf(repository, one, 'POSTNET_STOP')).to.equal(3_600_000);
  });

  it('of a group have the defaults of the manual', () => {
    const group = { name: 'g', nodelist: [], managed: true, properties: { Failback: 'true' } };
    const names = [
      'Auto_start_on_new_cluster',
      'desired_primaries',
      'Maximum_primaries',
      'Failback',
      'Implicit_network_dependencies',
      'Pingpong_interval',
      'RG_description',
    ];
    const values = names.map((name) => groupProperty(group, name));
    expect(values).to.deep.equal(['true', '1', '1', 'true', 'true', '3600', '']);
  });

  it('are listed once each, the type’s in place of the standard ones', () => {
    const names = declarationsOf(type).map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect(names).to.include.members(['R_description', 'Port_list', 'Level', 'Validate_timeout']);
  });

  const refused: [what: string, () => unknown, RegExp][] = [
    ['no number', () => give({ Retry_count: 'many' }), /^Retry_count=many: Retry_count is a whole number$/],
    ['too small', () => give({ Retry_count: '0' }), /^Retry_count=0: Retry_count is at least 1$/],
    ['too great', () => give({ Retry_count: '10' }), /^Retry_count=10: Retry_count is at most 9$/],
    [
      'no word of it',
      () => give({ Failover_mode: 'LOUD' }),
      /^Failover_mode=LOUD: Failover_mode is one of NONE, SOFT, HARD$/,
    ],
    ['an empty element', () => give({ Resource_dependencies: 'a,,b' }), /an element of the list is empty/],
    [
      'unknown',
      () => give({ Colour: 'red' }),
      /^SUNW.own has no standard property Colour; it has R_description, /,
    ],
    [
      'unknown',
      () => give({}, { Colour: 'red' }),
      /^SUNW.own has no extension property Colour; it has Root, Level, Fixed$/,
    ],
    [
      '-y for an extension property',
      () => give({ Level: '2' }),
      /^Level is an extension property of SUNW.own: -x Level=2$/,
    ],
    [
      '-x for a standard one',
      () => give({}, { Retry_interval: '2' }),
      /^Retry_interval is a standard property, not an extension property of SUNW.own: -y Retry_interval=2$/,
    ],
    ['missing', () => give({}), /^Root has no default in SUNW.own; give -x Root=VALUE$/],
    [
      'not tunable',
      () => give({}, { Root: '/r', Fixed: 'y' }),
      /^Fixed of r cannot be set: it is not tunable$/,
    ],
    [
      'set at creation only',
      () => give({}, { Root: '/r' }, { creating: false, enabled: false }),
      /^Root of r is not tunable now: it can be set at creation only$/,
    ],
    [
      'set while disabled only',
      () => give({}, { Level: '1' }, { creating: false, enabled: true }),
      /^Level of r is not tunable now: disable r first \(scswitch -n -j r\)$/,
    ],
  ];
  for (const [what, set, message] of refused)
    it(`are refused: ${what}, ${message.source}`, () => expect(set).to.throw(message));

  it('may be set when they are tunable', () => {
    expect(give({}, { Level: '1' }, { creating: false, enabled: false })).to.include({ Level: '1' });
    expect(give({ Retry_count: '2' }, {}, { creating: false, enabled: true })).to.include({
      Retry_count: '2',
    });
  });

  it('are stored in one form', () => {
    const declared = (kind: PropertyDeclaration['type'], more = {}) =>
      property('p', '', { type: kind, ...more });
    expect(checkedValue(declared('boolean'), 'TRUE')).to.equal('true');
    expect(checkedValue(declared('int'), ' 007')).to.equal('7');
    expect(checkedValue(declared('enum', { values: ['SOFT'] }), 'soft')).to.equal('SOFT');
    expect(checkedValue(declared('stringarray'), 'a, b ,c')).to.equal('a,b,c');
    expect(checkedValue(declared('stringarray'), '')).to.equal('');
    expect(() => checkedValue(declared('boolean'), 'yes')).to.throw('p=yes: p is true or false');
    expect(() => checkedValue(declared('string', { min: 1 }), '')).to.throw('p=: p may not be empty');
    expect(() => checkedValue(declared('string', { max: 2 }), 'abc')).to.throw('at most 2 characters');
  });
});
