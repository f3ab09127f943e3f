/** Does the help of every command and of every command below it show an example that begins with its name? */
import { readdirSync } from 'node:fs';
import { Command } from 'commander';
import { expect, test } from 'vitest';

interface Registering {
  register?(program: Command): void;
}

const program = new Command('tritsim');
const names = readdirSync('src/cli').map((file) => file.replace(/\.ts$/, ''));
// `main` is the program itself.
for (const name of names.filter((each) => each !== 'main').toSorted()) {
  const { register } = (await import(`../../src/cli/${name}.ts`)) as Registering;
  register?.(program);
}

/** Commands that do something, by their words. */
function commandsIn(command: Command, words: string): [string, Command][] {
  const below = command.commands.flatMap((each) => commandsIn(each, `${words} ${each.name()}`));
  const acts = below.length === 0 || command.registeredArguments.length > 0;
  return [...(acts ? [[words, command] as [string, Command]] : []), ...below];
}

const commands = commandsIn(program, 'tritsim');

test('there are all of them', () => {
  expect(commands.map(([words]) => words)).toEqual(
    expect.arrayContaining([
      'tritsim simulate',
      'tritsim explore',
      'tritsim explore merge',
      'tritsim trace record',
    ]),
  );
});

test.each(commands)('%s', (words, command) => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  expect(text.slice(text.indexOf('Example'))).toMatch(
    new RegExp(`^Examples?:\\n {2}(?:[A-Z_]+=\\S+ )?${words} ?`),
  );
});
