import type { Command, CommanderError, Option } from 'commander';
import { Fault, nearestName } from '../schemas/index.ts';

/** What commander says about a wrong call, as a Fault with a text in each language. Its message quotes the offending name. */
export function usageFault(error: CommanderError, program: Command, argv: readonly string[]): Fault {
  const quoted = /'(.*)'/s.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption': return unknown('option', quoted, longOptions(program, argv), error);
    case 'commander.unknownCommand': return unknown('command', quoted, program.commands.map((command) => command.name()), error);
    case 'commander.missingArgument': return new Fault('missing_argument', error.message, { values: { argument: quoted } });
    case 'commander.optionMissingArgument': return new Fault('missing_option_value', error.message, { values: { option: quoted } });
    case 'commander.missingMandatoryOptionValue': return new Fault('missing_option', error.message, { values: { option: quoted } });
    case 'commander.excessArguments': return new Fault('excess_arguments', error.message, { values: { arguments: /but got \d+: (.*)\.$/s.exec(error.message)?.[1] ?? '' } });
    default: return new Fault('wrong_usage', error.message, { values: { reason: error.message.replace(/^error: /, '') } });
  }
}

function unknown(kind: 'option' | 'command', name: string, known: readonly string[], error: CommanderError): Fault {
  const nearest = nearestName(name, known);
  return nearest === undefined
    ? new Fault(`unknown_${kind}`, error.message, { values: { name } })
    : new Fault(`unknown_${kind}_nearest`, `${error.message}; did you mean ${nearest}?`, { values: { name, nearest } });
}

/** Long options of the command that was called and of the program. */
function longOptions(program: Command, argv: readonly string[]): string[] {
  const called = program.commands.find((command) => argv.includes(command.name()));
  return [...(called?.options ?? []), ...program.options].map((option: Option) => option.long ?? '').concat('--help').filter((name) => name !== '');
}

/** Parser of an option that takes a whole number. @throws Fault `option_not_integer` */
export function integer(option: string, minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new Fault('option_not_integer', `${option} ${text}: a whole number from ${minimum} to ${maximum} is expected`, { values: { option, value: text, minimum, maximum } });
    }
    return value;
  };
}

/** Parser of an option that takes a number. @throws Fault `option_not_number` */
export function decimal(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value)) throw new Fault('option_not_number', `${option} ${text}: a number is expected`, { values: { option, value: text } });
    return value;
  };
}

/** Parser of an option that takes one of a few words. @throws Fault `option_not_choice` */
export function choice<T extends string>(option: string, choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((name) => name === text);
    if (found === undefined) throw new Fault('option_not_choice', `${option} ${text}: one of ${choices.join(', ')} is expected`, { values: { option, value: text, choices } });
    return found;
  };
}

/** Collects a repeatable option. */
export function collect(text: string, before: readonly string[]): string[] {
  return [...before, text];
}
