/** What containers are told, from a topology. */
import { expect } from 'chai';
import { NETWORKS, type Networks, Plan } from '../harness/containers/plan.ts';
import { DIRECTORY_CONTENT } from '../harness/directory.ts';
import { nPlusOne, symmetric, topologies } from '../harness/topology.ts';
import type { Topology } from '../harness/topology-model.ts';
import type { Content } from '../images/array/disks.ts';
import type { DirectoryConfig } from '../images/directory/config.ts';
import type { MirrorConfig } from '../images/mirror/config.ts';
import type { NodeConfig } from '../images/node/config.ts';
import { parseConf } from '../images/node/ics/conf.ts';
import { placeOf } from '../images/node/ics/directory/ldap-place.ts';
import { settingsOf } from '../images/node/ics/settings.ts';

const networks = Object.fromEntries(
  NETWORKS.map((name, index) => [
    name,
    { id: name, name, address: (last: number) => `198.18.${index}.${last}` },
  ]),
) as Networks;

function planOf(topology: Topology) {
  const plan = new Plan({
    ...{ run: 'r', prefix: 'ha-r', topology, networks, heartbeat: { quantumMs: 1, timeoutMs: 2 } },
    ...{ sabotage: null, mirrorSabotage: null, stackedPorts: false },
  });
  const told = <T>(planned: { env: Record<string, string> }, name: string) =>
    JSON.parse(planned.env[name] ?? '') as T;
  return {
    plan,
    node: (name: string) => told<NodeConfig>(plan.node(name), 'HA_NODE'),
    mirror: (name: string) => told<MirrorConfig>(plan.mirror(name), 'HA_MIRROR'),
    array: (name: string) =>
      told<{ luns: object[]; initiators: Record<string, string> }>(plan.array(name), 'HA_ARRAY'),
  };
}

describe('plan', () => {
  it('asymmetric: no mirror, one quorum device of both nodes', () => {
    const [asymmetric = symmetric] = topologies;
    const { mirrorService, quorumDevices, deviceGroups } = planOf(asymmetric).node('Node2');
    expect(mirrorService).to.equal(null);
    expect(quorumDevices).to.deep.equal([{ array: 'penguin', lun: 'q1', nodes: ['Node1', 'Node2'] }]);
    expect(deviceGroups.map(({ name }) => name)).to.deep.equal(['penguin']);
  });

  it('symmetric: a mirror daemon in its node, a first half with content and a second one to be copied to', () => {
    const planned = planOf(symmetric);
    expect(planned.node('Node1').mirrorService).to.equal('127.0.0.1');
    const { volumes, mediators, arrays } = planned.mirror('Node1');
    expect(volumes.map(({ deviceGroup, name }) => `${deviceGroup}/${name}`)).to.deep.equal([
      ...['penguin/d400', 'penguin/d500', 'penguin/d600'],
      ...['polarbear/d300', 'polarbear/d200', 'polarbear/d700'],
    ]);
    expect(mediators).to.deep.equal({ Node2: '198.18.3.11' });
    expect(Object.keys(arrays)).to.deep.equal(['penguin', 'polarbear']);
    expect(planned.plan.mirror('Node1')).to.deep.include({ networks: [] });
    const { luns, initiators } = planned.array('polarbear');
    expect(initiators).to.deep.equal({ '198.18.3.10': 'Node1', '198.18.3.11': 'Node2' });
    expect(luns[0]).to.have.nested.property('mirror.replica.volume', 'polarbear/d300');
    expect(luns[0]).to.have.nested.property('content.files');
    expect(luns).to.deep.include({ name: 'd402', sizeMiB: 64, mirror: {} });
  });

  it('N+1: a node sees its own array alone, the spare sees all; all know every quorum device', () => {
    const planned = planOf(nPlusOne(3));
    expect(Object.keys(planned.node('Node2').arrays)).to.deep.equal(['penguin2']);
    expect(planned.node('Node2').luns.map(({ array }) => array)).to.deep.equal(['penguin2', 'penguin2']);
    expect(Object.keys(planned.node('Spare').arrays)).to.have.length(3);
    expect(planned.node('Node2').quorumDevices).to.have.length(3);
    expect(Object.values(planned.array('penguin2').initiators)).to.deep.equal(['Node2', 'Spare']);
  });

  it('the directory: an ordinary container on the public network that nodes know by name', () => {
    const { plan, node } = planOf(symmetric);
    const { networks: wires, host, env } = plan.directory();
    expect(wires).to.deep.equal([{ id: 'public', address: '198.18.0.5' }]);
    expect(host).to.not.have.any.keys('Privileged', 'CapAdd', 'SecurityOpt', 'DeviceCgroupRules');
    const config = JSON.parse(env['HA_DIRECTORY'] ?? '') as DirectoryConfig;
    expect(config).to.include({ address: '198.18.0.5', suffix: 'dc=example,dc=com', prepared: true });
    expect(plan.node('Node2').host.ExtraHosts).to.include('directory:198.18.0.5');
    const own = node('Node1')
      .interconnects.concat(node('Node2').interconnects)
      .map(({ self }) => self);
    expect(own.map((address) => address.split('.').at(-1))).to.not.include('5');
  });

  it('calendar volumes say where the directory is, and have no file of users', () => {
    const [lun] = planOf(symmetric).array('penguin').luns as { content: Content }[];
    const { 'config/ics.conf': conf = '', ...others } = lun?.content.files ?? {};
    expect(placeOf(settingsOf(parseConf(conf)))).to.deep.include({
      url: 'ldap://directory:389',
      base: 'dc=example,dc=com',
      account: { dn: DIRECTORY_CONTENT.service.dn, password: DIRECTORY_CONTENT.service.password },
    });
    expect(Object.keys(others)).to.not.include('config/users');
  });

  it('hosts without a calendar service have addresses behind those with one', () => {
    const { plan } = planOf({ ...symmetric, hosts: ['db'] });
    expect(plan.hostAddress('db')).to.equal('198.18.0.202');
    expect(plan.node('Node1').host.ExtraHosts).to.include('db:198.18.0.202');
  });
});
