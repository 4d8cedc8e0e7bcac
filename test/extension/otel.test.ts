import * as vscode from 'vscode';
import { CommandId, SettingId } from '../../src/extension/contributionIds.ts';
import { OtlpReceiver } from '../host/support/otlpReceiver.ts';
import { openApi, runCommand, until } from './support/thisExtension.ts';

describe('the OpenTelemetry settings', () => {
  const receiver = new OtlpReceiver();
  const setEndpoint = (value: string | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration()
      .update(SettingId.otelEndpoint, value, vscode.ConfigurationTarget.Global);
  const tasks = (): number => receiver.spans.filter(({ name }) => name === 'invoke_agent direct').length;

  before(() => openApi());
  after(async () => {
    await setEndpoint(undefined);
    await receiver.close();
  });

  it('take effect at once, without a new window', async () => {
    const run = () => runCommand(CommandId.runTask, { task: '$ true' });
    await run();
    await setEndpoint(await receiver.listen());
    // The exporter is loaded while tasks go on: from some task on they are told of.
    await until('spans', async () => {
      await run();
      return tasks() > 0;
    });
  });
});
