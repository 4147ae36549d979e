// One of several processes that send pictures under one ledger; prints how many came. Started by our-client.ts.
import { readFileSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { Course } from './course.ts';
import { sendAll } from './our-client.ts';

const [, , file = ''] = process.argv;
const { ledger: ledgerFile, pictures, ...course } = JSON.parse(readFileSync(file, 'utf8'));
const ledger = await openLedger(ledgerFile, systemClock);
try {
  const bytes = pictures.map((text: string) => Buffer.from(text, 'base64'));
  process.stdout.write(String(await sendAll({ ...(course as Course), pictures: bytes }, ledger.slots)));
} finally {
  ledger.close();
}
