/** What scstat, scrgadm -p and metastat print, word for word. */
import { expect } from 'chai';
import { printConfiguration } from '../../../../../images/node/cluster/commands/configuration-print.ts';
import { metastat, parseMetastat } from '../../../../../images/node/cluster/commands/metastat.ts';
import { parseScrgadm } from '../../../../../images/node/cluster/commands/parse.ts';
import { type Beside, pictureOf } from '../../../../../images/node/cluster/commands/picture.ts';
import type { PrintForm } from '../../../../../images/node/cluster/commands/scrgadm.ts';
import { parseScstat, scstat } from '../../../../../images/node/cluster/commands/scstat.ts';
import type { State } from '../../../../../images/node/cluster/core/types.ts';
import type { MirrorStatus } from '../../../../../images/node/cluster/volumes.ts';
import { operatorState, repository } from '../../../../helpers/operator-state.ts';

const NOW_MS = 1000;
const RULE = '-'.repeat(66);

/** A text of the test: the first line and the indent of the last one are the test's own. */
const text = ([raw = '']: readonly string[]) => raw.replace(/^\n/, '').replace(/^ {4}/gm, '').trimEnd();

function shown(line: string, state: State = operatorState(), beside: Beside = {}): string {
  return scstat(pictureOf(state, NOW_MS, beside), parseScstat(line.split(' ').filter((word) => word !== '')));
}
/** Parts without the rules between them. */
const parts = (...given: Parameters<typeof shown>) =>
  shown(...given)
    .split(`${RULE}\n`)
    .slice(1)
    .map((part) => part.trim());

