/** What an operator configures, and the changes that commands ask for. Data only. */

/** Callbacks of a resource type, in the words of the resource group manager. */
export type MethodName =
  | 'VALIDATE'
  | 'PRENET_START'
  | 'START'
  | 'STOP'
  | 'POSTNET_STOP'
  | 'MONITOR_START'
  | 'MONITOR_STOP'
  | 'MONITOR_CHECK';

/** When an operator may change a property: as TUNABLE in a registration file. */
export type Tunable = 'ANYTIME' | 'AT_CREATION' | 'WHEN_DISABLED' | 'NONE';

/** A property of a resource type, as its registration file declares it. */
export interface PropertyDeclaration {
  name: string;
  /** An extension property is set with -x, a standard one with -y. */
  extension: boolean;
  type: 'string' | 'stringarray' | 'int' | 'boolean' | 'enum';
  /** Null: there is none, and the operator must give a value. */
  default: string | null;
  /** Least and greatest value of an int; least and greatest length of a string. */
  min?: number;
  max?: number;
  /** The words of an enum. */
  values?: string[];
  tunable: Tunable;
  description: string;
}

/** A registered resource type: what its registration file says. */
export interface ResourceType {
  name: string;
  version: string;
  description: string;
  /** Where its methods stand in the order of starting: addresses, then storage, then applications. */
  kind: 'address' | 'storage' | 'application';
  /** Folder of the methods' programs (RT_BASEDIR). */
  baseDirectory: string;
  /** Method → its program's name, as it stands in logs. */
  methods: Partial<Record<MethodName, string>>;
  /** True when its resources may only be in failover groups. */
  failover: boolean;
  properties: PropertyDeclaration[];
}

export interface Group {
  name: string;
  nodelist: string[];
  managed: boolean;
  /** What was set; all else has its default (properties.ts). */
  properties: Record<string, string>;
}

export interface Resource {
  name: string;
  /** Name of its type, without a version suffix. */
  type: string;
  group: string;
  enabled: boolean;
  /** Whether its fault monitor is to run while it is online. */
  monitored: boolean;
  /** Standard and extension properties that were set; all else has its default (properties.ts). */
  properties: Record<string, string>;
}

/** The configuration repository: the same on all members, replaced as a whole, newest version wins. */
export interface Repository {
  version: number;
  types: ResourceType[];
  groups: Group[];
  resources: Resource[];
}

/** Properties as a command names them: -y standard, -x extension. */
export interface Given {
  standard: Record<string, string>;
  extension: Record<string, string>;
}

/** A command that changes the cluster, as parsed from scswitch's or scrgadm's words. */
export type Change =
  /** scrgadm -a -t: the registration file was read on the node where the command was given. */
  | { do: 'register-type'; type: ResourceType }
  | { do: 'unregister-type'; type: string }
  /** Nodelist null: all nodes of the cluster. */
  | { do: 'add-group'; group: string; nodelist: string[] | null; properties: Record<string, string> }
  | { do: 'change-group'; group: string; nodelist: string[] | null; properties: Record<string, string> }
  | { do: 'remove-group'; group: string }
  | { do: 'add-resource'; resource: string; type: string; group: string; given: Given }
  | { do: 'change-resource'; resource: string; given: Given }
  | { do: 'remove-resource'; resource: string }
  /** scswitch -Z; no group: all of them. */
  | { do: 'bring-online'; groups: string[] }
  /** scswitch -z -g; node null: offline. */
  | { do: 'switch'; groups: string[]; node: string | null }
  /** scswitch -F */
  | { do: 'take-offline'; groups: string[] }
  /** scswitch -R */
  | { do: 'restart'; groups: string[]; nodes: string[] }
  /** scswitch -S */
  | { do: 'evacuate'; node: string }
  | { do: 'set-enabled'; resources: string[]; enabled: boolean }
  /** scswitch -e -M and -n -M */
  | { do: 'set-monitored'; resources: string[]; monitored: boolean }
  /** scswitch -o and -u */
  | { do: 'set-managed'; groups: string[]; managed: boolean }
  /** scswitch -c -f STOP_FAILED */
  | { do: 'clear-stop-failed'; resources: string[]; nodes: string[] }
  /** scswitch -Q; no group: all of them. */
  | { do: 'quiesce'; groups: string[] }
  /** scswitch -z -D */
  | { do: 'switch-device-group'; deviceGroups: string[]; node: string }
  /** scswitch -m -D */
  | { do: 'maintain-device-group'; deviceGroups: string[] };
