// A user whose environment holds a key for a service on this machine.
import { type Home, newHome } from './cli.ts';
import { type Make, type Play, type PlayServer, startPlay } from './plays/play.ts';

export interface PlayedHome extends Home {
  readonly server: PlayServer;
}

/** `provider` as it is named on the command line. */
export async function playedHome(provider: string, play: Play, key: string, make: Make): Promise<PlayedHome> {
  const server = await startPlay(play, make);
  const { folder, env } = await newHome();
  const name = provider.toUpperCase().replaceAll('-', '_');
  const own = { [`IMGSYS_KEY_${name}`]: key, [`IMGSYS_BASE_URL_${name}`]: server.baseUrl };
  return { folder, env: { ...env, ...own }, server };
}
