import { Command, Option } from 'commander';
import type { Context } from '../context.ts';
import { formatNames, onDriftNames } from '../settings/keys.ts';
import type { EnhanceFlags } from './enhance/flags.ts';
import { runEnhance } from './enhance/run.ts';
import { notes } from './help.ts';

const examples = `
Where outputs go: one folder is mirrored below -o; several folders each keep their own name; a file goes to its name; a
quoted glob keeps what lies below its fixed part; a listed file keeps its relative path.

Examples:
  imgsys enhance photos -o enhanced                 a folder and all below it
  imgsys enhance photos -o enhanced -n -v           what would be done to each, and why
  imgsys enhance photos -o web --format webp --output-quality 82
  imgsys enhance photos -o big -p upscale --size 4x
  imgsys enhance photos --in-place --backup-dir originals
  imgsys enhance < in.jpg > out.jpg                 one picture through a pipe
  find . -name '*.jpg' -mtime -1 -print0 | imgsys enhance -o enhanced
  imgsys enhance photos -o ai --provider openai     by OpenAI, paid with your key
  imgsys enhance a.jpg --provider openai --show-upload sent.jpg  what would be sent
  imgsys enhance photos -o enhanced --contact-sheet page.html  before and after
  imgsys enhance photos -o enhanced --lock          for imgsys check in CI
  imgsys enhance photos -o enhanced --json | tail -n 1  the summary

Exit codes: 0 done or nothing to do, 2 usage, 3 some pictures failed, 4 no usable key, 5 run again, 6 no input found,
7 account problem at the provider, 8 spending limit reached, 10 time limit, 11 locked by another run, 12 key store
cannot be unlocked, 13 output exists (--on-exists fail), 14 ended with unsettled charges, 15 stopped for drift, 130 and
143 interrupted.`;

