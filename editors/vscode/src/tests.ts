// The Test Explorer: tests are found and run by the server; results stand at the failing line.
import * as vscode from "vscode";
import { failurePlace } from "./text.ts";
import type { Session } from "./session.ts";

interface Found {
  name: string;
  uri: string;
  range: { start: { line: number; character: number }; end: { line: number; character: number } };
}

interface Verdict {
  name: string;
  status: "pass" | "fail" | "skip";
  gas: number;
  elapsed_ms: number;
  output: string;
}

export class Tests implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("amigos", "Amigos");
  private readonly session: Session;
  private readonly watchers: vscode.Disposable[];

  constructor(session: Session) {
    this.session = session;
    this.controller.refreshHandler = () => this.refreshAll();
    this.controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, (request, token) => this.run(request, token), true);
    this.watchers = [
      vscode.workspace.onDidOpenTextDocument((document) => this.look(document)),
      vscode.workspace.onDidSaveTextDocument((document) => this.look(document)),
      session.onDidStart(() => void this.refreshAll()),
    ];
  }

  private look(document: vscode.TextDocument): void {
    if (document.uri.scheme === "file" && document.fileName.endsWith(".go")) void this.refresh(document.uri);
  }

  private async refreshAll(): Promise<void> {
    const manifests = await vscode.workspace.findFiles("**/*_test.go", "**/node_modules/**", 500);
    const folders = new Map(manifests.map((uri) => [vscode.Uri.joinPath(uri, "..").toString(), uri]));
    for (const uri of folders.values()) await this.refresh(uri);
  }

  /** Asks for the tests of the package that a file is in. */
  private async refresh(uri: vscode.Uri): Promise<void> {
    const client = this.session.client;
    if (!client) return;
    let answer: { package: string; tests: Found[] };
    try {
      answer = await client.sendRequest("workspace/executeCommand", { command: "amigos.tests", arguments: [{ uri: uri.toString() }] });
    } catch {
      return; // it is in no package
    }
    const label = answer.package.replace(/^hub\.amigos\.dev\//, "").replace(/@v1$/, "");
    if (answer.tests.length === 0) {
      this.controller.items.delete(answer.package);
      return;
    }
    const item = this.controller.createTestItem(answer.package, label, vscode.Uri.joinPath(uri, ".."));
    for (const test of answer.tests) {
      const child = this.controller.createTestItem(`${answer.package}#${test.name}`, test.name, vscode.Uri.parse(test.uri));
      child.range = new vscode.Range(test.range.start.line, test.range.start.character, test.range.end.line, test.range.end.character);
      item.children.add(child);
    }
    this.controller.items.add(item);
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    const wanted: vscode.TestItem[] = [];
    const add = (item: vscode.TestItem) => {
      if (request.exclude?.includes(item)) return;
      if (item.children.size > 0) item.children.forEach(add);
      else wanted.push(item);
    };
    if (request.include) request.include.forEach(add);
    else this.controller.items.forEach(add);
    wanted.forEach((item) => run.enqueued(item));
    for (const item of wanted) {
      if (token.isCancellationRequested) {
        run.skipped(item);
        continue;
      }
      run.started(item);
      try {
        const client = this.session.client;
        if (!client) throw new Error("the server is not running");
        const argument = { uri: item.uri?.toString(), function: item.label };
        const { tests } = await client.sendRequest<{ tests: Verdict[] }>("workspace/executeCommand", { command: "amigos.runTest", arguments: [argument] });
        const verdict = tests.find((test) => test.name === item.label);
        if (!verdict) run.skipped(item);
        else this.report(run, item, verdict);
      } catch (error) {
        run.errored(item, new vscode.TestMessage(error instanceof Error ? error.message : String(error)));
      }
    }
    run.end();
  }

  private report(run: vscode.TestRun, item: vscode.TestItem, verdict: Verdict): void {
    if (verdict.output) run.appendOutput(verdict.output.replaceAll("\n", "\r\n"), undefined, item);
    if (verdict.status === "pass") run.passed(item, verdict.elapsed_ms);
    else if (verdict.status === "skip") run.skipped(item);
    else {
      const message = new vscode.TestMessage(verdict.output || "it failed");
      const place = failurePlace(verdict.output);
      if (item.uri && item.range) {
        const uri = place ? vscode.Uri.joinPath(item.uri, "..", place.file) : item.uri;
        message.location = new vscode.Location(uri, place ? new vscode.Position(place.line - 1, 0) : item.range.start);
      }
      run.failed(item, message, verdict.elapsed_ms);
    }
  }

  dispose(): void {
    this.watchers.forEach((watcher) => watcher.dispose());
    this.controller.dispose();
  }
}
