// What needs a key or a new folder runs in a terminal: the editor never asks for keys.
import * as vscode from "vscode";
import type { Session } from "./session.ts";

export interface TerminalCommand {
  cwd: string;
  command: string[];
}

/** Types a command of the server's binary into a terminal; the person presses Enter. */
export function inTerminal(session: Session, { cwd, command }: TerminalCommand, run = false): void {
  const terminal = vscode.window.createTerminal({ name: "amigos", cwd });
  terminal.show(true);
  const [first, ...rest] = command;
  const binary = first === "amigos" && session.server ? session.server.path : (first ?? "amigos");
  terminal.sendText([binary, ...rest].map(quoted).join(" "), run);
}

/** Leaves an unsigned transaction to `amigos keys` in a terminal, which says what it does, asks, signs and sends: no key is ever in the editor. */
export async function signInTerminal(session: Session, near: vscode.Uri, transaction: unknown): Promise<void> {
  const folder = session.storage;
  await vscode.workspace.fs.createDirectory(folder);
  const file = vscode.Uri.joinPath(folder, `transaction-${Date.now()}.json`);
  await vscode.workspace.fs.writeFile(file, new TextEncoder().encode(JSON.stringify(transaction, null, 2)));
  inTerminal(session, { cwd: vscode.Uri.joinPath(near, "..").fsPath, command: ["amigos", "keys", "sign", file.fsPath] });
}

/** A word as shells read it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Makes a new contract in a folder that is asked for. */
export async function newContract(session: Session): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (!folder) {
    void vscode.window.showInformationMessage("Amigos: open the folder that the contract should be in first.");
    return;
  }
  const path = await vscode.window.showInputBox({
    title: "new contract",
    prompt: "a folder, which becomes the last part of the path on the hub",
    value: "hello",
    validateInput: (value) => (/^[a-z][a-z0-9_/]*$/.test(value) ? undefined : "small letters, digits, `_` and `/`"),
  });
  if (path) inTerminal(session, { cwd: folder, command: ["amigos", "new", path] }, true);
}