describe('scstat', () => {
  it('-g: groups and resources, a row per node with state and status message', () => {
    expect(parts('-g')).to.deep.equal([
      text`
    -- Resource Groups and Resources --

                  Group Name        Resources
                  ----------        ---------
      Resources:  CAL-RG            LOG-HOST-RS CAL-SVR-RS
      Resources:  new-rg            -


    -- Resource Groups --

              Group Name        Node Name  State
              ----------        ---------  -----
      Group:  CAL-RG            Node1      Online
      Group:  CAL-RG            Node2      Offline
      Group:  new-rg            Node2      Unmanaged


    -- Resources --

                 Resource Name     Node Name  State                 Status Message
                 -------------     ---------  -----                 --------------
      Resource:  LOG-HOST-RS       Node1      Online                Online - LogicalHostname online.
      Resource:  LOG-HOST-RS       Node2      Offline               Offline
      Resource:  CAL-SVR-RS        Node1      Online_not_monitored  Degraded - slow to answer
      Resource:  CAL-SVR-RS        Node2      Offline               Offline
    `,
    ]);
  });

  it('-n: nodes; -v says whom this one hears', () => {
    const table = text`
    -- Cluster Nodes --

                     Node name         Status
                     ---------         ------
      Cluster node:  Node1             Online
      Cluster node:  Node2             Online
    `;
    expect(parts('-n')).to.deep.equal([table]);
    expect(parts('-nv')).to.deep.equal([`${table}\n\n  Heard by Node1: Node1, Node2`]);
  });

  it('-q: votes by node and by device; a device that does not answer has none to give', () => {
    const silent = { silentQuorumDevices: ['array1/quorum'] };
    expect(parts('-q', operatorState(), silent)).to.deep.equal([
      text`
    -- Quorum Summary --

      Quorum votes possible:      3
      Quorum votes needed:        2
      Quorum votes present:       2


    -- Quorum Votes by Node --

                   Node Name         Present  Possible  Status
                   ---------         -------  --------  ------
      Node votes:  Node1             1        1         Online
      Node votes:  Node2             1        1         Online


    -- Quorum Votes by Device --

                     Device Name       Present  Possible  Status
                     -----------       -------  --------  ------
      Device votes:  array1/quorum     0        1         Offline
    `,
    ]);
    expect(shown('-q'))
      .to.match(/votes present: +3\n/)
      .and.to.match(/array1\/quorum +1 +1 +Online/);
  });

  it('-D: who serves each device group, and how it is', () => {
    const state = operatorState();
    expect(parts('-D', state)).to.deep.equal([
      text`
    -- Device Group Servers --

                             Device Group      Primary  Secondary
                             ------------      -------  ---------
      Device group servers:  penguin           Node1    Node2
      Device group servers:  polarbear         Node2    Node1
      Device group servers:  seal              -        Node2


    -- Device Group Status --

                            Device Group      Status
                            ------------      ------
      Device group status:  penguin           Online
      Device group status:  polarbear         Online
      Device group status:  seal              Offline
    `,
    ]);
    const devices = { penguin: { node: null, maintenance: true, serial: 2 } };
    expect(shown('-D', { ...state, placement: { ...state.placement, devices } }))
      .to.match(/servers: +penguin +- +-\n/)
      .and.to.match(/status: +penguin +Maintenance\n/);
  });

  it('-W: each path to each peer, as this node hears it', () => {
    const paths = [
      { peer: 'Node2', interconnect: 'a', online: true },
      { peer: 'Node2', interconnect: 'b', online: false },
    ];
    expect(parts('-W', operatorState(), { paths })).to.deep.equal([
      text`
    -- Cluster Transport Paths --

                       Endpoint          Endpoint  Status
                       --------          --------  ------
      Transport path:  Node1:a           Node2:a   Path online
      Transport path:  Node1:b           Node2:b   faulted
    `,
    ]);
    expect(shown('-W'), 'without word of single ones').to.match(/Node1:any +Node2:any +Path online/);
  });

  it('without options, and with -p: all of them, a rule before each', () => {
    const headings = shown('').match(/^-- .* --$/gm);
    expect(headings).to.deep.equal([
      '-- Cluster Nodes --',
      '-- Cluster Transport Paths --',
      '-- Quorum Summary --',
      '-- Quorum Votes by Node --',
      '-- Quorum Votes by Device --',
      '-- Device Group Servers --',
      '-- Device Group Status --',
      '-- Resource Groups and Resources --',
      '-- Resource Groups --',
      '-- Resources --',
    ]);
    expect(shown('-p')).to.equal(shown(''));
    expect(shown('-gn').split(RULE)).to.have.length(3);
  });

  it('-h: only rows about a node', () => {
    const rows = shown('-h Node2')
      .split('\n')
      .filter((line) => /Node1(?!:)/.test(line));
    expect(rows.map((row) => row.trim().split(/\s+/).slice(-3).join(' '))).to.deep.equal([
      'penguin Node1 Node2',
      'polarbear Node2 Node1',
    ]);
    expect(() => shown('-h Node9')).to.throw('-h Node9: there is no such node; nodes are Node1, Node2');
  });

  it('hears a peer until the heartbeat timeout is over', () => {
    const state = operatorState();
    const at = (nowMs: number) => scstat(pictureOf(state, nowMs), parseScstat(['-nv']));
    expect(at(1900)).to.match(/Heard by Node1: Node1, Node2\n/);
    expect(at(1901)).to.match(/Heard by Node1: Node1\n/);
  });

  it('shows a member that is gone as offline, with all its groups, resources, votes and device groups', () => {
    const state = operatorState();
    const alone = { ...state, view: { generation: 4, members: ['Node1'] } };
    expect(shown('', alone))
      .to.match(/Cluster node: +Node2 +Offline/)
      .and.to.match(/Node votes: +Node2 +0 +1 +Offline/)
      .and.to.match(/Group: +CAL-RG +Node2 +Offline/)
      .and.to.match(/Resource: +LOG-HOST-RS +Node2 +Offline +Offline\n/)
      .and.to.match(/servers: +penguin +Node1 +-\n/)
      .and.to.match(/status: +penguin +Degraded\n/)
      .and.to.match(/servers: +polarbear +- +Node1\n/);
  });

  it('takes the status from the state when a member tells no more than that', () => {
    const state = operatorState();
    const [peer] = Object.values(state.peers);
    if (peer === undefined) throw new Error('a state without a peer');
    const resources = {
      'LOG-HOST-RS': { state: 'Stop_failed', message: 'still there' },
      'CAL-SVR-RS': { state: 'Starting', message: '' },
    };
    const heartbeat = { ...peer.heartbeat, resources } as unknown as typeof peer.heartbeat;
    expect(shown('-g', { ...state, peers: { Node2: { ...peer, heartbeat } } }))
      .to.match(/LOG-HOST-RS +Node2 +Stop_failed +Faulted - still there\n/)
      .and.to.match(/CAL-SVR-RS +Node2 +Starting +Unknown\n/);
  });

  it('on a node that is in no cluster says why, and what it knows', () => {
    const state = { ...operatorState(), view: null, waitsFor: '' };
    expect(shown('-n', state)).to.include(
      '** Node1 is in no cluster yet and waits for quorum, 2 of 3 votes: it hears Node2 **',
    );
    const said = { ...state, waitsFor: 'array1/quorum does not answer' };
    expect(shown('-n', said)).to.include('it hears Node2; last attempt: array1/quorum does not answer **');
    expect(shown('-n', { ...state, peers: {} }))
      .to.include('2 of 3 votes: it hears no other node, not Node2 **')
      .and.to.match(/Node1 +Offline/);
  });

  for (const [line, message] of [
    ['-x', 'there is no option -x; there are -n -W -q -D -g -p -v -h (-? shows the forms)'],
    ['-i', 'there are no IPMP groups in this cluster: -i has nothing to show'],
    ['-g CAL-RG', '"CAL-RG" belongs to no option'],
    ['-h', '-h needs NODE, and nothing follows it'],
  ] as const) {
    it(`refuses ${line}`, () => expect(() => shown(line)).to.throw(message));
  }
});

