/** 203.0.113.7:4000 → 192.0.2.1:443. */
export const TCP4 = Buffer.from('cb007107c00002010fa001bb', 'hex');
/** [2001:db8::7]:4000 → [2001:db8::1]:443. */
export const TCP6 = Buffer.from('20010db800000000000000000000000720010db80000000000000000000000010fa001bb', 'hex');

/** A header of the PROXY protocol, version 2; TCP over IPv4 under PROXY unless said otherwise. */
export function proxyHeader({
  command = 0x21,
  family = 0x11,
  block = Buffer.alloc(0),
  length = block.length,
}: {
  readonly command?: number;
  readonly family?: number;
  readonly block?: Buffer;
  /** The length that it states. */
  readonly length?: number;
}): Buffer {
  const fixed = Buffer.from([...Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'), command, family, 0, 0]);
  fixed.writeUInt16BE(length, 14);
  return Buffer.concat([fixed, block]);
}

export function addition(type: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, value.length >> 8, value.length & 0xff]), value]);
}
