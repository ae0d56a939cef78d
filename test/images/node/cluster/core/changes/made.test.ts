import { expect } from 'chai';
import { applyChange } from '../../../../../../images/node/cluster/core/changes.ts';
import { LOGICAL_HOSTNAME } from '../../../../../../images/node/cluster/core/logical-hostname.ts';
import type { Change } from '../../../../../../images/node/cluster/core/types.ts';
import { resource, TYPES } from '../../../../../helpers/core-repository.ts';
import {
  add,
  allDisabled,
  edited,
  failed,
  having,
  scalable,
  standard,
  state,
  unmanaged,
} from '../../../../../helpers/core-state.ts';

function done(change: Change, before = state) {
  const applied = applyChange(before, change);
  if ('refused' in applied) throw new Error(applied.refused);
  return applied;
}

describe('a change of the configuration', () => {
  it('leaves what it was given alone when it is made, too', () => {
    const was = structuredClone([state.repository, state.placement]);
    done({ do: 'bring-online', groups: [] });
    done({ do: 'evacuate', node: 'n1' });
    expect([state.repository, state.placement]).to.deep.equal(was);
  });

  it('has a version and a serial of its view, higher than those before, if there is something new', () => {
    const { repository, placement } = done({ do: 'set-monitored', resources: ['g1-cal'], monitored: false });
    expect(repository.version).to.equal(state.repository.version + 1);
    expect(placement.serial).to.equal(state.placement.serial + 1);
    const same = done({ do: 'set-monitored', resources: ['g1-cal'], monitored: true });
    expect(same.repository).to.equal(state.repository);
    expect(done({ do: 'switch', groups: ['g1'], node: 'n2' }).repository).to.equal(state.repository);
  });

  it('registers a type, and forgets it again once nobody uses it', () => {
    const type = { ...(TYPES[2] as (typeof TYPES)[2]), name: 'SUNW.gds:6' };
    const { repository } = done({ do: 'register-type', type });
    expect(repository.types.at(-1)?.name).to.equal('SUNW.gds');
    const without = done({ do: 'unregister-type', type: 'SUNW.gds' }, { ...state, repository });
    expect(without.repository.types).to.deep.equal(state.repository.types);
  });

  it('takes SUNW.LogicalHostname as registered, and registers it all the same', () => {
    const bare = having(() => ({ types: [], resources: [] }));
    const given = { standard: {}, extension: { hostnamelist: 'cal,mail' } };
    const { repository, validate } = done(add({ type: 'SUNW.LogicalHostname', given }), bare);
    expect(repository.resources).to.deep.equal([
      resource('r', 'SUNW.LogicalHostname', 'g1', { properties: { HostnameList: 'cal,mail' } }),
    ]);
    expect(validate).to.deep.equal(repository.resources);
    const again = done({ do: 'register-type', type: LOGICAL_HOSTNAME });
    expect(again.repository.types.filter(({ name }) => name === LOGICAL_HOSTNAME.name)).to.deep.equal([
      LOGICAL_HOSTNAME,
    ]);
  });

  it('creates any other resource disabled, of the type without its version suffix', () => {
    const { repository } = done(add({ type: 'SUNW.HAStoragePlus:4' }));
    expect(repository.resources.at(-1)).to.deep.equal(
      resource('r', 'SUNW.HAStoragePlus', 'g1', { enabled: false }),
    );
  });

  it('stores a property in its declared spelling, and has VALIDATE see it', () => {
    const given = standard({ r_DESCRIPTION: 'calendar', resource_dependencies: 'g1-disk, g1-host' });
    const { repository, validate } = done({ do: 'change-resource', resource: 'g1-cal', given });
    const properties = { R_description: 'calendar', Resource_dependencies: 'g1-disk,g1-host' };
    expect(repository.resources.find(({ name }) => name === 'g1-cal')?.properties).to.deep.equal(properties);
    expect(validate.map((one) => one.properties)).to.deep.equal([properties]);
  });

  it('creates a group for all nodes if none is named, unmanaged', () => {
    const { repository } = done({
      do: 'add-group',
      group: 'g3',
      nodelist: null,
      properties: { failback: 'TRUE' },
    });
    expect(repository.groups.at(-1)).to.deep.equal({
      name: 'g3',
      nodelist: ['n1', 'n2', 'n3'],
      managed: false,
      properties: { Failback: 'true' },
    });
  });

  it('creates a scalable group, and says that it runs on one node', () => {
    const properties = { Maximum_primaries: '2', Desired_primaries: '2' };
    const { repository, warnings } = done({ do: 'add-group', group: 'g3', nodelist: null, properties });
    expect(repository.groups.at(-1)?.properties).to.deep.equal({ ...properties, RG_mode: 'Scalable' });
    expect(warnings).to.deep.equal(['g3 runs on one node at a time, whatever Desired_primaries says']);
    expect(done(add({ type: 'SUNW.many', group: 'wide' }), scalable).validate).to.have.length(1);
  });

  it('changes a Nodelist, and has resources validated for a node that comes into it', () => {
    const order = done({ do: 'change-group', group: 'g1', nodelist: ['n2', 'n1'], properties: {} });
    expect(order.repository.groups[0]?.nodelist).to.deep.equal(['n2', 'n1']);
    expect(order.validate).to.deep.equal([]);
    const wider = done(
      { do: 'change-group', group: 'g1', nodelist: null, properties: {} },
      { ...state, repository: order.repository },
    );
    expect(wider.repository).to.equal(order.repository);
    const more = { do: 'change-group', group: 'g1', nodelist: ['n1', 'n2', 'n3'], properties: {} } as const;
    const { validate } = done(
      { ...more, nodelist: [...more.nodelist] },
      { ...state, repository: order.repository },
    );
    expect(validate.map(({ name }) => name)).to.deep.equal(['g1-host', 'g1-disk', 'g1-cal']);
  });

  it('removes a resource that is disabled and offline, and a group that is empty with its target', () => {
    const off = { ...allDisabled, local: {}, peers: {} };
    const { repository } = done({ do: 'remove-resource', resource: 'g1-cal' }, off);
    expect(repository.resources.map(({ name }) => name)).not.to.include('g1-cal');
    const empty = { ...off, repository: { ...repository, resources: [] } };
    const removed = done({ do: 'remove-group', group: 'g1' }, empty);
    expect(removed.repository.groups.map(({ name }) => name)).to.deep.equal(['g2']);
    expect(Object.keys(removed.placement.targets)).to.deep.equal(['g2']);
  });

  it('disables and enables several at once, in whatever order they are named', () => {
    for (const resources of [
      ['g1-disk', 'g1-cal'],
      ['g1-cal', 'g1-disk'],
    ]) {
      const off = done({ do: 'set-enabled', resources, enabled: false });
      const left = off.repository.resources.filter((one) => one.enabled && one.group === 'g1');
      expect(left.map(({ name }) => name)).to.deep.equal(['g1-host']);
      const on = done(
        { do: 'set-enabled', resources, enabled: true },
        { ...state, repository: off.repository },
      );
      expect(on.repository.resources).to.deep.equal(state.repository.resources);
    }
  });

  it('may disable an address under a server if Implicit_network_dependencies is false', () => {
    const loose = having(({ groups }) => ({
      groups: groups.map((group) => ({ ...group, properties: { Implicit_network_dependencies: 'false' } })),
    }));
    expect(done({ do: 'set-enabled', resources: ['g1-host'], enabled: false }, loose).warnings).to.deep.equal(
      [],
    );
  });

  it('manages what is unmanaged, and finds nothing to do where it is managed', () => {
    const managed = done({ do: 'set-managed', groups: ['g1'], managed: true }, unmanaged);
    expect(managed.repository.groups.map((group) => group.managed)).to.deep.equal([true, false]);
    expect(managed.placement.targets['g1']?.node).to.equal(null);
    const nothing = done({ do: 'set-managed', groups: ['g1'], managed: true });
    expect(nothing.repository).to.equal(state.repository);
    expect(nothing.placement.targets).to.deep.equal(state.placement.targets);
    const off = done({ do: 'set-managed', groups: ['g1'], managed: false }, allDisabled);
    expect(off.placement.targets['g1']).to.equal(undefined);
  });

  it('brings all groups online when none is named: managed, enabled, monitored, each where it is or on its first member', () => {
    const before = { ...unmanaged, placement: { ...state.placement, targets: {} } };
    const quiet = {
      ...before,
      repository: {
        ...before.repository,
        ...edited('g1-cal', { enabled: false, monitored: false })(before.repository),
      },
    };
    const { repository, placement } = done({ do: 'bring-online', groups: [] }, quiet);
    expect(repository.groups.every(({ managed }) => managed)).to.equal(true);
    expect(repository.resources.every(({ enabled, monitored }) => enabled && monitored)).to.equal(true);
    const nodes = () => Object.values(placement.targets).map(({ node }) => node);
    expect(nodes()).to.deep.equal(['n1', 'n2']);
    const stays = done(
      { do: 'bring-online', groups: ['g1'] },
      { ...state, placement: done({ do: 'switch', groups: ['g1'], node: 'n2' }).placement },
    );
    expect(stays.placement.targets['g1']?.node).to.equal('n2');
  });

  it('orders: each with the serial of its placement, of the operator', () => {
    const { placement } = done({ do: 'restart', groups: ['g1'], nodes: ['n1'] });
    const { serial } = placement;
    expect(placement.targets['g1']).to.deep.equal({
      node: 'n1',
      serial,
      restart: true,
      quiesced: false,
      ordered: serial,
    });
    const next = done({ do: 'switch', groups: ['g1'], node: null }, { ...state, placement });
    expect(next.placement.targets['g1']).to.include({ node: null, restart: false, serial: serial + 1 });
    const quiet = done({ do: 'quiesce', groups: [] });
    expect(Object.values(quiet.placement.targets).map(({ quiesced }) => quiesced)).to.deep.equal([
      true,
      true,
    ]);
    const cleared = done({ do: 'clear-stop-failed', resources: ['g1-cal'], nodes: ['n1'] }, failed('g1-cal'));
    expect(cleared.placement.cleared).to.deep.equal({ 'g1-cal@n1': serial });
  });

  it('moves a device group, takes it out of use, and refuses to do that twice', () => {
    const moved = done({ do: 'switch-device-group', deviceGroups: ['penguin'], node: 'n2' });
    const { serial } = moved.placement;
    expect(moved.placement.devices).to.deep.equal({ penguin: { node: 'n2', maintenance: false, serial } });
    const out = done({ do: 'maintain-device-group', deviceGroups: ['penguin'] });
    const twice = applyChange(
      { ...state, placement: out.placement },
      { do: 'maintain-device-group', deviceGroups: ['penguin'] },
    );
    expect('refused' in twice && twice.refused).to.match(
      /^device group penguin is in maintenance already; scswitch -z -D penguin -h NODE/,
    );
  });
});
