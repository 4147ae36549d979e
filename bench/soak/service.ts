// The image service with faults; tells its address, and how many pictures it has billed whenever it is asked.
import { startImageServer } from '../../test/helpers/image-server.ts';

const keys = Object.fromEntries(process.argv.slice(2).map((key) => [key, 'org-soak']));
const share = {
  ...{
    drop: 0.02,
    error500: 0.03,
    overloaded: 0.02,
    malformed: 0.01,
    html: 0.01,
    gateway: 0.01,
    moderation: 0.01,
  },
  ...{ 'short-body': 0.01, 'truncated-base64': 0.01, 'no-usage': 0.02 },
};
const server = await startImageServer({
  keys,
  answer: 'fixed',
  seed: 9,
  faults: { share },
  latencyMs: [20, 200],
});
process.on('message', () => process.send?.(String(server.journal.billed().length)));
process.on('disconnect', () => process.exit());
process.send?.(server.baseUrl);