/** `imgsys enhance`: parses only; `runEnhance` acts. */
export function enhanceCommand(context: Context): Command {
  return new Command('enhance')
    .description('enhance photographs: same size, same metadata, same folders; originals are left alone')
    .argument(
      '[paths...]',
      'files, folders or quoted globs; without any, a list or a picture on standard input',
    )
    .option('-o, --output <dir>', 'folder for the results; sub-folders are mirrored')
    .option('-p, --preset <preset>', 'what to do: a name (imgsys presets list), or a preset file')
    .option('--provider <name>', 'who does it (default: local, this processor)')
    .option('--strength <0..1>', 'how far to go; 0 changes nothing (default: 0.65)')
    .option('--size <size>', 'keep; with the preset upscale 2x or 4x')
    .optionsGroup('Results:')
    .addOption(new Option('--format <format>', 'format of the results (default: keep)').choices(formatNames))
    .option('--output-quality <1..100>', 'quality of JPEG, WebP and AVIF results (default: 90)')
    .addOption(
      new Option(
        '--metadata <policy>',
        'EXIF, IPTC and XMP; the profile and the file time stay (default: keep)',
      ).choices(['keep', 'strip']),
    )
    .addOption(
      new Option('--gps <policy>', 'place of the picture (default: keep)').choices(['keep', 'strip']),
    )
    .addOption(
      new Option('--disclose <policy>', 'say in each result how it was made (default: auto)').choices([
        'auto',
        'off',
      ]),
    )
    .option(
      '--name <template>',
      "file name from {name} {ext} {source-ext} {preset} {format} {parent} (default: '{name}.{ext}')",
    )
    .option('--suffix <text>', "text after the name: '-enhanced'")
    .option('--in-place', 'replace the originals')
    .option('--backup-dir <dir>', 'with --in-place: where copies of the originals go')
    .addOption(
      new Option(
        '--on-exists <what>',
        'when an output exists that is not known as done (default: skip)',
      ).choices(['skip', 'overwrite', 'rename', 'fail']),
    )
    .optionsGroup('AI providers (they are paid):')
    .option('--model <name>', 'model of the provider')
    .option(
      '--quality <name>',
      'low, medium, high, xhigh or max (or 1K, 2K, 4K): imgsys providers NAME says which a model has',
    )
    .option('--prompt <text>', "what is asked for, instead of the preset's words")
    .option('--prompt-file <file>', 'the same from a file')
    .option(
      '--mask <path>',
      'a picture, or a folder with one for each: only where it is transparent (or white, without transparency) may change',
    )
    .option(
      '--background <what>',
      'with -p replace-background: #rrggbb, white, a picture, or words; else transparent, opaque or auto',
    )
    .option('--expand <edges>', 'with -p expand: 200, 20%, left=200,right=10%, or 16:9')
    .option('--remove <what>', 'with -p retouch: what is to go, in words')
    .option('--creative', 'with -p upscale: detail may be invented')
    .option('--seed <n>', 'the same number gives about the same picture, where the model takes one')
    .option('--negative <text>', 'what is not to be seen, where the model takes that')
    .option('--style <name>', 'one of the styles of the model, where it has any')
    .option('--moderation <what>', 'auto or low')
    .option('--option <name=value>', 'a further option of the service (repeatable)', collect)
    .option('--upload-pixels <megapixels>', 'how large pictures are sent and made, at most')
    .option(
      '--show-upload <file>',
      'write what would be sent of the first picture to a file, and send nothing',
    )
    .addOption(
      new Option(
        '--on-drift <what>',
        'when a result moves too far from its picture: only say so, put it into _review, or do not take it (default: keep)',
      ).choices(onDriftNames),
    )
    .option('--drift-stop <n>', 'stop after so many alike in a row that are not kept; 0 never (default: 5)')
    .option(
      '--fallback <providers>',
      'who makes what that one cannot: local, or PROVIDER:MODEL (a list with commas)',
    )
    .optionsGroup('Money:')
    .option('--key <name>', 'key to pay with (repeatable; name=2 gives it twice the work)', collect)
    .option('--tag <name>', 'project the calls are accounted to: imgsys usage --by tag')
    .option('--max-cost <dollars>', 'stop before the run costs more')
    .option('-y, --yes', 'approve what it costs beforehand')
    .option('--sample <n>', 'make so many first, chosen over sizes and folders, then say what they cost')
    .option('--approve-under <dollars>', 'with --sample: go on by itself when a picture costs no more')
    .option('--prices <file>', 'your own prices over the built-in ones (imgsys providers --help)')
    .option('--assume-price <dollars>', 'what to reckon for a picture whose price is not known')
    .addOption(
      new Option(
        '--retry-unsettled <when>',
        'buy again what an earlier call may have been charged for (default: ask)',
      ).choices(['never', 'ask', 'always']),
    )
    .optionsGroup('Pace of a service:')
    .option('--rpm <n>', 'requests a minute, where you know the limit')
    .option('--ipm <n>', 'images a minute')
    .option('--tpm <n>', 'tokens a minute')
    .option('--timeout <time>', 'for one call (default: 280s)')
    .option('--max-wait <time>', 'give up when the service wants a longer wait (default: 15m)')
    .optionsGroup('Which pictures:')
    .option(
      '--files-from <file>',
      'a list of files and folders: lines, or NUL-separated; - is standard input',
    )
    .option('--include <pattern>', 'only matching files (repeatable)', collect)
    .option('--exclude <pattern>', 'not these files and folders (repeatable)', collect)
    .option('--max-depth <n>', 'how many folders deep')
    .option('--limit <n>', 'stop after this many pictures; what is done already does not count')
    .option('--hidden', 'hidden files and folders, too')
    .option('--svg', 'vector drawings, too: they become PNG')
    .optionsGroup('The run:')
    .option('-n, --dry-run', 'say what would be done and write nothing')
    .option('--force', 'do again what is done, and replace outputs')
    .option('--checksum', 'read files again instead of trusting size and time')
    .option(
      '--concurrency <n>',
      'pictures at once, or auto: one for each processor; a service as many as it lets through',
    )
    .option('--max-memory <size>', 'memory for all pictures in work: 2G (default: a quarter of this machine)')
    .option('--max-pixels <n>', 'largest picture, in megapixels (default: 100)')
    .option('--max-file-size <size>', 'largest file (default: 1G)')
    .option(
      '--lock [file]',
      'note what stands by its hashes, for imgsys check; write it last, or --lock=FILE (default: imgsys.lock.jsonl)',
    )
    .option('--no-input', 'never ask, also on a terminal')
    .option('--max-errors <n>', 'stop after this many failures')
    .option('--max-duration <time>', 'begin nothing new after 90s, 30m, 2h')
    .optionsGroup('What is printed:')
    .option('--contact-sheet <file.html>', 'at the end, a page to look at all of it: before and after')
    .option('--json', 'JSON Lines on standard output: one event a line, the summary last')
    .option('--print0', 'end each path with NUL instead of a newline')
    .option('-q, --quiet', 'on standard error, failures only')
    .option('-v, --verbose', 'the plan of each picture: each step, and what was measured')
    .addHelpText('after', notes(examples))
    .action((paths: string[], flags: EnhanceFlags) => runEnhance(paths, flags, context));
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}
