import { Argument, Command } from 'commander';
import type { Context } from '../context.ts';
import { writeResult } from '../streams.ts';
import { bashScript } from './completion/bash.ts';
import { fishScript } from './completion/fish.ts';
import { readTable } from './completion/table.ts';
import { zshScript } from './completion/zsh.ts';
import { notes } from './help.ts';

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

export interface CompletionOptions {
  readonly shell: keyof typeof scripts;
}

const examples = `
To load it in each new shell:
  bash   echo 'source <(imgsys completion bash)' >> ~/.bashrc
  zsh    echo 'source <(imgsys completion zsh)' >> ~/.zshrc      (behind compinit)
  fish   imgsys completion fish > ~/.config/fish/completions/imgsys.fish`;

/** `imgsys completion bash|zsh|fish`: prints a script that completes commands, options and their values. */
export function completionCommand(context: Context): Command {
  return new Command('completion')
    .description('print a completion script for bash, zsh or fish')
    .addArgument(new Argument('<shell>').choices(Object.keys(scripts)))
    .addHelpText('after', notes(examples))
    .action((shell: CompletionOptions['shell']) => completionRun({ shell }, context));
}

export async function completionRun({ shell }: CompletionOptions, context: Context): Promise<void> {
  await writeResult(context.streams, scripts[shell](await readTable(context)));
}
