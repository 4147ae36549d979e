// A process that adds keys to a store: adder.ts FILE PREFIX COUNT. Names each key on standard output once `add` has
// resolved, so that whoever reads knows what was acknowledged. With COUNT `forever` it is to be killed.
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import { openKeystore } from '../../src/keystore/keystore.ts';
import { Secret } from '../../src/secret.ts';

const [file = '', prefix = '', count = '1'] = process.argv.slice(2);
const store = openKeystore(file, { env: process.env, say: () => {}, interactive: false }, systemClock);

for (let at = 0; count === 'forever' || at < Number(count); at += 1) {
  const name = `${prefix}-${at}`;
  const { id } = await store.add({
    provider: 'p',
    name,
    secret: new Secret(`value of ${name}`),
    makeDefault: true,
  });
  writeSync(1, `${id}\n`);
  // Keeps the store small where this goes on for long, and takes turns between adding and changing.
  if (count === 'forever' && at % 4 === 3) {
    await store.rotate(id, { secret: new Secret(`later value of ${name}`) });
    writeSync(1, `${id} rotated\n`);
  }
}
