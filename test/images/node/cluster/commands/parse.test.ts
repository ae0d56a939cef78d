/** Every form of scswitch and scrgadm with its change, every wrong form with its message. */
import { expect } from 'chai';
import fc from 'fast-check';
import { parseScrgadm, parseScswitch, WrongForm } from '../../../../../images/node/cluster/commands/parse.ts';

/** As a shell would take them: two quotes are an empty word, an underscore between words of one is kept. */
const words = (line: string): string[] =>
  line
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => (word === "''" ? '' : word));

const none = { standard: {}, extension: {} };

const switches: [string, object][] = [
  ['-Z', { do: 'bring-online', groups: [] }],
  ['-Z -g CAL-RG', { do: 'bring-online', groups: ['CAL-RG'] }],
  ['-Z -g A,B', { do: 'bring-online', groups: ['A', 'B'] }],
  ['-z -g CAL-RG -h Node2', { do: 'switch', groups: ['CAL-RG'], node: 'Node2' }],
  ['-z -g A,B -h Node1', { do: 'switch', groups: ['A', 'B'], node: 'Node1' }],
  ["-z -g CAL-RG -h ''", { do: 'switch', groups: ['CAL-RG'], node: null }],
  ['-h Node2 -g CAL-RG -z', { do: 'switch', groups: ['CAL-RG'], node: 'Node2' }],
  ['-zg CAL-RG -hNode2', { do: 'switch', groups: ['CAL-RG'], node: 'Node2' }],
  ['-z -g CAL-RG -h Node2 --', { do: 'switch', groups: ['CAL-RG'], node: 'Node2' }],
  ['-z -D penguin -h Node2', { do: 'switch-device-group', deviceGroups: ['penguin'], node: 'Node2' }],
  ['-z -D a,b -h Node2', { do: 'switch-device-group', deviceGroups: ['a', 'b'], node: 'Node2' }],
  ['-e -j CAL-HASP-RS', { do: 'set-enabled', resources: ['CAL-HASP-RS'], enabled: true }],
  ['-n -j A,B', { do: 'set-enabled', resources: ['A', 'B'], enabled: false }],
  ['-e -M -j A', { do: 'set-monitored', resources: ['A'], monitored: true }],
  ['-nM -j A,B', { do: 'set-monitored', resources: ['A', 'B'], monitored: false }],
  ['-F -g A,B', { do: 'take-offline', groups: ['A', 'B'] }],
  ['-R -h N1,N2 -g A,B', { do: 'restart', groups: ['A', 'B'], nodes: ['N1', 'N2'] }],
  ['-S -h Node1', { do: 'evacuate', node: 'Node1' }],
  ['-u -g A,B', { do: 'set-managed', groups: ['A', 'B'], managed: false }],
  ['-o -g A', { do: 'set-managed', groups: ['A'], managed: true }],
  ['-c -h N1,N2 -j R -f STOP_FAILED', { do: 'clear-stop-failed', resources: ['R'], nodes: ['N1', 'N2'] }],
  ['-Q', { do: 'quiesce', groups: [] }],
  ['-Q -g A,B', { do: 'quiesce', groups: ['A', 'B'] }],
  ['-m -D penguin,polarbear', { do: 'maintain-device-group', deviceGroups: ['penguin', 'polarbear'] }],
];

