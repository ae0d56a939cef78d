/**
 * What the configurator wants to know: the panels and their options as the product documents them (Calendar Server 6.3
 * Administration Guide, chapter 2 and its worksheets; guide §6.6.3). Pure.
 */
import { join } from 'node:path';
import { type Check, checks } from './checks.ts';

export const PANELS = [
  'Administration, User Preferences and Authentication',
  'Email and Email Alarms',
  'Runtime Configuration',
  'Directories to Store Configuration and Data Files',
  'Archive and Hot Backup',
] as const;
export type Panel = (typeof PANELS)[number];

/** What is known before anything has been asked. */
export interface Presets {
  hostName: string;
  /** Where configuration and data of this installation lie unless somebody says otherwise. */
  configFolder: string;
  varFolder: string;
}

export interface Field {
  /** Null: never asked, but kept in the state file, so that every node writes the same. */
  panel: Panel | null;
  label: string;
  check: Check;
  preset(presets: Presets, given: Partial<Record<string, string>>): string;
  /** Not shown while it is typed. */
  secret?: true;
  /** The option that must have been answered with yes for this one to be asked. */
  onlyWith?: string;
}

const [ADMINISTRATION, EMAIL, RUNTIME, DIRECTORIES, BACKUP] = PANELS;

function field(
  panel: Panel | null,
  label: string,
  check: Check,
  preset: string | Field['preset'],
  more: Pick<Field, 'secret' | 'onlyWith'> = {},
): Field {
  return { panel, label, check, preset: typeof preset === 'string' ? () => preset : preset, ...more };
}

const thisHost: Field['preset'] = ({ hostName }) => hostName;
const inVar =
  (name: string): Field['preset'] =>
  ({ varFolder }) =>
    join(varFolder, name);
const inDatabase =
  (name: string): Field['preset'] =>
  (_, given) =>
    join(given['DATABASE_DIRECTORY'] ?? '/', name);

const SECRET = { secret: true } as const;
const [WITH_ALARMS, WITH_ARCHIVE, WITH_HOT_BACKUP] = ['EMAIL_ALARMS', 'ARCHIVE', 'HOT_BACKUP'].map(
  (onlyWith) => ({ onlyWith }),
);

/** By the names that a state file has, in the order in which they are asked. */
export const FIELDS = {
  HOST_NAME: field(null, 'Host Name', checks.host, thisHost),
  LDAP_HOST: field(ADMINISTRATION, 'LDAP Server Host Name', checks.host, thisHost),
  LDAP_PORT: field(ADMINISTRATION, 'LDAP Server Port', checks.port, '389'),
  BASE_DN: field(ADMINISTRATION, 'Base DN', checks.dn, 'o=example.com'),
  DIRECTORY_MANAGER_DN: field(ADMINISTRATION, 'Directory Manager DN', checks.dn, 'cn=Directory Manager'),
  DIRECTORY_MANAGER_PASSWORD: field(ADMINISTRATION, 'Directory Manager Password', checks.secret, '', SECRET),
  ADMINISTRATOR_ID: field(ADMINISTRATION, 'Administrator User ID', checks.name, 'calmaster'),
  ADMINISTRATOR_PASSWORD: field(ADMINISTRATION, 'Administrator Password', checks.secret, '', SECRET),
  EMAIL_ALARMS: field(EMAIL, 'Email Alarms enabled', checks.yesNo, 'yes'),
  ADMINISTRATOR_EMAIL: field(
    EMAIL,
    'Administrator Email Address',
    checks.email,
    (_, given) => `${given['ADMINISTRATOR_ID'] ?? 'calmaster'}@example.com`,
    WITH_ALARMS,
  ),
  SMTP_HOST: field(EMAIL, 'SMTP Host Name', checks.host, thisHost, WITH_ALARMS),
  SERVICE_PORT: field(RUNTIME, 'Service Port', checks.port, '80'),
  MAXIMUM_SESSIONS: field(RUNTIME, 'Maximum Sessions', checks.count, '5000'),
  RUNTIME_USER: field(RUNTIME, 'Runtime User ID', checks.name, 'icsuser'),
  RUNTIME_GROUP: field(RUNTIME, 'Runtime Group ID', checks.name, 'icsgroup'),
  START_AFTER_CONFIGURATION: field(RUNTIME, 'Start after successful configuration', checks.yesNo, 'yes'),
  START_ON_BOOT: field(RUNTIME, 'Start on system startup', checks.yesNo, 'yes'),
  CONFIG_DIRECTORY: field(DIRECTORIES, 'Config Directory', checks.folder, (presets) => presets.configFolder),
  DATABASE_DIRECTORY: field(DIRECTORIES, 'Database Directory', checks.folder, inVar('csdb')),
  ATTACHMENT_DIRECTORY: field(DIRECTORIES, 'Attachment Store Directory', checks.folder, inVar('store')),
  LOGS_DIRECTORY: field(DIRECTORIES, 'Logs Directory', checks.folder, inVar('logs')),
  TEMPORARY_DIRECTORY: field(DIRECTORIES, 'Temporary Files Directory', checks.folder, inVar('tmp')),
  CREATE_DIRECTORIES: field(DIRECTORIES, 'Create Directory', checks.yesNo, 'yes'),
  ARCHIVE: field(BACKUP, 'Enable Archive', checks.yesNo, 'yes'),
  ARCHIVE_DIRECTORY: field(BACKUP, 'Archive Directory', checks.folder, inDatabase('archive'), WITH_ARCHIVE),
  ARCHIVE_MINIMUM_DAYS: field(BACKUP, 'Minimum days to keep archives', checks.days, '3', WITH_ARCHIVE),
  ARCHIVE_MAXIMUM_DAYS: field(BACKUP, 'Maximum days to keep archives', checks.days, '6', WITH_ARCHIVE),
  HOT_BACKUP: field(BACKUP, 'Enable Hot Backup', checks.yesNo, 'yes'),
  HOT_BACKUP_DIRECTORY: field(
    BACKUP,
    'Hot Backup Directory',
    checks.folder,
    inDatabase('hotbackup'),
    WITH_HOT_BACKUP,
  ),
  HOT_BACKUP_MINIMUM_DAYS: field(
    BACKUP,
    'Minimum days to keep hot backups',
    checks.days,
    '3',
    WITH_HOT_BACKUP,
  ),
  HOT_BACKUP_MAXIMUM_DAYS: field(
    BACKUP,
    'Maximum days to keep hot backups',
    checks.days,
    '6',
    WITH_HOT_BACKUP,
  ),
  CREATE_BACKUP_DIRECTORIES: field(BACKUP, 'Create Directory', checks.yesNo, 'yes'),
};

