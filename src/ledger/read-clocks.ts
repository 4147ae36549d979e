import type { Clock } from '../clock.ts';
import type { Reading } from './calendar.ts';
import type { MachineTime } from './machine-time.ts';

export function readClocks(clock: Clock, time: MachineTime): Reading {
  return { boot: time.bootId(), wallMs: clock.now(), awakeMs: time.nowMs(), uptimeMs: time.uptimeMs() };
}
