import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findPaths } from '../../src/settings/paths.ts';

type Case = readonly [
  what: string,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
  files: readonly string[],
];

const linuxDefaults = [
  '/home/u/.config/imgsys/config.json',
  '/home/u/.local/share/imgsys/keystore.json',
  '/home/u/.local/state/imgsys/ledger.sqlite',
  '/home/u/.cache/imgsys',
];

const cases: readonly Case[] = [
  ['Linux', 'linux', {}, linuxDefaults],
  ['another HOME', 'linux', { HOME: '/srv' }, linuxDefaults.map((file) => file.replace('/home/u', '/srv'))],
  [
    'XDG variables',
    'linux',
    { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d', XDG_STATE_HOME: '/s', XDG_CACHE_HOME: '/t' },
    ['/c/imgsys/config.json', '/d/imgsys/keystore.json', '/s/imgsys/ledger.sqlite', '/t/imgsys'],
  ],
  [
    'XDG variables that are empty or relative',
    'linux',
    { XDG_CONFIG_HOME: '', XDG_DATA_HOME: 'data', XDG_STATE_HOME: './s', XDG_CACHE_HOME: '~/c' },
    linuxDefaults,
  ],
  [
    'IMGSYS_HOME over all',
    'linux',
    { IMGSYS_HOME: '/i', XDG_CONFIG_HOME: '/c' },
    ['/i/config.json', '/i/keystore.json', '/i/ledger.sqlite', '/i/cache'],
  ],
  [
    'IMGSYS_HOME that is relative',
    'linux',
    { IMGSYS_HOME: '../i' },
    ['/desk/i/config.json', '/desk/i/keystore.json', '/desk/i/ledger.sqlite', '/desk/i/cache'],
  ],
  ['IMGSYS_HOME that is empty', 'linux', { IMGSYS_HOME: '' }, linuxDefaults],
  [
    'macOS',
    'darwin',
    { XDG_CONFIG_HOME: '/c' },
    [
      '/home/u/Library/Preferences/imgsys/config.json',
      '/home/u/Library/Application Support/imgsys/keystore.json',
      '/home/u/Library/Application Support/imgsys/ledger.sqlite',
      '/home/u/Library/Caches/imgsys',
    ],
  ],
  [
    'Windows',
    'win32',
    { APPDATA: 'C:\\U\\Roaming', LOCALAPPDATA: 'D:\\Local' },
    [
      'C:\\U\\Roaming\\imgsys\\config.json',
      'C:\\U\\Roaming\\imgsys\\keystore.json',
      'D:\\Local\\imgsys\\ledger.sqlite',
      'D:\\Local\\imgsys\\cache',
    ],
  ],
];

describe('findPaths', () => {
  it.each(cases)('%s', (_, platform, env, files) => {
    const { config, keystore, ledger, cache } = findPaths(env, platform, '/home/u', '/desk/here');
    expect([config, keystore, ledger, cache]).toEqual(files);
  });

  it('takes a relative IMGSYS_HOME from the current folder', () => {
    expect(findPaths({ IMGSYS_HOME: 'i' }, process.platform).state).toBe(join(process.cwd(), 'i'));
  });

  it('takes a relative IMGSYS_HOME on Windows from the folder and its drive', () => {
    const { state } = findPaths({ IMGSYS_HOME: 'i' }, 'win32', 'C:\\Users\\u', 'D:\\here');
    expect(state).toBe('D:\\here\\i');
  });

  it('without variables on Windows stays below the home folder', () => {
    expect(findPaths({}, 'win32', 'C:\\Users\\u')).toMatchObject({
      config: 'C:\\Users\\u\\AppData\\Roaming\\imgsys\\config.json',
      state: 'C:\\Users\\u\\AppData\\Local\\imgsys',
    });
  });
});