export type Key = keyof typeof FIELDS;
export const KEYS = Object.keys(FIELDS) as Key[];
/** Everything that the configurator writes follows from them, whoever gave them. */
export type Answers = Record<Key, string>;

/** Said at LDAP Server Host Name where there is none: users then stand in a file beside ics.conf. */
export const NO_DIRECTORY = 'none';

export const DATA_DIRECTORIES = [
  'CONFIG_DIRECTORY',
  'DATABASE_DIRECTORY',
  'ATTACHMENT_DIRECTORY',
  'LOGS_DIRECTORY',
  'TEMPORARY_DIRECTORY',
] as const satisfies Key[];

const BACKUP_DIRECTORIES = [
  ['ARCHIVE', 'ARCHIVE_DIRECTORY'],
  ['HOT_BACKUP', 'HOT_BACKUP_DIRECTORY'],
] as const satisfies [Key, Key][];

/** Of backups, those that are wanted. */
export function backupDirectories(answers: Partial<Answers>): Key[] {
  return BACKUP_DIRECTORIES.filter(([wanted]) => answers[wanted] === 'yes').map(([, key]) => key);
}

/** All options as they are before anybody has answered; passwords are the empty text. */
export function presetAnswers(presets: Presets, given: Partial<Answers> = {}): Answers {
  const answers: Partial<Answers> = {};
  for (const key of KEYS) answers[key] = given[key] ?? FIELDS[key].preset(presets, answers);
  return answers as Answers;
}

/** Whether an option matters, given the answers to those before it. */
export function applies(key: Key, answers: Partial<Record<string, string>>): boolean {
  const { onlyWith } = FIELDS[key];
  if (key === 'DIRECTORY_MANAGER_PASSWORD' && answers['LDAP_HOST'] === NO_DIRECTORY) return false;
  return onlyWith === undefined || answers[onlyWith] === 'yes';
}

/** What is wrong with an answer, by itself and beside the others. */
export function wrongWith(key: Key, answers: Partial<Answers>, base: string): string | undefined {
  const value = answers[key] ?? '';
  const wrong = FIELDS[key].check(value);
  if (wrong !== undefined) return wrong;
  const directories: Key[] = [...DATA_DIRECTORIES, ...backupDirectories(answers)];
  if (directories.includes(key)) {
    if (`${value}/`.startsWith(`${base}/`)) return `it must not lie in ${base}, which belongs to the program`;
    const earlier = directories.slice(0, directories.indexOf(key));
    const other = earlier.find((one) => answers[one] === value);
    if (other !== undefined) return `it is the ${FIELDS[other].label} already`;
  }
  for (const kind of ['ARCHIVE', 'HOT_BACKUP'] as const)
    if (key === `${kind}_MAXIMUM_DAYS` && Number(value) < Number(answers[`${kind}_MINIMUM_DAYS`]))
      return `it must not be less than the minimum, ${answers[`${kind}_MINIMUM_DAYS`]}`;
  return undefined;
}
