import { expect } from 'chai';
import { parseScrgadm, parseScswitch, WrongForm } from '../../../../../images/node/cluster/commands/parse.ts';

const words = (line: string): string[] => line.split(' ').map((word) => (word === "''" ? '' : word));

describe('scswitch', () => {
  const forms: [string, object][] = [
    ['-z -g CAL-RG -h Node2', { do: 'switch', groups: ['CAL-RG'], node: 'Node2' }],
    ['-z -g A,B -h Node1', { do: 'switch', groups: ['A', 'B'], node: 'Node1' }],
    ["-z -g CAL-RG -h ''", { do: 'switch', groups: ['CAL-RG'], node: null }],
    ['-Z -g CAL-RG', { do: 'bring-online', groups: ['CAL-RG'] }],
    ['-Z', { do: 'bring-online', groups: [] }],
    ['-e -j CAL-HASP-RS', { do: 'set-enabled', resources: ['CAL-HASP-RS'], enabled: true }],
    ['-n -j A,B', { do: 'set-enabled', resources: ['A', 'B'], enabled: false }],
  ];
  for (const [line, change] of forms) {
    it(`takes ${line}`, () => expect(parseScswitch(words(line))).to.deep.equal(change));
  }

  const wrong: [string, RegExp][] = [
    ['-z -g CAL-RG', /-h node is missing/],
    ['-z -h Node1', /-g group is missing/],
    ["-z -g '' -h Node1", /-g group is empty/],
    ["-Z -g ''", /-g group is empty/],
    ['-Z -g A,', /-g group is empty/],
    ['-e', /-j resource is missing/],
    ['-z -Z -g CAL-RG -h Node1', /takes one of/],
    ['-e -n -j R', /takes one of/],
    ['', /takes one of -z -g GROUP -h NODE/],
    ['-Z -j CAL-SVR-RS', /-j does not go with scswitch -Z/],
    ['-e -j R -h Node1', /-h does not go with scswitch -e/],
    ['-q', /-q/],
    ['-Z CAL-RG', /CAL-RG/],
  ];
  for (const [line, message] of wrong) {
    it(`refuses "${line}"`, () =>
      expect(() => parseScswitch(words(line).filter((word) => line !== '' || word !== ''))).to.throw(
        WrongForm,
        message,
      ));
  }
});

describe('scrgadm', () => {
  const forms: [string, object][] = [
    ['-a -t SUNW.scics', { do: 'register-type', type: 'SUNW.scics' }],
    ['-a -g CAL-RG -h n1,n2', { do: 'add-group', group: 'CAL-RG', nodelist: ['n1', 'n2'], properties: {} }],
    [
      '-a -g CAL-RG -h n1 -y Failback=true -y Pathprefix=/a=b',
      {
        do: 'add-group',
        group: 'CAL-RG',
        nodelist: ['n1'],
        properties: { Failback: 'true', Pathprefix: '/a=b' },
      },
    ],
    [
      '-a -L -g CAL-RG -l LOG-HOST-RS',
      {
        do: 'add-resource',
        resource: 'LOG-HOST-RS',
        type: 'SUNW.LogicalHostname',
        group: 'CAL-RG',
        properties: { HostnameList: 'LOG-HOST-RS' },
      },
    ],
    [
      '-a -L -g CAL-RG -j ADDR -l one,two',
      {
        do: 'add-resource',
        resource: 'ADDR',
        type: 'SUNW.LogicalHostname',
        group: 'CAL-RG',
        properties: { HostnameList: 'one,two' },
      },
    ],
    [
      '-a -j CAL-HASP-RS -g CAL-RG -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=/cal,/cal2 -y R=1',
      {
        do: 'add-resource',
        resource: 'CAL-HASP-RS',
        type: 'SUNW.HAStoragePlus:4',
        group: 'CAL-RG',
        properties: { FilesystemMountPoints: '/cal,/cal2', R: '1' },
      },
    ],
  ];
  for (const [line, change] of forms) {
    it(`takes ${line}`, () => expect(parseScrgadm(words(line))).to.deep.equal(change));
  }

  const wrong: [string, RegExp][] = [
    ['-e -j CAL-SVR-RS', /scswitch -e -j RESOURCE/],
    ['-R -j CAL-SVR-RS', /scswitch -R -h NODE -g GROUP/],
    ['-a -g CAL-RG', /-h nodes is missing/],
    ['-a -j R -t T', /-g group is missing/],
    ['-a -j R -g G', /-t type is missing/],
    ['-a -L -g G', /-l host is missing/],
    ['-a -L -l host', /-g group is missing/],
    ['-a', /-t type is missing/],
    ['-g G -h n1', /takes -a/],
    ['-a -g G -h n1 -y Failback', /"Failback" is not of the form property=value/],
    ['-a -g G -h n1 -y =true', /not of the form/],
    ['-a -q', /-q/],
  ];
  for (const [line, message] of wrong) {
    it(`refuses "${line}"`, () => expect(() => parseScrgadm(words(line))).to.throw(WrongForm, message));
  }
});
