/** What an operator types to configure a calendar server again (guide §6.6.3), for drills. Pure. */

import { answersOf } from '../topology.ts';
import type { Service } from '../topology-model.ts';

/** The folders of the panels "Directories" and "Archive and Hot Backup", and the configuration's own. */
export function sharedFolders({ mountPoint }: Service): string[] {
  return ['config', 'csdb', 'store', 'logs', 'tmp', 'csdb/archive', 'csdb/hotbackup'].map(
    (name) => `${mountPoint}/${name}`,
  );
}

/** The configurator with the guide's answers typed into it, panel by panel, and "Configure Now". */
export function configureInPanels(service: Service): string {
  const answers = Object.entries(answersOf(service)).flatMap(([key, value]) =>
    // The panels show the host's name and do not ask for it.
    key === 'HOST_NAME' ? [] : [value],
  );
  const words = [...answers, 'yes'].map((line) => `'${line}'`).join(' ');
  return `printf '%s\\n' ${words} | ${service.serverBase}/sbin/csconfigurator.sh`;
}

/** The configurator on the other node, which finds the state file by the link. */
export function configureFromState({ serverBase }: Service): string {
  return `${serverBase}/sbin/csconfigurator.sh -nodisplay -noconsole -novalidate`;
}

/** Step 4 of "To Configure the Secondary Node": the additions at the end of ics.conf. */
export function addForHighAvailability({ mountPoint, logicalHost }: Service): string {
  const lines = [
    'local.server.ha.enabled="yes"',
    'local.server.ha.agent="SUNWscics"',
    'service.http.listenaddr="$address"',
    `local.hostname="${logicalHost}"`,
    `local.servername="${logicalHost}"`,
    `service.ens.host="${logicalHost}"`,
    `service.http.calendarhostname="${logicalHost}.example.com"`,
    'local.autorestart="yes"',
    'service.listenaddr="$address"',
  ];
  const conf = `${mountPoint}/config/ics.conf`;
  return `address=$(getent hosts ${logicalHost} | cut -d ' ' -f 1) && cat >> ${conf} <<END\n${lines.join('\n')}\nEND`;
}
