import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

async function call(name: string, input: object): Promise<unknown> {
  await vscode.extensions.getExtension('masklab.masklab')!.activate();
  const options = { input, toolInvocationToken: undefined };
  const { content } = await vscode.lm.invokeTool(name, options);
  const [part] = content;
  return JSON.parse((part as vscode.LanguageModelTextPart).value);
}

describe('the tools for chats', () => {
  it('are there, each with a description and a schema', async () => {
    await vscode.extensions.getExtension('masklab.masklab')!.activate();
    const tools = vscode.lm.tools.filter(({ name }) => name.startsWith('masklab_'));
    assert.deepEqual(tools.map(({ name }) => name).sort(), [
      'masklab_list_runs',
      'masklab_read_run',
      'masklab_start_run',
      'masklab_stop_run',
    ]);
    for (const { description, inputSchema } of tools) {
      assert.ok(description.length > 40);
      assert.ok(inputSchema);
    }
  });

  it('list runs with the notes to read them by', async () => {
    const { groups, notes } = (await call('masklab_list_runs', {})) as {
      groups: unknown[];
      notes: string[];
    };
    assert.ok(Array.isArray(groups));
    assert.match(notes.join(' '), /n counts seeds/);
  });

  it('refuse a run that is not there', async () => {
    await assert.rejects(call('masklab_read_run', { run: '../../etc' }), /No single run is called/);
  });
});
