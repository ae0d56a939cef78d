import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { contextHost, currentContext } from '../../harness/engine/context.ts';

const id = createHash('sha256').update('lab').digest('hex');
const env = { DOCKER_CONFIG: '/cfg' };
const files: Record<string, string> = {
  '/cfg/config.json': '{"auths":{},"currentContext":"lab"}',
  [`/cfg/contexts/meta/${id}/meta.json`]:
    '{"Name":"lab","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://lab:2376","SkipTLSVerify":false}}}',
};
const read = (path: string) => files[path];

describe('the current Docker context', () => {
  it('is the one that config.json names', () => {
    expect(currentContext(env, read)).to.deep.equal({ name: 'lab', explicit: false });
  });

  it('is the one that DOCKER_CONTEXT names, before config.json', () => {
    expect(currentContext({ ...env, DOCKER_CONTEXT: 'other' }, read)).to.deep.equal({
      name: 'other',
      explicit: true,
    });
  });

  it('is none when it is the default one, or when no file names one', () => {
    expect(currentContext({ ...env, DOCKER_CONTEXT: 'default' }, read)).to.equal(undefined);
    expect(currentContext(env, () => '{"currentContext":"default"}')).to.equal(undefined);
    expect(currentContext(env, () => undefined)).to.equal(undefined);
    expect(currentContext(env, () => 'not JSON')).to.equal(undefined);
  });

  it('has the host of its meta.json', () => {
    expect(contextHost('lab', env, read)).to.deep.equal({ host: 'tcp://lab:2376', tlsFolder: undefined });
    expect(contextHost('unknown', env, read)).to.equal(undefined);
  });

  it('has its TLS folder where it has a certificate', () => {
    const folder = `/cfg/contexts/tls/${id}/docker`;
    const withTls = (path: string) => (path === `${folder}/cert.pem` ? 'PEM' : files[path]);
    expect(contextHost('lab', env, withTls)?.tlsFolder).to.equal(folder);
  });
});
