import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorityCertificate, newKeyPair, peerCertificate, type Authority, type KeyPair } from './certificate.ts';

const validity = { from: Date.now() - 60_000, to: Date.now() + 3_600_000 };
let folder: string;
let authority: Authority;
let other: Authority;
let peer: KeyPair;
let files: { readonly ca: string; readonly otherCa: string; readonly peer: string };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'haulier-x509-'));
  [authority, other] = [{ name: 'an authority', keys: await newKeyPair() }, { name: 'an authority', keys: await newKeyPair() }];
  peer = await newKeyPair();
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  files = {
    ca: file('ca.pem', authorityCertificate(authority, validity)),
    otherCa: file('other-ca.pem', authorityCertificate(other, validity)),
    peer: file('peer.pem', peerCertificate(authority, 'a-peer', peer.publicKey, validity)),
  };
});
afterAll(() => rmSync(folder, { recursive: true }));

const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('a certificate', () => {
  it('is what OpenSSL verifies, strictly, and only against its own authority', () => {
    expect(openssl('verify', '-x509_strict', '-CAfile', files.ca, files.peer)).toContain('OK');
    expect(openssl('verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'a-peer', '-CAfile', files.ca, files.peer)).toContain('OK');
    expect(() => openssl('verify', '-verify_hostname', 'b-peer', '-CAfile', files.ca, files.peer)).toThrow(/hostname mismatch/i);
    expect(() => openssl('verify', '-CAfile', files.otherCa, files.peer)).toThrow();
  });

  it('says who it is of, for how long, and what for', () => {
    const text = openssl('x509', '-in', files.peer, '-noout', '-text');
    for (const line of ['Version: 3', 'Issuer: CN = an authority', 'Subject: CN = a-peer', 'TLS Web Server Authentication, TLS Web Client Authentication', 'DNS:a-peer', 'CA:FALSE']) {
      expect(text).toContain(line);
    }
    const read = new X509Certificate(peerCertificate(authority, 'a-peer', peer.publicKey, validity));
    expect(Math.abs(read.validToDate.getTime() - validity.to)).toBeLessThan(1000);
    expect(read.checkPrivateKey(peer.privateKey)).toBe(true);
    expect(read.verify(authority.keys.publicKey)).toBe(true);
    expect(read.verify(other.keys.publicKey)).toBe(false);
  });

  it('has another serial number each time', () => {
    const serials = Array.from({ length: 20 }, () => new X509Certificate(peerCertificate(authority, 'a-peer', peer.publicKey, validity)).serialNumber);
    expect(new Set(serials).size).toBe(20);
    for (const serial of serials) expect(serial).toMatch(/^01[0-9A-F]{32}$/);
  });

  it('holds beyond 2049', () => {
    const read = new X509Certificate(peerCertificate(authority, 'a-peer', peer.publicKey, { ...validity, to: Date.UTC(2051, 0, 2, 3, 4, 5) }));
    expect(read.validToDate.toISOString()).toBe('2051-01-02T03:04:05.000Z');
  });
});

describe('two peers of an authority', () => {
  it('authenticate each other over TLS, and nobody else', async () => {
    const end = async (of: Authority, name: string) => {
      const keys = await newKeyPair();
      return { ca: authorityCertificate(of, validity), cert: peerCertificate(of, name, keys.publicKey, validity), key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) };
    };
    const server = createServer({ ...await end(authority, 'a-target'), requestCert: true, rejectUnauthorized: true }, (socket) => socket.end(socket.getPeerX509Certificate()?.subject ?? ''));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const ask = async (options: { readonly ca: string; readonly cert: string; readonly key: string | Buffer }) => {
      const socket = connect({ ...options, host: '127.0.0.1', port, servername: 'a-target' });
      let said = '';
      for await (const chunk of socket) said += String(chunk);
      return said;
    };
    try {
      expect(await ask(await end(authority, 'a-source'))).toBe('CN=a-source');
      const stranger = await end(other, 'a-source');
      await expect(ask(stranger)).rejects.toThrow(/certificate|signature/i);
      // With TLS 1.3 a client may have finished before the server turns it away.
      expect(await ask({ ...stranger, ca: authorityCertificate(authority, validity) }).catch(() => '')).toBe('');
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
