import { describe, expect, it } from 'vitest';
import { COMMANDS, findCommand } from '../../src/cli/commandTable.js';

describe('findCommand', () => {
  it.each(COMMANDS)('finds $shape.name by its words', (command) => {
    expect(findCommand([...command.shape.name.split(' '), '--data', 'x'])).toBe(command);
  });

  it.each([
    [['tokenizer'], '"masklab tokenizer" requires a subcommand: train or extend.'],
    [['tokenizer', 'eat'], '"masklab tokenizer" requires a subcommand: train or extend.'],
    [['trian'], 'Unknown command "trian".'],
  ])('refuses %s', (given, message) => {
    expect(() => findCommand(given)).toThrow(message);
  });
});
