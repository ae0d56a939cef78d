/**
 * The guide's own sequences (§6.6 to §6.9), line by line as printed, against cores. A line that the guide gets wrong is
 * refused, and says what an operator can do about it; the line that was meant stands below it as `instead`.
 */
import { expect } from 'chai';
import { asymmetric, type } from '../../../../helpers/operator.ts';
import { Rehearsal } from '../../../../helpers/rehearsal.ts';

interface Line {
  line: string;
  /** Refused, with a message like this. */
  refused?: RegExp;
  /** What the guide means. */
  instead?: string[];
}

const primary: Line[] = [
  { line: './scrgadm -a -t SUNW.HAStoragePlus' },
  { line: './scrgadm -a -t SUNW.scics' },
  // Erratum 12: nodes are called Node1 and Node2 everywhere else.
  {
    line: './scrgadm -a -g CAL-RG -h node1,node2',
    refused: /node1/,
    instead: ['./scrgadm -a -g CAL-RG -h Node1,Node2'],
  },
  { line: './scrgadm -a -L -g CAL-RG -l LOG-HOST-RS' },
  // As the guide prints it: the backslash joins the lines, the blanks stay.
  {
    line: './scrgadm -c -j LOG-HOST-RS -y    \\\n          R_description="LogicalHostname resource for LOG-HOST-RS"',
  },
  { line: './scswitch -Z -g CAL-RG' },
  // Erratum 12: without a backslash these are two commands.
  {
    line: 'scrgadm -a -j CAL-HASP-RS -g CAL-RG -t',
    refused: /-t needs TYPE, and nothing follows it/,
    instead: ['scrgadm -a -j CAL-HASP-RS -g CAL-RG -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=/cal'],
  },
  {
    line: 'scrgadm -c -j CAL-HASP-RS -y',
    refused: /-y needs NAME=VALUE, and nothing follows it/,
    instead: [
      'scrgadm -c -j CAL-HASP-RS -y R_description="Failover data service resource for SUNW.HAStoragePlus:4"',
    ],
  },
  { line: 'scswitch -e -j CAL-HASP-RS' },
];

const secondary: Line[] = [
  { line: 'scswitch -z -g CAL-RG -h Node2' },
  {
    line: './scrgadm -a -j CAL-SVR-RS -g CAL-RG',
    refused: /needs -t TYPE/,
    instead: [
      './scrgadm -a -j CAL-SVR-RS -g CAL-RG -t SUNW.scics -x ICS_serverroot=/opt/SUNWics5/cal -y Resource_dependencies=CAL-HASP-RS,LOG-HOST-RS',
    ],
  },
  // Erratum 15.
  {
    line: './scrgadm -e -j CAL-SVR-RS',
    refused: /scswitch -e -j RESOURCE/,
    instead: ['scswitch -e -j CAL-SVR-RS'],
  },
  { line: './scswitch -z -g CAL-RG -h Node1' },
];

const symmetricFirst: Line[] = [
  { line: './scrgadm -a -t SUNW.HAStoragePlus' },
  { line: './scrgadm -a -t SUNW.scics' },
  { line: './scrgadm -a -g CAL-CS1-RG -h Node1,Node2' },
  // Erratum 21.
  {
    line: './scrgadm -a -L -g CAL-RG -l LOG-HOST-CS1-RS',
    refused: /there is no resource group CAL-RG/,
    instead: ['./scrgadm -a -L -g CAL-CS1-RG -l LOG-HOST-CS1-RS'],
  },
  { line: 'scswitch -Z -g CAL-CS1-RG' },
];

