// A user with a key for the image service of the tests.
import { type Home, newHome } from './cli.ts';
import { type ImageServer, testKey } from './image-server.ts';

/** A home whose environment holds a key that `server` accepts. */
export async function payingHome(server: ImageServer, key = testKey): Promise<Home> {
  const home = await newHome();
  const env = { ...home.env, IMGSYS_KEY_OPENAI: key, IMGSYS_BASE_URL_OPENAI: server.baseUrl };
  return { ...home, env };
}
