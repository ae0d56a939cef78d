import type { Duplex } from 'node:stream';
import type Docker from 'dockerode';

/** A program in a container with this terminal as its own; returns its exit status. */
export async function interactive(container: Docker.Container, command: string[]): Promise<number> {
  const { stdin, stdout } = process;
  const exec = await container.exec({
    Cmd: command,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: stdin.isTTY === true,
    Env: [
      'PATH=/usr/cluster/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      `TERM=${process.env['TERM'] ?? 'dumb'}`,
    ],
  });
  const stream: Duplex = await exec.start({ hijack: true, stdin: true, Tty: stdin.isTTY === true });
  const resize = () => void exec.resize({ h: stdout.rows, w: stdout.columns }).catch(() => undefined);
  if (stdin.isTTY) {
    stdin.setRawMode(true);
    stdout.on('resize', resize);
    resize();
    stream.pipe(stdout);
  } else {
    container.modem.demuxStream(stream, stdout, process.stderr);
  }
  stdin.pipe(stream);
  await new Promise((resolve) => stream.on('end', resolve).on('close', resolve));
  if (stdin.isTTY) stdin.setRawMode(false);
  stdin.unref();
  return (await exec.inspect()).ExitCode ?? 0;
}
