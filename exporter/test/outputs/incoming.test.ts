import fc from 'fast-check';
import { FrameCounter } from '../../src/outputs/stream/incoming';

/** A frame of a client: masked, or not as the rules forbid. */
function frame(length: number, masked: boolean): Buffer {
  const mask = masked ? 0x80 : 0;
  const head =
    length < 126
      ? [0x81, mask | length]
      : length < 65_536
        ? [0x02, mask | 126, length >> 8, length & 255]
        : [0x80, mask | 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255];
  return Buffer.concat([Buffer.from(head), Buffer.alloc(masked ? 4 : 0), Buffer.alloc(length, 0x8a)]);
}

it('counts the frames in whatever pieces they come', () => {
  const length = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.constantFrom(0, 125, 126, 127, 65_535, 65_536, 70_000));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(length, fc.boolean()), { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }),
      (frames, sizes) => {
        const bytes = Buffer.concat(frames.map(([size, masked]) => frame(size, masked)));
        const counter = new FrameCounter();
        let counted = 0;
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] as number;
          counted += counter.count(bytes.subarray(at, at + size));
          at += size;
        }
        expect(counted).toBe(frames.length);
      }
    )
  );
});
