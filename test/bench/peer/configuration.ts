/** The peer's configuration, as its administrator would write it: commands of Pacemaker's own tools. Pure. */

export interface PeerConfiguration {
  address: string;
  /** The shared disk, as a block device and as the array names it. */
  device: string;
  lun: string;
  /** Address of the array's service; null: no fencing. */
  array: string | null;
  /** The node where the group starts. */
  first: string;
  nodes: readonly string[];
}

export const GROUP = 'bench';
export const MOUNT_POINT = '/bench';

/** One command a line of words. */
export function peerCommands(configuration: PeerConfiguration): string[][] {
  const fencing = configuration.array === null ? 'false' : 'true';
  return [
    ['crm_attribute', '--type', 'crm_config', '--name', 'stonith-enabled', '--update', fencing],
    ['crm_attribute', '--type', 'crm_config', '--name', 'stonith-action', '--update', 'off'],
    ['crm_attribute', '--type', 'rsc_defaults', '--name', 'resource-stickiness', '--update', '1000'],
    // So soon only while the cluster forms (see entry.sh): what is measured runs with the default.
    ['crm_attribute', '--type', 'crm_config', '--name', 'dc-deadtime', '--delete'],
    ['cibadmin', '--modify', '--allow-create', '--xml-text', resourcesAndPlacement(configuration)],
  ];
}

/** In one change: a resource without its place would start anywhere, and a place without its resource is refused. */
function resourcesAndPlacement(configuration: PeerConfiguration): string {
  const { array, first } = configuration;
  const resources = `${array === null ? '' : fence(configuration, array)}${group(configuration)}`;
  const place = `<rsc_location id="first" rsc="${GROUP}" node="${first}" score="50"/>`;
  return `<configuration><resources>${resources}</resources><constraints>${place}</constraints></configuration>`;
}

function group({ address, device }: PeerConfiguration): string {
  const members = [
    primitive('storage', 'class="ocf" provider="heartbeat" type="Filesystem"', 2, {
      device,
      directory: MOUNT_POINT,
      fstype: 'ext4',
    }),
    primitive('address', 'class="ocf" provider="heartbeat" type="IPaddr2"', 1, {
      ip: address,
      cidr_netmask: '24',
    }),
    primitive('service', 'class="ocf" provider="bench" type="service"', 1, { directory: MOUNT_POINT }),
  ];
  return `<group id="${GROUP}">${members.join('')}</group>`;
}

function fence({ nodes, lun }: PeerConfiguration, array: string): string {
  const options = { pcmk_host_list: nodes.join(' '), pcmk_host_check: 'static-list', array, lun };
  return primitive('fence', 'class="stonith" type="fence_array"', 60, options);
}

function primitive(
  id: string,
  kind: string,
  monitorSeconds: number,
  options: Record<string, string>,
): string {
  const pairs = Object.entries(options).map(
    ([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${value}"/>`,
  );
  const operations = [
    ['start', '0', '60s'],
    ['stop', '0', '60s'],
    ['monitor', `${monitorSeconds}s`, '40s'],
  ].map(
    ([name, interval, timeout]) =>
      `<op id="${id}-${name}" name="${name}" interval="${interval}" timeout="${timeout}"/>`,
  );
  return `<primitive id="${id}" ${kind}><instance_attributes id="${id}-options">${pairs.join('')}</instance_attributes><operations>${operations.join('')}</operations></primitive>`;
}
