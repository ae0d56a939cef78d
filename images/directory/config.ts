/** What the directory is told at its start, in the environment variable HA_DIRECTORY. The harness writes it. */

export interface Account {
  dn: string;
  password: string;
}

export interface DirectoryUser {
  uid: string;
  name: string;
  password: string;
  /** Whether the user has the calendar service. Others are in the directory too. */
  calendar: boolean;
}

export interface DirectoryConfig {
  /** Own address on the public network, the only one that it answers on. */
  address: string;
  /** One domain component below another, as in dc=example,dc=com. */
  suffix: string;
  manager: Account;
  /** What calendar servers search with. */
  service: Account;
  users: DirectoryUser[];
  /** Whether comm_dssetup.pl has been run, and users have the calendar service; else it is as it was before that. */
  prepared: boolean;
}

export function readConfig(): DirectoryConfig {
  const text = process.env['HA_DIRECTORY'];
  if (text === undefined)
    throw new Error('HA_DIRECTORY is not set: this program is started by the harness in a container');
  return JSON.parse(text) as DirectoryConfig;
}
