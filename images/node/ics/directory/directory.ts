/** Who may log in, as the server asks for it: a directory over LDAP, or a file of users where none is configured. */

export interface Directory {
  /** @throws DirectoryDown when nobody can say. */
  authenticate(user: string, password: string): Promise<'ok' | 'denied'>;
  /** Whether there is such a user, and with it a calendar of that name. @throws DirectoryDown when nobody can say. */
  knows(user: string): Promise<boolean>;
}

/** The directory cannot be asked; that is not a "no": who is refused for it may be welcome a minute later. */
export class DirectoryDown extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DirectoryDown';
  }
}
