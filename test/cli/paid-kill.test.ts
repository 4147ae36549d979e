// kill -9 at durable steps of a paid run: nothing that was bought is lost, nothing is bought twice without a word. All
// steps: bench/paid/kill-sweep.ts.
import { beforeAll, describe, expect, it } from 'vitest';
import { program } from '../helpers/cli.ts';
import { everyPoint } from '../helpers/every-point.ts';
import { type Course, canTrace, killAndGoOn, readCourse } from '../helpers/paid-kill.ts';
import { tempFolder } from '../helpers/temp.ts';

const count = everyPoint ? 20 : 8;

describe.skipIf(!canTrace)(
  canTrace ? 'kill -9 at a durable step of a paid run' : 'kill -9 of a paid run (skipped: no strace here)',
  () => {
    let folder: string;
    let course: Course;
    let killed = 0;

    beforeAll(async () => {
      folder = await tempFolder();
      course = await readCourse(program, folder, 2);
      expect(course.points.length).toBeGreaterThan(count);
      // What the last ones come to depends on how far the run was when it died.
      return () => expect(killed).toBeGreaterThan(count * 0.8);
    });

    it.each(
      Array.from({ length: count }, (_, at) => at),
    )(`%i of ${count}: what was bought stays, and only what was in flight asks for a word`, async (at) => {
      const point = course.points[Math.floor((at * course.points.length) / count)];
      if (point === undefined) throw new Error('there are fewer steps');
      const after = await killAndGoOn(program, folder, course, point);
      if (after.killed) killed += 1;
      expect(after.billed - after.kept).toBeLessThanOrEqual(1);
    });
  },
);
