// A simulation as a test: the server writes it and the slice of state that it runs on; here both are saved, and the test is shown.
import * as vscode from "vscode";
import type { Session } from "./session.ts";

interface Saved {
  test: string;
  uri: string;
  edit: unknown;
  text: string;
}

/** Saves a call as a test of its package. */
export async function saveAsTest(session: Session, call: object): Promise<void> {
  const saved = await session.execute<Saved>("amigos.saveTest", { ...call, apply: false });
  const converter = session.client?.protocol2CodeConverter;
  if (!saved || !converter) return;
  const edit = await converter.asWorkspaceEdit(saved.edit as Parameters<typeof converter.asWorkspaceEdit>[0]);
  if (!edit || !(await vscode.workspace.applyEdit(edit))) throw new Error("the test could not be written");
  for (const [uri] of edit.entries()) await (await vscode.workspace.openTextDocument(uri)).save();
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(saved.uri));
  const at = document.positionAt(Math.max(0, document.getText().indexOf(`func ${saved.test}(`)));
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.One, selection: new vscode.Range(at, at) });
  const run = "Run Test";
  void vscode.window.showInformationMessage(`Amigos: ${saved.text.split(" · ").slice(0, 2).join(" · ").trim()}`, run).then((picked) => {
    if (picked === run) void vscode.commands.executeCommand("testing.runAtCursor");
  });
}