const wrongSwitches: [string, string][] = [
  [
    '-z -g CAL-RG',
    'scswitch -z needs -h NODE, or -h "" for offline; scswitch -Z brings groups online on their default primaries',
  ],
  ['-z -D penguin', 'scswitch -z -D needs -h NODE'],
  ['-z -h Node1', 'scswitch -z needs -g GROUP[,GROUP…] or -D DEVICE-GROUP[,…]'],
  ['-z -g A -D penguin -h N', '-g and -D are two switches: give one of them'],
  ['-z -g A -h N1,N2', '-h takes one node here, not "N1,N2": a group is online on one node at a time'],
  ["-z -D penguin -h ''", '-h "" is for groups; scswitch -m -D DEVICE-GROUP takes a device group out of use'],
  ["-z -g '' -h Node1", '-g "" has an empty name in it'],
  ["-Z -g ''", '-g "" has an empty name in it'],
  ['-Z -g A,', '-g "A," has an empty name in it'],
  ['-F -g A,,B', '-g "A,,B" has an empty name in it'],
  ['-e -j A,B,A', '-j names A twice'],
  ['-Z -g A -g B', '-g is given twice, with "A" and "B"'],
  ['-z -g -h Node2', '-g needs GROUP[,GROUP…], but "-h" follows it'],
  ['-z -g A -h', '-h needs NODE, and nothing follows it'],
  ['-e', 'scswitch -e needs -j RESOURCE[,…]'],
  ['-e -g A', '-g does not go with scswitch -e: that is done with resources, -j RESOURCE'],
  ['-e -j R -h Node1', '-h does not go with scswitch -e'],
  ['-Z -j R', '-j does not go with scswitch -Z: that is done with groups, -g GROUP'],
  ['-Z -M', '-M goes with -e or -n only'],
  ['-M -j R', '-M goes with -e or -n: enable or disable the monitor of a resource'],
  ['-F', 'scswitch -F needs -g GROUP[,GROUP…]'],
  [
    '-F -D penguin',
    '-D does not go with scswitch -F: scswitch -m -D DEVICE-GROUP takes a device group out of use',
  ],
  ['-R -g A', 'scswitch -R needs -h NODE'],
  ['-R -h N', 'scswitch -R needs -g GROUP[,GROUP…]'],
  ['-R -h N -j R', '-j does not go with scswitch -R: groups are restarted, scswitch -R -h NODE -g GROUP'],
  ["-R -h '' -g A", '-h "" has an empty name in it'],
  ['-S', 'scswitch -S needs -h NODE'],
  ["-S -h ''", '-h has an empty name'],
  ['-S -h N1,N2', '-h takes one name here, not the list "N1,N2"'],
  ['-u', 'scswitch -u needs -g GROUP[,GROUP…]'],
  ['-o -g A -h N', '-h does not go with scswitch -o'],
  ['-c -h N -j R', 'scswitch -c needs -f STOP_FAILED'],
  ['-c -j R -f STOP_FAILED', 'scswitch -c needs -h NODE'],
  ['-c -h N -j R -f START_FAILED', '-f START_FAILED: there is no such flag to clear; it takes STOP_FAILED'],
  ['-m', 'scswitch -m needs -D DEVICE-GROUP[,…]'],
  ['-m -g A', '-g does not go with scswitch -m'],
  ['-z -Z -g A -h N', '-z and -Z are two commands: give one of them'],
  ['-e -n -j R', '-e and -n are two commands: give one of them'],
  [
    '-g A',
    'nothing says what to do with -g: give one of -Z -z -F -R -S -e -n -o -u -c -Q -m (-? shows the forms)',
  ],
  ['-a -g A', 'scswitch has no -a: scrgadm -a adds types, groups and resources'],
  ['-r -j R', 'scswitch has no -r: scrgadm -r removes types, groups and resources'],
  ['-pvv', 'scswitch has no -p: scrgadm -p prints the configuration, scstat the state'],
  [
    '-q',
    'there is no option -q; there are -Z -z -F -R -S -e -n -o -u -c -Q -m -M -g -D -h -j -f (-? shows the forms)',
  ],
  [
    '--enable',
    'there is no option --enable; there are -Z -z -F -R -S -e -n -o -u -c -Q -m -M -g -D -h -j -f (-? shows the forms)',
  ],
  ['-Z CAL-RG', '"CAL-RG" belongs to no option'],
  ['-Z -- -g', '"-g" belongs to no option'],
  ['–z -g A -h N', '"–z" belongs to no option: its dash is not the "-" of a keyboard'],
  ['-Z -g A, B', '"B" belongs to no option: it may be the rest of "A,", and must then be one word with it'],
  ['-z -g A -h N=1', '-h: "N=1" is no name; it has letters, digits, "-", "_" and "."'],
];