const symmetricSecond: Line[] = [
  { line: './scrgadm -a -g CAL-CS2-RG -h Node2,Node1' },
  { line: './scrgadm -a -L -g CAL-CS2-RG -l LOG-HOST-CS2-RS' },
  { line: 'scswitch -Z -g CAL-CS2-RG' },
  // Erratum 22: the storage resource gets the server's name, so what follows does not find it …
  {
    line: './scrgadm -a -j CAL-SVR-CS2-RS -g CAL-CS2-RG -t SUNW.HAStoragePlus:4 -x FilesystemMountPoints=/opt/Node2,/cal/Node2,/var/opt/Node2',
  },
  {
    line: './scrgadm -c -j CAL-HASP-CS2-RS -y R_description="Failover data service resource for SUNW.HAStoragePlus:4"',
    refused: /there is no resource CAL-HASP-CS2-RS/,
  },
  { line: './scswitch -e -j CAL-HASP-CS2-RS', refused: /there is no resource CAL-HASP-CS2-RS/ },
  // … and the server's own name is taken.
  {
    line: './scrgadm -a -j CAL-SVR-CS2-RS -g CAL-CS2-RG -t SUNW.scics -x ICS_serverroot=/opt/Node2 -y Resource_dependencies=CAL-HASP-CS2-RS,LOG-HOST-CS2-RS',
    refused: /resource CAL-SVR-CS2-RS exists already/,
  },
];

const operation: Line[] = [
  { line: 'scswitch -n -j CAL-SVR-RS' },
  { line: 'scswitch -e -j CAL-SVR-RS' },
  { line: 'scswitch -z -g CAL-RG -h Node2' },
  // Erratum 23: removal without the disable that must come first; a restart that is none.
  {
    line: 'scrgadm -r -j CAL-SVR-RS',
    refused: /CAL-SVR-RS is enabled; scswitch -n -j CAL-SVR-RS disables it/,
  },
  {
    line: 'scrgadm -R -j CAL-SVR-RS',
    refused: /scswitch -R -h NODE -g GROUP/,
    instead: ['scswitch -R -h Node2 -g CAL-RG'],
  },
];

const removal: Line[] = [
  { line: 'scswitch -F -g CAL-RG' },
  { line: 'scswitch -n -j CAL-SVR-RS' },
  { line: 'scswitch -n -j CAL-HASP-RS' },
  { line: 'scswitch -n -j LOG-HOST-RS' },
  // Erratum 24: nothing has removed the resources, and SUNW.HAStorage was never registered.
  {
    line: 'scrgadm -r -g CAL-RG',
    refused: /CAL-RG is not empty: it has LOG-HOST-RS, CAL-HASP-RS(,| and) CAL-SVR-RS/,
    instead: [
      'scrgadm -r -j CAL-SVR-RS',
      'scrgadm -r -j CAL-HASP-RS',
      'scrgadm -r -j LOG-HOST-RS',
      'scrgadm -r -g CAL-RG',
    ],
  },
  { line: 'scrgadm -r -t SUNW.scics' },
  {
    line: 'scrgadm -r -t SUNW.HAStorage',
    refused: /SUNW.HAStorage is not registered/,
    instead: ['scrgadm -r -t SUNW.HAStoragePlus'],
  },
];

const sequences: [section: string, begin: () => Rehearsal, lines: Line[], online: string | null][] = [
  ['§6.6.3, both nodes', () => new Rehearsal(), [...primary, ...secondary], 'CAL-RG on Node1'],
  [
    '§6.7.2 and §6.7.3',
    () => new Rehearsal(),
    [...symmetricFirst, ...symmetricSecond],
    'CAL-CS1-RG on Node1',
  ],
  ['§6.8', asymmetric, operation, 'CAL-RG on Node2'],
  ['§6.9', asymmetric, removal, null],
];

describe("the guide's sequences, as printed", () => {
  for (const [section, begin, lines, online] of sequences) {
    it(section, () => {
      const cluster = begin();
      for (const { line, refused, instead = [] } of lines) {
        const before = cluster.picture();
        const { exit, message } = type(cluster, line);
        if (refused === undefined)
          expect({ line, exit, message }).to.deep.equal({ line, exit: 0, message: '' });
        else {
          expect(exit, line).to.equal(1);
          expect(message).to.match(refused);
          expect(cluster.picture(), `${line} was refused and changed something`).to.deep.equal(before);
        }
        for (const meant of instead)
          expect(type(cluster, meant), meant).to.deep.equal({ exit: 0, message: '' });
      }
      if (online === null) expect(cluster.picture()).to.deep.equal({});
      else expect(cluster.picture()[online]).to.equal('Online');
    });
  }
});
