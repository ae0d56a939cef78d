import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { LOGICAL_HOSTNAME } from '../../../../../images/node/cluster/core/logical-hostname.ts';
import {
  logicalHostname,
  needLink,
  sameSubnet,
} from '../../../../../images/node/cluster/types/logical-hostname.ts';
import { config, contextFor, resourceOf, troubleOf, typeOf } from '../../../../helpers/methods.ts';

describe('SUNW.LogicalHostname', () => {
  for (const [one, other, prefix, same] of [
    ['198.18.4.10', '198.18.4.200', 24, true],
    ['198.18.4.10', '198.18.5.10', 24, false],
    ['198.18.4.10', '198.18.5.10', 23, true],
    ['198.18.4.10', '198.18.4.138', 25, false],
    ['10.0.0.1', '203.0.113.9', 0, true],
  ] as const) {
    it(`${one} and ${other} are ${same ? '' : 'not '}in one subnet of /${prefix}`, () =>
      expect(sameSubnet(one, other, prefix)).to.equal(same));
  }

  const given = (HostnameList: string, publicAddress = '127.0.0.1') =>
    contextFor(
      logicalHostname,
      typeOf('SUNW.LogicalHostname'),
      resourceOf('SUNW.LogicalHostname', { HostnameList }, 'host-rs'),
      { config: { ...config, publicAddress } },
    ).context;
  const validate = (context: ReturnType<typeof given>) => logicalHostname.methods.VALIDATE?.(context);

  it('VALIDATE says which address a host has, for the nodes to agree on', async () =>
    expect(await validate(given('localhost'))).to.deep.equal({ 'the address of localhost': '127.0.0.1' }));

  it('VALIDATE refuses a host without an address, and says where to put it', async () =>
    expect(await troubleOf(validate(given('no-such-host.invalid')))).to.match(
      /no-such-host.invalid has no address: .*\/etc\/hosts/,
    ));

  it('VALIDATE refuses an address of another network', async () =>
    expect(await troubleOf(validate(given('localhost', '198.18.4.10')))).to.match(
      /127.0.0.1, which is not in the public network/,
    ));

  it('is probed at its usual pace before its registration file has been read, too', async () => {
    const resource = resourceOf('SUNW.LogicalHostname', { HostnameList: 'localhost' }, 'host-rs');
    const { context, observed } = contextFor(logicalHostname, LOGICAL_HOSTNAME, resource);
    await logicalHostname.methods.MONITOR_START?.(context);
    expect(observed.probes).to.have.length(1);
    expect(observed.probes[0]).to.include({ intervalMs: 60_000, timeoutMs: 30_000 });
  });

  it("takes the kernel's word on the link", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'net-'));
    mkdirSync(join(folder, 'eth0'));
    try {
      for (const [state, says] of [
        ['up', /^$/],
        ['unknown', /^$/],
        ['down', /eth0 is down/],
        ['lowerlayerdown', /eth0 is lowerlayerdown/],
      ] as const) {
        writeFileSync(join(folder, 'eth0', 'operstate'), `${state}\n`);
        expect(await troubleOf(needLink('eth0', folder))).to.match(says);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('on a node that is not on the public network, MONITOR_CHECK says so', async () =>
    expect(
      await troubleOf(logicalHostname.methods.MONITOR_CHECK?.(given('localhost', '198.18.4.10'))),
    ).to.match(/no interface has 198.18.4.10/));
});
