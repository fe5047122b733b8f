import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeCloseFrame, FrameBoundary } from '../../src/gateway/websocket-frames.ts';

/** A server's frame with so many bytes of content. */
function frame(length: number): Buffer {
  const head =
    length < 126
      ? Buffer.from([0x82, length])
      : length < 65_536
        ? Buffer.from([0x82, 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([0x82, 127]), eightBytes(length)]);
  return Buffer.concat([head, Buffer.alloc(length, 0x82)]);
}

function eightBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

describe('where a frame ends (RFC 6455 section 5.2)', () => {
  test('is found however the bytes are cut into packets', () => {
    const lengths = fc.array(fc.constantFrom(0, 1, 125, 126, 127, 65_535, 65_536), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        lengths,
        fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 20 }),
        (sizes, cuts) => {
          const boundary = new FrameBoundary();
          const bytes = Buffer.concat(sizes.map(frame));
          const ends = new Set<number>();
          let end = 0;
          for (const size of sizes) ends.add((end += frame(size).length));
          ends.add(0);
          let offset = 0;
          for (let turn = 0; offset < bytes.length; turn += 1) {
            const chunk = bytes.subarray(offset, offset + (cuts[turn % cuts.length] ?? 1));
            expect(boundary.advance(chunk, false)).toBe(chunk.length);
            offset += chunk.length;
            expect(boundary.isAtBoundary).toBe(ends.has(offset));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('is where it stops when asked to', () => {
    const boundary = new FrameBoundary();
    const bytes = Buffer.concat([frame(10), frame(10)]);
    boundary.advance(bytes.subarray(0, 5), false);
    expect(boundary.advance(bytes.subarray(5), true)).toBe(frame(10).length - 5);
    expect(boundary.isAtBoundary).toBe(true);
    expect(boundary.advance(bytes, true)).toBe(0);
  });

  test('is never, for a length beyond all', () => {
    const boundary = new FrameBoundary();
    boundary.advance(Buffer.concat([Buffer.from([0x82, 127]), Buffer.alloc(8, 0xff), Buffer.alloc(100)]), false);
    expect(boundary.isAtBoundary).toBe(false);
  });
});

test('a close frame carries code and reason, unmasked (RFC 6455 section 5.5.1)', () => {
  expect(composeCloseFrame(1008, 'bye')).toEqual(Buffer.from([0x88, 5, 0x03, 0xf0, 0x62, 0x79, 0x65]));
  expect(() => composeCloseFrame(1008, 'x'.repeat(124))).toThrow(RangeError);
});
