/** What the witness sees of calendar servers on a node: processes, open files, sockets. Asks neither node nor server. */
import type { Contained } from '../../harness/containers/contained.ts';

export interface InstanceSeen {
  /** Program → number of its process, by the host's count. */
  processes: Record<string, number>;
  /** As whom they run. */
  users: number[];
  /** Files that they have open or mapped, by the node's names. */
  files: string[];
  /** Address:port that they listen on. */
  listening: string[];
  /** Mount points that those files are on, those of the container itself aside. */
  mounts: string[];
}

const program = `
  import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
  const [node, ...bases] = process.argv.slice(1);
  const quiet = (look, otherwise) => { try { return look(); } catch { return otherwise; } };
  const space = (pid) => quiet(() => readlinkSync('/proc/' + pid + '/ns/pid'), '');
  const words = (pid) => quiet(() => readFileSync('/proc/' + pid + '/cmdline', 'utf8').split('\\0'), []);
  const links = (pid) => quiet(() => readdirSync('/proc/' + pid + '/fd'), []).map((fd) => quiet(() => readlinkSync('/proc/' + pid + '/fd/' + fd), ''));
  const mapped = (pid) => quiet(() => readFileSync('/proc/' + pid + '/maps', 'utf8'), '').split('\\n').map((line) => line.split(/\\s+/)[5] ?? '');
  const points = readFileSync('/proc/' + node + '/mountinfo', 'utf8').trim().split('\\n').map((line) => line.split(' ')[4]).filter((point) => point !== '/' && !/^\\/(dev|proc|sys|etc)\\b/.test(point));
  const tables = ['tcp', 'tcp6'].flatMap((name) => quiet(() => readFileSync('/proc/' + node + '/net/' + name, 'utf8'), '').trim().split('\\n').slice(1));
  const dotted = (hex) => hex.length > 8 ? hex : hex.match(/../g).reverse().map((byte) => parseInt(byte, 16)).join('.');
  const listeners = new Map(tables.map((line) => line.trim().split(/\\s+/)).filter((row) => row[3] === '0A').map((row) => {
    const [address, port] = row[1].split(':');
    return ['socket:[' + row[9] + ']', dotted(address) + ':' + parseInt(port, 16)];
  }));
  const pids = readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && space(name) === space(node));
  const all = bases.map((base) => {
    const own = pids.filter((pid) => words(pid).some((word) => word.startsWith(base + '/lib/')));
    const named = own.map((pid) => [words(pid).find((word) => word.startsWith(base + '/lib/')).slice(base.length + 5), Number(pid)]);
    const open = own.flatMap((pid) => [...links(pid), ...mapped(pid)]);
    const files = [...new Set(open.filter((path) => path.startsWith('/')))].sort();
    const on = (path) => points.filter((point) => (path + '/').startsWith(point + '/')).sort((a, b) => b.length - a.length)[0];
    return {
      processes: Object.fromEntries(named),
      users: [...new Set(own.map((pid) => Number(/^Uid:\\s+(\\d+)/m.exec(readFileSync('/proc/' + pid + '/status', 'utf8'))[1])))],
      files,
      listening: [...new Set(open.filter((link) => listeners.has(link)).map((link) => listeners.get(link)))].sort(),
      mounts: [...new Set(files.map(on).filter((point) => point !== undefined))].sort(),
    };
  });
  console.log(JSON.stringify(all));
`;

/** Of the instances with these bases on one node, in the same order. */
export async function instancesSeen(
  witness: Contained,
  node: Contained,
  bases: string[],
): Promise<InstanceSeen[]> {
  const command = ['node', '--input-type=module', '-e', program, String(node.pid), ...bases];
  const { exit, output } = await witness.run(command);
  if (exit !== 0) throw new Error(`the witness could not look: ${output}`);
  return JSON.parse(output) as InstanceSeen[];
}