const changes: [string, object][] = [
  ['-p', { do: 'print', detail: 0, types: null, groups: null, resources: null }],
  ['-pv', { do: 'print', detail: 1, types: null, groups: null, resources: null }],
  ['-p -v -v', { do: 'print', detail: 2, types: null, groups: null, resources: null }],
  ['-pvv -g A,B', { do: 'print', detail: 2, types: null, groups: ['A', 'B'], resources: null }],
  [
    '-p -t SUNW.scics -j R',
    { do: 'print', detail: 0, types: ['SUNW.scics'], groups: null, resources: ['R'] },
  ],
  ['-a -t SUNW.scics', { do: 'read-registration-file', type: 'SUNW.scics', file: null }],
  ['-at SUNW.gds:4 -f my.rtr', { do: 'read-registration-file', type: 'SUNW.gds:4', file: 'my.rtr' }],
  ['-a -g CAL-RG', { do: 'add-group', group: 'CAL-RG', nodelist: null, properties: {} }],
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
  ['-a -g G -y nodelist=n2,n1', { do: 'add-group', group: 'G', nodelist: ['n2', 'n1'], properties: {} }],
  [
    '-a -L -g CAL-RG -l LOG-HOST-RS',
    {
      ...{ do: 'add-resource', resource: 'LOG-HOST-RS', type: 'SUNW.LogicalHostname', group: 'CAL-RG' },
      given: { standard: {}, extension: { HostnameList: 'LOG-HOST-RS' } },
    },
  ],
  [
    '-aL -g CAL-RG -j ADDR -l one,two -y R_description=x',
    {
      ...{ do: 'add-resource', resource: 'ADDR', type: 'SUNW.LogicalHostname', group: 'CAL-RG' },
      given: { standard: { R_description: 'x' }, extension: { HostnameList: 'one,two' } },
    },
  ],
  [
    '-a -L -g G -l cal.example.com',
    {
      ...{ do: 'add-resource', resource: 'cal_example_com', type: 'SUNW.LogicalHostname', group: 'G' },
      given: { standard: {}, extension: { HostnameList: 'cal.example.com' } },
    },
  ],
  [
    '-a -j CAL-HASP-RS -g CAL-RG -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=/cal,/cal2 -y Retry_count=1',
    {
      ...{ do: 'add-resource', resource: 'CAL-HASP-RS', type: 'SUNW.HAStoragePlus:4', group: 'CAL-RG' },
      given: { standard: { Retry_count: '1' }, extension: { FilesystemMountPoints: '/cal,/cal2' } },
    },
  ],
  ['-aj R -t T -g G', { do: 'add-resource', resource: 'R', type: 'T', group: 'G', given: none }],
  [
    '-a -j R -t T -g G -x A=1 -x B=2 -yC=',
    {
      ...{ do: 'add-resource', resource: 'R', type: 'T', group: 'G' },
      given: { standard: { C: '' }, extension: { A: '1', B: '2' } },
    },
  ],
  ['-c -g G -h n2,n1', { do: 'change-group', group: 'G', nodelist: ['n2', 'n1'], properties: {} }],
  [
    '-c -g G -y Failback=true',
    { do: 'change-group', group: 'G', nodelist: null, properties: { Failback: 'true' } },
  ],
  [
    '-c -j R -y R_description=',
    { do: 'change-resource', resource: 'R', given: { standard: { R_description: '' }, extension: {} } },
  ],
  [
    '-c -j R -x A=1,2',
    { do: 'change-resource', resource: 'R', given: { standard: {}, extension: { A: '1,2' } } },
  ],
  ['-r -j R', { do: 'remove-resource', resource: 'R' }],
  ['-rg G', { do: 'remove-group', group: 'G' }],
  ['-r -t SUNW.scics', { do: 'unregister-type', type: 'SUNW.scics' }],
];