describe('scrgadm -p', () => {
  const printed = (line: string, from = repository) =>
    printConfiguration(from, parseScrgadm(line.split(' ')) as PrintForm).trimEnd();

  it('names types, groups and resources', () => {
    expect(printed('-p')).to.equal(text`
    Res Type name:               SUNW.scics
      Res Type description:      Calendar Server
      Res Type version:          1.0

    Res Group name:              CAL-RG
      Res Group RG_description:  <NULL>
      Res Group Nodelist:        Node1 Node2

      Res name:                  LOG-HOST-RS
        Res R_description:       the address
        Res resource type:       SUNW.LogicalHostname
        Res resource group name: CAL-RG

      Res name:                  CAL-SVR-RS
        Res R_description:
        Res resource type:       SUNW.scics
        Res resource group name: CAL-RG

    Res Group name:              new-rg
      Res Group RG_description:  <NULL>
      Res Group Nodelist:        Node2
    `);
  });

  it('-v: also what was set, each line with what it is about', () => {
    expect(printed('-pv -g CAL-RG')).to.equal(text`
    Res Group name:                                                CAL-RG
      (CAL-RG) Res Group RG_description:                           <NULL>
      (CAL-RG) Res Group mode:                                     Failover
      (CAL-RG) Res Group management state:                         Managed
      (CAL-RG) Res Group Nodelist:                                 Node1 Node2
      (CAL-RG) Res Group Auto_start_on_new_cluster:                true
      (CAL-RG) Res Group Desired_primaries:                        1
      (CAL-RG) Res Group Maximum_primaries:                        1
      (CAL-RG) Res Group Failback:                                 true
      (CAL-RG) Res Group Implicit_network_dependencies:            true
      (CAL-RG) Res Group Pingpong_interval:                        3600

      (CAL-RG) Res name:                                           LOG-HOST-RS
        (CAL-RG:LOG-HOST-RS) Res R_description:                    the address
        (CAL-RG:LOG-HOST-RS) Res resource type:                    SUNW.LogicalHostname
        (CAL-RG:LOG-HOST-RS) Res resource group name:              CAL-RG
        (CAL-RG:LOG-HOST-RS) Res type version:                     2
        (CAL-RG:LOG-HOST-RS) Res enabled:                          True
        (CAL-RG:LOG-HOST-RS) Res monitor enabled:                  True

          (CAL-RG:LOG-HOST-RS) Res property name:                  HostnameList
            (CAL-RG:LOG-HOST-RS:HostnameList) Res property value:  LOG-HOST-RS

      (CAL-RG) Res name:                                           CAL-SVR-RS
        (CAL-RG:CAL-SVR-RS) Res R_description:
        (CAL-RG:CAL-SVR-RS) Res resource type:                     SUNW.scics
        (CAL-RG:CAL-SVR-RS) Res resource group name:               CAL-RG
        (CAL-RG:CAL-SVR-RS) Res type version:                      1.0
        (CAL-RG:CAL-SVR-RS) Res enabled:                           True
        (CAL-RG:CAL-SVR-RS) Res monitor enabled:                   False

          (CAL-RG:CAL-SVR-RS) Res property name:                   ICS_serverroot
            (CAL-RG:CAL-SVR-RS:ICS_serverroot) Res property value: /cal-svr-base
    `);
  });

  it('-vv: also what a type declares, and properties that nobody set', () => {
    const squeezed = (all: string) => all.replaceAll(/ +/g, ' ');
    const all = squeezed(printed('-pvv -t SUNW.scics:4 -j CAL-SVR-RS'));
    const parts = text`
    Res Type name:                                                       SUNW.scics
      (SUNW.scics) Res Type description:                                 Calendar Server
      (SUNW.scics) Res Type version:                                     1.0
      (SUNW.scics) Res Type base directory:                              /opt/SUNWscics/bin
      (SUNW.scics) Res Type failover:                                    True
      (SUNW.scics) Res Type START:                                       ics_svc_start
      (SUNW.scics) Res Type STOP:                                        ics_svc_stop
      (SUNW.scics) Res Type param name:                                  Start_timeout
        (SUNW.scics:Start_timeout) Res Type param extension:             False
        (SUNW.scics:Start_timeout) Res Type param description:           <NULL>
        (SUNW.scics:Start_timeout) Res Type param tunability:            ANYTIME
        (SUNW.scics:Start_timeout) Res Type param type:                  int
        (SUNW.scics:Start_timeout) Res Type param min:                   60
        (SUNW.scics:Start_timeout) Res Type param default:               300
      (SUNW.scics) Res Type param name:                                  ICS_serverroot
        (SUNW.scics:ICS_serverroot) Res Type param extension:            True
        (SUNW.scics:ICS_serverroot) Res Type param description:          The server's base folder
        (SUNW.scics:ICS_serverroot) Res Type param tunability:           WHEN_DISABLED
        (SUNW.scics:ICS_serverroot) Res Type param type:                 string
        (SUNW.scics:ICS_serverroot) Res Type param min length:           1
        (SUNW.scics:ICS_serverroot) Res Type param max length:           1024
        (SUNW.scics:ICS_serverroot) Res Type param default:              <no default>

      (CAL-RG) Res name:                                                 CAL-SVR-RS
        (CAL-RG:CAL-SVR-RS) Res R_description:
        (CAL-RG:CAL-SVR-RS) Res resource type:                           SUNW.scics
        (CAL-RG:CAL-SVR-RS) Res resource group name:                     CAL-RG
        (CAL-RG:CAL-SVR-RS) Res type version:                            1.0
        (CAL-RG:CAL-SVR-RS) Res enabled:                                 True
        (CAL-RG:CAL-SVR-RS) Res monitor enabled:                         False

          (CAL-RG:CAL-SVR-RS) Res property name:                         Start_timeout
            (CAL-RG:CAL-SVR-RS:Start_timeout) Res property class:        standard
            (CAL-RG:CAL-SVR-RS:Start_timeout) Res property description:  <NULL>
            (CAL-RG:CAL-SVR-RS:Start_timeout) Res property type:         int
            (CAL-RG:CAL-SVR-RS:Start_timeout) Res property value:        300

          (CAL-RG:CAL-SVR-RS) Res property name:                         ICS_serverroot
            (CAL-RG:CAL-SVR-RS:ICS_serverroot) Res property class:       extension
            (CAL-RG:CAL-SVR-RS:ICS_serverroot) Res property description: The server's base folder
            (CAL-RG:CAL-SVR-RS:ICS_serverroot) Res property type:        string
            (CAL-RG:CAL-SVR-RS:ICS_serverroot) Res property value:       /cal-svr-base
    `.split('\n\n');
    expect(parts).to.have.length(4);
    for (const part of parts) expect(all).to.include(squeezed(part));
    // What nobody declared nor set is a standard property of every resource all the same.
    expect(all).to.include('(CAL-RG:CAL-SVR-RS:Failover_mode) Res property value: NONE');
  });

  it('shows what is asked for, and refuses a name that is not there', () => {
    expect(printed('-p -j CAL-SVR-RS').split('\n')[0]?.trim()).to.match(/^Res name: +CAL-SVR-RS$/);
    expect(printed('-p -g new-rg')).to.not.include('CAL-RG');
    for (const [line, message] of [
      ['-p -g CAL', 'there is no resource group CAL; there are CAL-RG, new-rg'],
      ['-p -j R', 'there is no resource R; there are LOG-HOST-RS, CAL-SVR-RS'],
      ['-p -t SUNW.nfs', 'there is no resource type SUNW.nfs; there are SUNW.scics'],
    ] as const)
      expect(() => printed(line)).to.throw(message);
    const empty = { version: 0, types: [], groups: [], resources: [] };
    expect(printed('-p', empty)).to.equal('');
    expect(() => printed('-p -g A', empty)).to.throw(/^there is no resource group A$/);
  });
});

