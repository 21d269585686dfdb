import type { Command } from "commander";

/** What is wrong with a command line; nothing of it is carried out. */
export function problemsOf(command: Command, words: readonly string[]): string[] {
  const named = command.commands.find((one) => one.name() === words[0]);
  if (named !== undefined) return problemsOf(named, words.slice(1));
  if (command.commands.length > 0 && command.registeredArguments.length === 0)
    return [`${words[0]} is no command`];
  const { operands, unknown } = command.parseOptions([...words]);
  const needed = command.registeredArguments.filter(({ required }) => required).length;
  const most = command.registeredArguments.some(({ variadic }) => variadic)
    ? Infinity
    : command.registeredArguments.length;
  const missing = command.options.filter(({ mandatory, long }) => mandatory && !words.includes(long!));
  return [
    ...(unknown.length > 0 ? [`unknown ${unknown.join()}`] : []),
    ...(operands.length < needed || operands.length > most ? [`${operands.length} arguments`] : []),
    ...missing.map(({ long }) => `${long} is missing`),
  ];
}
