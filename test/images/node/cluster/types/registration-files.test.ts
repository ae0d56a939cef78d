/** The registration files that this project brings: in order, and as SEMANTICS has their times and defaults. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { LOGICAL_HOSTNAME } from '../../../../../images/node/cluster/core/logical-hostname.ts';
import type { ResourceType } from '../../../../../images/node/cluster/core/types.ts';
import { parseRegistration } from '../../../../../images/node/cluster/registration.ts';
import { pluginOf } from '../../../../../images/node/cluster/types/index.ts';

const folder = resolve(import.meta.dirname, '../../../../../images/node/cluster/types/registration');
const read = (name: string): ResourceType => parseRegistration(readFileSync(join(folder, name), 'utf8'));
const defaultOf = (type: ResourceType, name: string) =>
  type.properties.find((property) => property.name === name)?.default;

describe('registration files', () => {
  for (const name of readdirSync(folder)) {
    it(`${name} is that of its type, and every method of it is there`, () => {
      const type = read(name);
      expect(type.name).to.equal(name);
      const methods = Object.keys(pluginOf(name)?.methods ?? {});
      expect(methods).to.have.members(Object.keys(type.methods));
      for (const property of type.properties.filter(({ extension }) => extension))
        expect(property.description, property.name).to.not.equal('');
    });
  }

  for (const [name, kind, times] of [
    ['SUNW.LogicalHostname', 'address', { Prenet_start: 300, Start: 500, Stop: 300 }],
    ['SUNW.HAStoragePlus', 'storage', { Prenet_start: 1800, Start: 90, Stop: 1800, Postnet_stop: 1800 }],
    ['SUNW.scics', 'application', { Start: 300, Stop: 300 }],
    ['SUNW.gds', 'application', { Start: 300, Stop: 300 }],
  ] as const) {
    it(`${name}: kind ${kind}, with the product's timeouts`, () => {
      const type = read(name);
      expect(type.kind).to.equal(kind);
      for (const [method, seconds] of Object.entries(times))
        expect(defaultOf(type, `${method}_timeout`), method).to.equal(String(seconds));
      expect(defaultOf(type, 'Retry_count')).to.equal('2');
      expect(defaultOf(type, 'Retry_interval')).to.equal('600');
      expect(defaultOf(type, 'Failover_mode')).to.equal('SOFT');
    });
  }

  it('what an operator must give has no default', () => {
    expect(defaultOf(read('SUNW.gds'), 'Start_command')).to.equal(null);
    expect(defaultOf(read('SUNW.scics'), 'ICS_serverroot')).to.equal(null);
    expect(defaultOf(read('SUNW.LogicalHostname'), 'HostnameList')).to.equal(null);
  });

  it('of SUNW.LogicalHostname says what the core knows of it before it is registered', () => {
    expect(read('SUNW.LogicalHostname')).to.deep.equal(LOGICAL_HOSTNAME);
  });
});