describe('metastat', () => {
  const okay = { array: 'array1', lun: 'd400', state: 'Okay' } as const;
  const mirrors: MirrorStatus[] = [
    { deviceGroup: 'penguin', volume: 'd400', submirrors: [okay, { ...okay, array: 'array2' }] },
    {
      ...{ deviceGroup: 'penguin', volume: 'd500' },
      submirrors: [okay, { array: 'array2', lun: 'd500', state: 'Resyncing', progress: 99.9 }],
    },
    {
      ...{ deviceGroup: 'polarbear', volume: 'd400' },
      submirrors: [{ ...okay, state: 'Needs maintenance' }, okay],
    },
  ];
  const printed = (line: string, from = mirrors) =>
    metastat(
      from,
      parseMetastat(line.split(' ').filter((word) => word !== '')),
      ['penguin', 'polarbear', 'seal'],
      'Node1',
    ).trimEnd();

  it('shows each mirror and its halves, and how far a resynchronisation is', () => {
    expect(printed('')).to.equal(text`
    penguin/d400: Mirror
        Submirror 0: array1/d400
          State: Okay
        Submirror 1: array2/d400
          State: Okay

    penguin/d500: Mirror
        Submirror 0: array1/d400
          State: Okay
        Submirror 1: array2/d500
          State: Resyncing
        Resync in progress: 99 % done

    polarbear/d400: Mirror
        Submirror 0: array1/d400
          State: Needs maintenance
        Submirror 1: array1/d400
          State: Okay
    `);
  });

  it('shows those of a set, and those that are named', () => {
    const heads = (line: string) => printed(line).match(/^\S+(?=: Mirror)/gm);
    expect(heads('-s penguin')).to.deep.equal(['penguin/d400', 'penguin/d500']);
    expect(heads('d400')).to.deep.equal(['penguin/d400', 'polarbear/d400']);
    expect(heads('-s polarbear d400')).to.deep.equal(['polarbear/d400']);
    expect(heads('penguin/d500')).to.deep.equal(['penguin/d500']);
  });

  it('says when there is nothing to show, and why', () => {
    expect(printed('-s seal')).to.equal(
      'No mirror of set seal is open on Node1; metastat shows those of the node that masters the set.',
    );
    expect(printed('', [])).to.match(/^No mirror is open on Node1;/);
    expect(() => printed('-s walrus')).to.throw('there is no set walrus; sets are penguin, polarbear, seal');
    expect(() => printed('-s penguin d700')).to.throw(
      'no mirror d700 of set penguin is open on Node1; open: penguin/d400, penguin/d500',
    );
  });
});
