import { describe, expect, it } from 'vitest';
import { createRoom } from '../../src/paid/room.ts';
import { fakeClock } from '../helpers/clock.ts';

const mebibyte = 2 ** 20;
const { signal } = new AbortController();

function roomWith(free: () => number) {
  const clock = fakeClock();
  return { clock, room: createRoom({ folder: '/paid', clock, freeBytes: async () => free() * mebibyte }) };
}

describe('room for answers', () => {
  it('is there for one, or nothing is bought', async () => {
    await expect(roomWith(() => 31).room.take(signal)).rejects.toMatchObject({
      reason: 'disk-full',
      message: 'less than 32 MiB are free where paid pictures are kept (/paid)',
    });
    await roomWith(() => 32).room.take(signal);
  });

  it('counts what is under way, and waits for it', async () => {
    let giveBack = () => {};
    let asked = 0;
    const { room, clock } = roomWith(() => {
      asked += 1;
      if (asked === 5) giveBack();
      return 79;
    });
    await room.take(signal);
    giveBack = await room.take(signal);
    await room.take(signal);
    expect([asked, clock.sleeps.length]).toEqual([5, 2]);
  });
});
