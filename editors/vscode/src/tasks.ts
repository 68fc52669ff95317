// Tasks: `amigos check`, `test` and `gas` for each folder of the workspace that holds contracts; the problem matcher `$amigos` reads them.
import * as vscode from "vscode";
import type { Session } from "./session.ts";

const words = ["check", "test", "gas"] as const;

interface Definition extends vscode.TaskDefinition {
  command: string;
  args?: string[];
}

export class Tasks implements vscode.TaskProvider {
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  provideTasks(): vscode.Task[] {
    if (!this.session.client) return [];
    return (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => words.map((command) => this.task(folder, { type: "amigos", command })));
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const definition = task.definition as Definition;
    const folder = typeof task.scope === "object" ? task.scope : vscode.workspace.workspaceFolders?.[0];
    return folder && definition.command ? this.task(folder, definition) : undefined;
  }

  private task(folder: vscode.WorkspaceFolder, definition: Definition): vscode.Task {
    const binary = this.session.server?.path ?? "amigos";
    const run = new vscode.ProcessExecution(binary, [definition.command, ...(definition.args ?? ["."])], { cwd: folder.uri.fsPath });
    const task = new vscode.Task(definition, folder, definition.command, "amigos", run, "$amigos");
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, clear: true };
    if (definition.command === "check") task.group = vscode.TaskGroup.Build;
    if (definition.command === "test") task.group = vscode.TaskGroup.Test;
    return task;
  }
}
