// Pictures under a service's limits: the pool beside what people use today. Run: node bench/pool/rivals.ts [pictures]
import { machine } from '../measure.ts';
import { makePictures, printScores, race } from './course.ts';
import { inProcess } from './our-client.ts';
import { rivals } from './rival-clients.ts';

const pictures = await makePictures(Number(process.argv[2] ?? 100));
const clients = [...rivals, inProcess('imgsys')];

console.log(`${machine()}: ${pictures.length} pictures, 200 a minute, 20 at once, 0.4 to 0.6 s each`);
printScores('the service tells its limits', await race(clients, pictures));
printScores('the service tells nothing', await race(clients, pictures, { headers: 'none' }));
printScores(
  'one in ten is lost after it was charged, 5 % end with a 500, 2 % hang (2 s allowed)',
  await race(clients, pictures, {
    faults: { share: { drop: 0.1, error500: 0.05, hang: 0.02 } },
    timeoutMs: 2000,
  }),
);
