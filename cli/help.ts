import type { Command, Option } from 'commander';
import { displayWidth } from './output/table.ts';
import { wrap } from './output/wrap.ts';
import type { Speech } from './text.ts';

const titles: Readonly<Record<string, string>> = {
  'Usage:': 'help_title_usage', 'Arguments:': 'help_title_arguments', 'Options:': 'help_title_options', 'Global Options:': 'help_title_global', 'Commands:': 'help_title_commands',
};
const widestHelp = 120;

/** Help in the user's language, wrapped where full-width characters end. To be called before any command is added. */
export function translateHelp(program: Command, speech: Speech): void {
  program
    .helpOption('-h, --help', speech.say('help_help'))
    .helpCommand('help [command]', speech.say('help_help_command'))
    .configureHelp({
      showGlobalOptions: true,
      minWidthToWrap: 16,
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map((argument) => (argument.required ? `<${argument.name()}>` : `[${argument.name()}]`))].join(' '),
      styleTitle: (title) => (titles[title] === undefined ? title : speech.say(titles[title])),
      optionDescription: (option) => option.description + (showsDefault(option) ? speech.say('help_default', { value: String(option.defaultValue) }) : ''),
      displayWidth,
      boxWrap: (text, width) => wrap(text, width),
    })
    .configureOutput({ getOutHelpWidth: () => Math.min(process.stdout.columns || 80, widestHelp), getErrHelpWidth: () => Math.min(process.stderr.columns || 80, widestHelp) })
    .addHelpText('afterAll', ({ error }) => {
      const width = Math.min((error ? process.stderr : process.stdout).columns || 80, widestHelp);
      return ['', wrap(speech.say('help_exit'), width), '', wrap(speech.say('help_environment'), width)].join('\n');
    });
}

function showsDefault(option: Option): boolean {
  return option.defaultValue !== undefined && typeof option.defaultValue !== 'boolean' && !Array.isArray(option.defaultValue);
}
