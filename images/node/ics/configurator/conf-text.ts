/** ics.conf as the configurator writes it, and what an operator adds to it for high availability (guide §6.6.3). Pure. */
import { sabotaged } from '../sabotage.ts';
import { type Answers, NO_DIRECTORY } from './fields.ts';

const HEADING = `! ics.conf of Calendar Server 6.3, written by csconfigurator.sh. It is read once, at start.
! Of two lines with one name the last one counts.
!`;

/** Setting → value, in the file's order. */
function settingsOf(answers: Answers): [string, string][] {
  return [
    ['local.user', answers.RUNTIME_USER],
    ['local.group', answers.RUNTIME_GROUP],
    ['local.hostname', answers.HOST_NAME],
    ['local.servername', answers.HOST_NAME],
    ...directorySettings(answers),
    ['service.admin.calmaster.userid', answers.ADMINISTRATOR_ID],
    ['service.admin.calmaster.cred', answers.ADMINISTRATOR_PASSWORD],
    ...alarmSettings(answers),
    ['service.listenaddr', '0.0.0.0'],
    ['service.http.listenaddr', '0.0.0.0'],
    ['service.http.port', answers.SERVICE_PORT],
    ['service.http.maxsessions', answers.MAXIMUM_SESSIONS],
    ['caldb.berkeleydb.homedir.path', answers.DATABASE_DIRECTORY],
    ...backupSettings('archive', answers.ARCHIVE, {
      path: answers.ARCHIVE_DIRECTORY,
      mindays: answers.ARCHIVE_MINIMUM_DAYS,
      maxdays: answers.ARCHIVE_MAXIMUM_DAYS,
    }),
    ...backupSettings('hotbackup', answers.HOT_BACKUP, {
      path: answers.HOT_BACKUP_DIRECTORY,
      mindays: answers.HOT_BACKUP_MINIMUM_DAYS,
      maxdays: answers.HOT_BACKUP_MAXIMUM_DAYS,
    }),
    ['store.partition.primary.path', answers.ATTACHMENT_DIRECTORY],
    ['logfile.logdir', sabotaged('logs-on-own-disk') ? '/tmp' : answers.LOGS_DIRECTORY],
    ['local.tmpdir', answers.TEMPORARY_DIRECTORY],
  ];
}

function directorySettings(answers: Answers): [string, string][] {
  if (answers.LDAP_HOST === NO_DIRECTORY) return [];
  return [
    ['local.authldaphost', answers.LDAP_HOST],
    ['local.authldapport', answers.LDAP_PORT],
    ['local.authldapbasedn', answers.BASE_DN],
    ['local.authldapbinddn', answers.DIRECTORY_MANAGER_DN],
    ['local.authldapbindcred', answers.DIRECTORY_MANAGER_PASSWORD],
  ];
}

function alarmSettings(answers: Answers): [string, string][] {
  if (answers.EMAIL_ALARMS === 'no') return [];
  return [
    ['alarm.msgalarmnoticercpt', answers.ADMINISTRATOR_EMAIL],
    ['alarm.msgalarmnoticehost', answers.SMTP_HOST],
  ];
}

function backupSettings(kind: string, enable: string, rest: Record<string, string>): [string, string][] {
  const settings = enable === 'yes' ? { enable, ...rest } : { enable };
  return Object.entries(settings).map(([name, value]) => [`caldb.berkeleydb.${kind}.${name}`, value]);
}

export function confText(answers: Answers): string {
  const lines = settingsOf(answers).map(([name, value]) => `${name} = "${value}"`);
  return `${HEADING}\n${lines.join('\n')}\n`;
}

export interface HighlyAvailable {
  /** Logical address and name of the service, and the name in full. */
  address: string;
  logicalHost: string;
  qualifiedHost: string;
}

/** The lines that step 4 of "To Configure the Secondary Node" adds at the end (guide §6.6.3), as it spells them. */
export function haAdditions({ address, logicalHost, qualifiedHost }: HighlyAvailable): string {
  return `! The following are the changes for making Calendar Server
! Highly Available
!
local.server.ha.enabled="yes"
local.server.ha.agent="SUNWscics"
service.http.listenaddr="${address}"
local.hostname="${logicalHost}"
local.servername="${logicalHost}"
service.ens.host="${logicalHost}"
service.http.calendarhostname="${qualifiedHost}"
local.autorestart="yes"
service.listenaddr="${address}"
`;
}
