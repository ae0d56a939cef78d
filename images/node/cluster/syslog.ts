/** This node's lines in its own syslog, in the product's formats (guide §6.10). */
import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, copyFileSync } from 'node:fs';
import { sabotaged } from '../operation-sabotages.ts';
import { ordinaryPriority } from './programs.ts';
import type { Severity } from './types/type.ts';

const SENDER = new URL('to-syslog.pl', import.meta.url).pathname;
const SEVERITIES: Severity[] = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];
const FACILITY_DAEMON = 3;
const CONFIGURATION = '/etc/syslog.conf';

/** Published ids that do not follow from the texts as we have them (guide §6.10, SEMANTICS). */
const PUBLISHED: Record<string, number> = {
  'Username %s %s': 383726,
  'ICS_serverroot = %s': 244341,
  'Failed to get the configuration info': 855581,
  'method <%s> completed successfully for resource <%s>, resource group <%s>, time used: %d%% of timeout <%d seconds>': 148023,
};

/** A message's number, from its text before values are put in, as Solaris makes it (STRLOG_MAKE_MSGID). Pure. */
export function messageId(format: string): number {
  const published = PUBLISHED[format];
  if (published !== undefined) return published;
  let id = 0;
  for (const byte of Buffer.from(format)) {
    if (byte >= 0x20) id = ((id >>> 5) + (id << 27) + byte) >>> 0;
  }
  return (id % 899_981) + 100_000;
}

/** `tag: [ID number daemon.severity] text`, on one line, after the priority that syslogd reads. Pure. */
export function syslogLine(severity: Severity, tag: string, format: string, values: string[]): string {
  const rest = [...values];
  const text = format.replace(/%[sd%]/g, (mark) => (mark === '%%' ? '%' : (rest.shift() ?? mark)));
  const named = severity === 'err' ? 'error' : severity;
  const priority = FACILITY_DAEMON * 8 + SEVERITIES.indexOf(severity);
  const line = `${tag}: [ID ${messageId(format)} daemon.${named}] ${text}`;
  return `<${priority}>${line.replace(/\s*\n\s*/g, ' ')}`;
}

export interface Logger {
  log(severity: Severity, tag: string, format: string, ...values: string[]): void;
}

/** Lines go to a small program of their own, which waits for syslogd in this one's stead. */
export class Syslog implements Logger {
  readonly #sender: ChildProcess;

  constructor(socket = '/dev/log') {
    this.#sender = spawn('perl', [SENDER, socket], { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
    ordinaryPriority(this.#sender);
    // A node whose log cannot be written goes on.
    this.#sender.on('error', () => undefined);
    this.#sender.stdin?.on('error', () => undefined);
  }

  log(severity: Severity, tag: string, format: string, ...values: string[]): void {
    this.#sender.stdin?.write(`${syslogLine(severity, tag, format, values)}\n`);
  }

  /** Resolves when all lines are with syslogd. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#sender.exitCode !== null || this.#sender.pid === undefined) resolve();
      this.#sender.once('exit', () => resolve());
      this.#sender.stdin?.end();
    });
  }
}

/** The node's own syslogd: reads /etc/syslog.conf, again on a HUP. Kernel messages are the host's, not the node's. */
export function startSyslogd(peers: readonly string[] = []): void {
  const daemon = spawn('syslogd', ['--no-detach', '--no-klog', '--mark=0', ...optionsFor(peers)], {
    stdio: 'ignore',
    detached: true,
  });
  ordinaryPriority(daemon);
  daemon.on('error', (error) => process.stderr.write(`syslogd: ${error.message}\n`));
}

/** Its file is its own, unless it is one of the broken variants: a log that all nodes share, and a daemon that is deaf. */
function optionsFor(peers: readonly string[]): string[] {
  if (sabotaged('log-to-all-nodes')) {
    appendFileSync(CONFIGURATION, peers.map((peer) => `daemon.debug\t@${peer}\n`).join(''));
    return ['--inet'];
  }
  if (sabotaged('syslogd-ignores-hup')) {
    copyFileSync(CONFIGURATION, `${CONFIGURATION}.read`);
    return ['--no-forward', `--rcfile=${CONFIGURATION}.read`];
  }
  return ['--no-forward'];
}
