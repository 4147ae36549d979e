// The pool under every kind of service it may meet, at real time. Run: node bench/pool/pool.ts [pictures]
import { machine } from '../measure.ts';
import { type Conditions, makePictures, printScores, race, type Score } from './course.ts';
import { inProcess, inProcesses } from './our-client.ts';

const pictures = await makePictures(Number(process.argv[2] ?? 100));
const one = inProcess('');
const two = inProcesses('', 2);
const cases: readonly [string, typeof one, Conditions][] = [
  ['headers', one, {}],
  ['headers, buckets named images', one, { imageBucket: 'images' }],
  ['the wait in the text alone', one, { headers: 'text' }],
  ['nothing told', one, { headers: 'none' }],
  ['told by the user: 200 images', inProcess('', { images: 200 }), { headers: 'none' }],
  ['told wrongly: 400 images', inProcess('', { images: 400 }), { headers: 'none' }],
  ['refusals as late as answers', one, { refuse: 'after-latency' }],
  ['refusals as late, nothing told', one, { refuse: 'after-latency', headers: 'none' }],
  ['refusals during the upload', one, { refuse: 'during-upload' }],
  ['refusals cost a picture', one, { refusalCost: 1 }],
  ['refusals cost one, nothing told', one, { refusalCost: 1, headers: 'none' }],
  ['burst of 1', one, { burst: 1 }],
  ['burst of 1, nothing told', one, { burst: 1, headers: 'none' }],
  ['answers take 3 to 9 s', one, { latencyMs: [3000, 9000] }],
  ['two keys of two organisations', one, { keysEach: 2 }],
  ['two keys, nothing told', one, { keysEach: 2, headers: 'none' }],
  ['two processes', two, {}],
  ['two processes, nothing told', two, { headers: 'none' }],
];

console.log(`${machine()}: ${pictures.length} pictures, 200 a minute, 20 at once, 0.4 to 0.6 s each`);
const scores: Score[] = [];
for (const [name, client, conditions] of cases) {
  if (process.argv[3] !== undefined && !name.includes(process.argv[3])) continue;
  scores.push(...(await race([{ ...client, name }], pictures, conditions)));
}
printScores('our pool', scores);
