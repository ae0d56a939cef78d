/** TCP sockets as the kernel tells of them. Pure. */

export interface Socket {
  inode: string;
  listens: boolean;
  /** address:port */
  local: string;
  /** address:port */
  remote: string;
}

const LISTEN = '0A';

/** In the text of /proc/PID/net/tcp or its IPv6 sister (proc(5)), or in its beginning. */
export function parseSockets(text: string): Socket[] {
  return text.split('\n').flatMap((line) => {
    const [slot = '', local = '', remote = '', state, , , , , , inode] = line.trim().split(/\s+/);
    if (inode === undefined || !/^\d+:$/.test(slot)) return [];
    return [{ inode, listens: state === LISTEN, local: readable(local), remote: readable(remote) }];
  });
}

/** An address of version 4 is one word, also where a socket of version 6 stands for it. */
const VERSION_4 = /^(?:0{16}FFFF0000)?([0-9A-F]{8})$/i;

/** The kernel prints words of the machine's own byte order, which is that of x86. */
function readable(place: string): string {
  const [words = '', port = ''] = place.split(':');
  const [, four] = VERSION_4.exec(words) ?? [];
  const bytes = ((four ?? words).match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).toReversed(),
  );
  const address =
    four !== undefined
      ? bytes.map((byte) => Number.parseInt(byte, 16)).join('.')
      : `[${(bytes.join('').match(/.{4}/g) ?? []).join(':').toLowerCase()}]`;
  return `${address}:${Number.parseInt(port, 16)}`;
}
