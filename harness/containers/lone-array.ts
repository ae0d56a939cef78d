/** A disk array without a cluster around it, for trying what the machine can do. */
import type { Content } from '../../images/array/disks.ts';
import type { Engine } from '../engine/engine.ts';
import { labelsOf } from '../engine/labels.ts';
import { Contained, type Heard } from './contained.ts';
import { DISK_ARRAY_HOST } from './privileges.ts';

export interface LoneArrayOptions {
  run: string;
  image: string;
  stackedPorts: boolean;
  /** The one LUN's name, and what its file system holds. */
  lun: string;
  content: Content;
}

export async function startLoneArray(
  engine: Engine,
  { run, image, stackedPorts, lun, content }: LoneArrayOptions,
  onHeard: (heard: Heard) => void,
): Promise<Contained> {
  const config = {
    run,
    name: 'lone',
    luns: [{ name: lun, sizeMiB: 16, content }],
    initiators: {},
    stackedPorts,
  };
  const options = {
    name: `ha-${run}`,
    hostname: 'lone',
    image,
    env: { HA_ARRAY: JSON.stringify(config) },
    labels: labelsOf(run),
    networks: [],
    host: DISK_ARRAY_HOST,
  };
  return await Contained.start(engine.docker, options, onHeard);
}
