/**
 * X.509 certificates of version 3 (RFC 5280), written: Node's crypto makes keys and signatures and reads certificates, and writes none.
 * Keys are ECDSA on P-256, signatures with SHA-256.
 */
import { createHash, generateKeyPair, randomBytes, sign, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { bitString, boolean, explicit, implicit, integer, objectId, octetString, sequence, set, time, utf8String, type Der } from './der.ts';

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const generate = promisify(generateKeyPair);

export function newKeyPair(): Promise<KeyPair> {
  return generate('ec', { namedCurve: 'P-256' });
}

/** Milliseconds since the epoch, kept to the second. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** One that signs others: its certificate names it as their issuer. */
export interface Authority {
  readonly name: string;
  readonly keys: KeyPair;
}

/** The certificate of an authority of its own, in PEM; it may sign those of others, and these none. */
export function authorityCertificate(authority: Authority, validity: Validity): string {
  return certificate(authority, authority, validity, [
    extension(basicConstraints, true, sequence(boolean(true), integer(0n))),
    // keyCertSign and cRLSign, the sixth and seventh bit.
    extension(keyUsage, true, bitString(Buffer.of(0b0000_0110), 1)),
  ]);
}

/** A certificate for both ends of TLS connections, in PEM; peers find its name also as a DNS name. */
export function peerCertificate(authority: Authority, name: string, publicKey: KeyObject, validity: Validity): string {
  return certificate(authority, { name, keys: { publicKey } }, validity, [
    extension(basicConstraints, true, sequence()),
    // digitalSignature, the first bit.
    extension(keyUsage, true, bitString(Buffer.of(0b1000_0000), 7)),
    extension(extendedKeyUsage, false, sequence(objectId(serverAuthentication), objectId(clientAuthentication))),
    extension(subjectAlternativeName, false, sequence(implicit(dnsName, Buffer.from(name, 'latin1')))),
  ]);
}

const commonName = '2.5.4.3';
const ecdsaWithSha256 = '1.2.840.10045.4.3.2';
const subjectKeyIdentifier = '2.5.29.14';
const keyUsage = '2.5.29.15';
const subjectAlternativeName = '2.5.29.17';
const basicConstraints = '2.5.29.19';
const authorityKeyIdentifier = '2.5.29.35';
const extendedKeyUsage = '2.5.29.37';
const serverAuthentication = '1.3.6.1.5.5.7.3.1';
const clientAuthentication = '1.3.6.1.5.5.7.3.2';
/** Of a GeneralName. */
const dnsName = 2;

interface Subject {
  readonly name: string;
  readonly keys: Pick<KeyPair, 'publicKey'>;
}

function certificate(issuer: Authority, subject: Subject, { from, to }: Validity, extensions: readonly Der[]): string {
  const algorithm = sequence(objectId(ecdsaWithSha256));
  const signed = sequence(
    explicit(0, integer(2n)),
    integer(serialNumber()),
    algorithm,
    distinguishedName(issuer.name),
    sequence(time(from), time(to)),
    distinguishedName(subject.name),
    publicKeyInfo(subject.keys.publicKey),
    explicit(3, sequence(
      ...extensions,
      extension(subjectKeyIdentifier, false, octetString(keyIdentifier(subject.keys.publicKey))),
      extension(authorityKeyIdentifier, false, sequence(implicit(0, keyIdentifier(issuer.keys.publicKey)))),
    )),
  );
  return pem(sequence(signed, algorithm, bitString(sign('sha256', signed, issuer.keys.privateKey))));
}

/** Positive, and 16 bytes of it by chance: RFC 5280 (4.1.2.2) allows for 20. */
function serialNumber(): bigint {
  return BigInt(`0x01${randomBytes(16).toString('hex')}`);
}

function distinguishedName(name: string): Der {
  return sequence(set(sequence(objectId(commonName), utf8String(name))));
}

function extension(id: string, critical: boolean, value: Der): Der {
  return sequence(objectId(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function publicKeyInfo(key: KeyObject): Der {
  return key.export({ type: 'spki', format: 'der' });
}

/** Any that differs from key to key will do: RFC 7093 has this one. */
function keyIdentifier(key: KeyObject): Uint8Array {
  return createHash('sha256').update(publicKeyInfo(key)).digest().subarray(0, 20);
}

function pem(der: Der): string {
  const lines = Buffer.from(der).toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
