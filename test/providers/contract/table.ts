import { falPlayed } from './fal-played.ts';
import { geminiPlayed } from './gemini-played.ts';
import { imaginePlayed } from './imagine-played.ts';
import { compatiblePlayed, openaiPlayed } from './openai-played.ts';
import type { Played } from './played.ts';
import { replicatePlayed } from './replicate-played.ts';
import { stabilityPlayed } from './stability-played.ts';

/** Every provider that is asked over the network. */
export const table: readonly Played[] = [
  openaiPlayed,
  geminiPlayed,
  stabilityPlayed,
  replicatePlayed,
  falPlayed,
  imaginePlayed,
  compatiblePlayed,
];
