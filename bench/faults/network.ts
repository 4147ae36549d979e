// The network at fault in every way, and what the built program makes of it: a table of fault and command.
// Run: npm run build && node bench/faults/network.ts [pattern of names of faults [command [trials at a time]]]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bodyFaults, connectionFaults, redirectFaults, statusFaults, typeFaults } from './network-answers.ts';
import { dnsFaults } from './network-dns.ts';
import { framingFaults } from './network-framing.ts';
import { proxyFaults } from './network-proxies.ts';
import { makeCertificates, openStranger, refused, throughFront } from './network-surroundings.ts';
import { tlsFaults } from './network-tls.ts';
import {
  type Command,
  type NetworkFault,
  type NetworkLab,
  openNetworkLab,
  tryNetwork,
} from './network-trials.ts';

const [pattern = '', only, atATime = '4'] = process.argv.slice(2);
const commands = (['key verify', 'key add', 'enhance'] as const).filter(
  (name) => only === undefined || name === only,
);
const place = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
// What is tried at the same time has a service of its own each; most of a trial is waiting.
const labs = await Promise.all(Array.from({ length: Number(atATime) }, () => openNetworkLab(place)));
const stranger = await openStranger();
const certificates = makeCertificates(place);
let [trials, bad] = [0, 0];
try {
  const redirects: NetworkFault[] = redirectFaults(stranger.port).map((each) => ({
    name: each.name,
    begin(lab) {
      throughFront(each).begin(lab);
      return { check: () => (stranger.seen.length > 0 ? ['another host was asked'] : []) };
    },
  }));
  const faults = [
    refused,
    ...connectionFaults.map(throughFront),
    ...statusFaults.map(throughFront),
    ...redirects,
    ...framingFaults.map(throughFront),
    ...bodyFaults.map(throughFront),
    ...typeFaults.map(throughFront),
    ...tlsFaults(certificates, place),
    ...proxyFaults(certificates),
    ...dnsFaults(certificates, place),
  ];
  console.log('fault | command | exit | seconds | paid | unsettled | first line');
  const queue = faults.filter(({ name }) => new RegExp(pattern).test(name));
  await Promise.all(
    labs.map(async (lab) => {
      for (let fault = queue.shift(); fault !== undefined; fault = queue.shift()) {
        for (const command of commands) await judge(lab, fault, command);
      }
    }),
  );
  console.log(`${trials} trials, ${bad} with breaches`);
  process.exitCode = bad > 0 ? 1 : 0;
} finally {
  await Promise.all(labs.map((lab) => lab.close()));
  stranger.close();
  rmSync(place, { recursive: true, force: true });
}

async function judge(lab: NetworkLab, fault: NetworkFault, command: Command): Promise<void> {
  const { outcome, says, breaches, paid, unsettled } = await tryNetwork(lab, fault, command);
  trials += 1;
  const sums = command === 'enhance' ? `${paid} | ${unsettled}` : ' | ';
  const seconds = (outcome.ms / 1000).toFixed(1);
  console.log(`${fault.name} | ${command} | ${outcome.code} | ${seconds} | ${sums} | ${says.slice(0, 170)}`);
  if (breaches.length === 0) return;
  bad += 1;
  console.log('  BREACH', fault.name, breaches);
}
