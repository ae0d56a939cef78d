/** What an operator configures, and the changes that commands ask for. */
export interface ResourceType {
  name: string;
  /** Where its methods stand in the order of starting: addresses, then storage, then applications. */
  kind: 'address' | 'storage' | 'application';
}

export interface Group {
  name: string;
  nodelist: string[];
  managed: boolean;
  properties: Record<string, string>;
}

export interface Resource {
  name: string;
  type: string;
  group: string;
  enabled: boolean;
  properties: Record<string, string>;
}

/** The configuration repository: the same on all members, replaced as a whole, newest version wins. */
export interface Repository {
  version: number;
  types: ResourceType[];
  groups: Group[];
  resources: Resource[];
}

/** A command that changes the cluster, as parsed from scswitch's or scrgadm's words. */
export type Change =
  | { do: 'register-type'; type: string }
  | { do: 'add-group'; group: string; nodelist: string[]; properties: Record<string, string> }
  | { do: 'add-resource'; resource: string; type: string; group: string; properties: Record<string, string> }
  | { do: 'bring-online'; groups: string[] }
  | { do: 'switch'; groups: string[]; node: string | null }
  | { do: 'set-enabled'; resources: string[]; enabled: boolean };
