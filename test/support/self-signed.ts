import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate that nobody has signed but itself, made anew at each call. */
export function makeSelfSigned(host = 'localhost'): { readonly key: string; readonly cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = node(0x30, node(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])));
  const commonName = node(0x06, Buffer.from([0x55, 0x04, 0x03]));
  const name = node(0x30, node(0x31, node(0x30, commonName, node(0x0c, Buffer.from(host)))));
  const time = (offsetDays: number) => {
    const text = new Date(Date.now() + offsetDays * 86_400_000).toISOString();
    return node(0x17, Buffer.from(`${text.replaceAll(/[-:T]/g, '').slice(2, 14)}Z`));
  };
  const toBeSigned = node(
    0x30,
    ...[node(0x02, Buffer.from([1])), ecdsaWithSha256, name, node(0x30, time(-1), time(1)), name],
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = node(0x03, Buffer.from([0]), sign('sha256', toBeSigned, privateKey));
  const der = node(0x30, toBeSigned, ecdsaWithSha256, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${der.replaceAll(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** One node of DER: tag, length, content. */
function node(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
