/** The directory of the drills: who is in it, and how calendar servers find it. No part of a cluster. */
import type { Account, DirectoryUser } from '../images/directory/config.ts';
import type { Answers } from '../images/node/ics/configurator/fields.ts';

/** What the clients log in with. */
export const USER = { user: 'calmaster', password: 'drill' };

/** Its name in commands, events and /etc/hosts. */
export const DIRECTORY_HOST = 'directory';

const SUFFIX = 'dc=example,dc=com';

const MANAGER: Account = { dn: `cn=Directory Manager,${SUFFIX}`, password: 'manager-of-the-drill' };
/** What calendar servers look users up with. */
const SERVICE: Account = { dn: `uid=calendar,ou=Services,${SUFFIX}`, password: 'search-of-the-drill' };

const USERS: readonly DirectoryUser[] = [
  { uid: USER.user, name: 'Calendar Administrator', password: USER.password, calendar: true },
  { uid: 'jdoe', name: 'John Doe', password: 'john-of-the-drill', calendar: true },
  { uid: 'mmustermann', name: 'Märta Mustermann', password: 'märta-of-the-drill', calendar: true },
  // In the organization, and without the calendar service.
  { uid: 'guest', name: 'Visiting Guest', password: 'guest-of-the-drill', calendar: false },
];

export const DIRECTORY_CONTENT = { suffix: SUFFIX, manager: MANAGER, service: SERVICE, users: [...USERS] };

/** What the configurator is told, so that a calendar server finds it. */
export function authenticationAnswers(): Partial<Answers> {
  return {
    LDAP_HOST: DIRECTORY_HOST,
    BASE_DN: SUFFIX,
    // Whoever it is: the server looks users up as this one, and needs no more than that.
    DIRECTORY_MANAGER_DN: SERVICE.dn,
    DIRECTORY_MANAGER_PASSWORD: SERVICE.password,
    ADMINISTRATOR_ID: USER.user,
    ADMINISTRATOR_PASSWORD: USER.password,
  };
}