const wrongChanges: [string, string][] = [
  ['-e -j CAL-SVR-RS', 'scrgadm has no -e: scswitch -e -j RESOURCE enables a resource'],
  ['-R -j CAL-SVR-RS', 'scrgadm has no -R: scswitch -R -h NODE -g GROUP restarts a group'],
  ['-n -j R', 'scrgadm has no -n: scswitch -n -j RESOURCE disables a resource'],
  ['-Z -g G', 'scrgadm has no -Z: scswitch -Z -g GROUP brings a group online'],
  ['-a -j R -g G', 'scrgadm -a -j needs -t TYPE'],
  ['-a -j R -t T', 'scrgadm -a -j needs -g GROUP'],
  ['-a -t T -g G', 'scrgadm -a -t -g needs -j RESOURCE, its name'],
  ['-a -L -g G', 'scrgadm -a -L needs -l HOST[,HOST…]'],
  ['-a -L -l host', 'scrgadm -a -L needs -g GROUP'],
  ['-a -L -g G -l one,', '-l "one," has an empty name in it'],
  ['-a -L -g G -l one -t T', '-t does not go with scrgadm -a -L'],
  ['-a -L -g G -l one -x HostnameList=two', 'HostnameList is what -l sets: give it once'],
  ['-a -g G -l host', '-l goes with -a -L: a logical hostname'],
  ['-a', 'scrgadm -a needs -t TYPE, -g GROUP, -j RESOURCE or -L: what to add'],
  ['-a -h n1', 'scrgadm -a needs -t TYPE, -g GROUP, -j RESOURCE or -L: what to add'],
  ['-a -t ../x', '-t: "../x" is no name of a type, such as SUNW.scics'],
  ["-a -t T -f ''", '-f has an empty name'],
  ['-a -t T -y A=1', '-y does not go with scrgadm -a -t'],
  ['-a -g A,B', '-g takes one name here, not the list "A,B"'],
  ["-a -g ''", '-g has an empty name'],
  ['-a -g G -x A=1', '-x does not go with scrgadm -a -g'],
  ['-a -g G -h n1 -y Nodelist=n2', '-h and -y Nodelist are the same: give one of them'],
  ['-a -g G -h n1,n1', '-h names n1 twice'],
  ['-a -g G -y Failback', '-y: "Failback" is not of the form NAME=VALUE'],
  ['-a -g G -y =true', '-y: "=true" is not of the form NAME=VALUE'],
  ['-a -g G -y Failback=true -y failback=false', '-y gives failback twice'],
  [
    '-a -j R -t T -g G -x A=1 B=2',
    '"B=2" belongs to no option: every property has an option of its own, -x B=2',
  ],
  [
    '-c -j R -y R_description= text',
    '"text" belongs to no option: it may be the rest of "R_description=", and must then be one word with it',
  ],
  ['-c -j R', 'scrgadm -c -j needs -y NAME=VALUE or -x NAME=VALUE: what to change'],
  [
    '-c -j R -t T',
    '-t does not go with scrgadm -c -j: a resource keeps its type and its group; remove it and add it anew',
  ],
  ['-c -g G', 'scrgadm -c -g needs -h NODE[,NODE…] or -y NAME=VALUE: what to change'],
  ['-c -t T', 'scrgadm -c does not change types: scrgadm -r -t TYPE, then scrgadm -a -t TYPE'],
  ['-c', 'scrgadm -c needs -g GROUP or -j RESOURCE: what to change'],
  ['-r', 'scrgadm -r needs -j RESOURCE, -g GROUP or -t TYPE: what to remove'],
  ['-r -j R -g G', '-j and -g are two things to remove: one at a time'],
  ['-r -j A,B', '-j takes one name here, not the list "A,B"'],
  ['-r -j R -y A=1', '-y does not go with scrgadm -r -j'],
  ['-a -r -g G', '-a and -r are two commands: give one of them'],
  [
    '-g G -h n1',
    'nothing says what to do with -g: give -p to print, -a to add, -c to change or -r to remove',
  ],
  ['-pvvv', '-p takes -v at most twice'],
  ['-a -v -g G', '-v goes with -p only'],
  ['-p -h n1', '-h does not go with scrgadm -p'],
  [
    '-a -q',
    'there is no option -q; there are -p -a -c -r -L -v -t -g -j -h -l -f -y -x (-? shows the forms)',
  ],
];

for (const [name, parse, forms, wrong] of [
  ['scswitch', parseScswitch, switches, wrongSwitches],
  ['scrgadm', parseScrgadm, changes, wrongChanges],
] as const) {
  describe(name, () => {
    for (const [line, change] of forms)
      it(`takes ${line}`, () => expect(parse(words(line))).to.deep.equal(change));
    for (const [line, message] of wrong) {
      it(`refuses ${line}`, () =>
        expect(() => parse(words(line)))
          .to.throw(WrongForm)
          .with.property('message', message));
    }

    it('answers any words with a change or with one clear line', () => {
      const letters = fc.constantFrom(...'ZzFRSenoucQmMgDhjfpacrLvtlyx-=,');
      const word = fc.oneof(
        fc.constantFrom('-g', '-h', '-j', '-a', '-z', '-y', 'A', 'A,B', '', '--', '-', 'P=V'),
        fc.array(letters, { maxLength: 4 }).map((all) => `-${all.join('')}`),
        fc.string({ unit: 'binary', maxLength: 6 }),
      );
      fc.assert(
        fc.property(fc.array(word, { maxLength: 7 }), (args) => {
          try {
            expect(parse(args)).to.have.property('do');
          } catch (error) {
            expect(error).to.be.instanceOf(WrongForm);
            expect((error as Error).message).to.not.include('undefined');
          }
        }),
      );
    });
  });
}

describe('a property', () => {
  it('keeps its value as it is, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const change = {
          do: 'change-resource',
          resource: 'R',
          given: { standard: {}, extension: { A: value } },
        };
        expect(parseScrgadm(['-c', '-j', 'R', '-x', `A=${value}`])).to.deep.equal(change);
      }),
    );
  });

  it('may be called as something that every object has', () => {
    const change = parseScrgadm(['-c', '-j', 'R', '-x', '__proto__=1', '-x', 'constructor=2']);
    expect(JSON.stringify(change)).to.include('"constructor":"2"').and.to.include('"__proto__":"1"');
  });
});
