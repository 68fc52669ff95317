// The Test Explorer: tests are found and run by the server; results stand at the failing line.
import * as vscode from "vscode";
import type { LineCost, Lines } from "./lines.ts";
import { shortPackage } from "./text.ts";
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
  lines?: LineCost[];
  failures?: Failed[];
}

/** One reason why a test failed, at its line (from 1). */
interface Failed {
  uri?: string;
  line: number;
  message: string;
  expected?: string | null;
  actual?: string | null;
}

/** A file of a run with coverage; its lines are told when they are looked at. */
class Coverage extends vscode.FileCoverage {
  readonly lines: Map<number, number>;

  constructor(uri: vscode.Uri, lines: Map<number, number>, all: number) {
    super(uri, new vscode.TestCoverageCount([...lines.values()].filter((hits) => hits > 0).length, all));
    this.lines = lines;
  }
}

export class Tests implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController("amigos", "Amigos");
  private readonly session: Session;
  private readonly watchers: vscode.Disposable[];

  private readonly lines: Lines;

  constructor(session: Session, lines: Lines) {
    this.session = session;
    this.lines = lines;
    this.controller.refreshHandler = () => this.refreshAll();
    this.controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, (request, token) => this.run(request, token, false), true);
    const covering = this.controller.createRunProfile("Gas and Coverage", vscode.TestRunProfileKind.Coverage, (request, token) => this.run(request, token, true), true);
    covering.loadDetailedCoverage = async (_, file) => (file instanceof Coverage ? [...file.lines].map(([line, hits]) => new vscode.StatementCoverage(hits, new vscode.Position(line, 0))) : []);
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
    // not only those with `_test.go` in them: snippets in doc comments run too
    const sources = await vscode.workspace.findFiles("**/*.go", "**/node_modules/**", 5000);
    const folders = new Map(sources.map((uri) => [vscode.Uri.joinPath(uri, "..").toString(), uri]));
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
    const label = shortPackage(answer.package);
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

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken, withLines: boolean): Promise<void> {
    const run = this.controller.createTestRun(request);
    const wanted: vscode.TestItem[] = [];
    const costs: LineCost[] = [];
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
        const argument = { uri: item.uri?.toString(), function: item.label, lines: withLines };
        const { tests } = await client.sendRequest<{ tests: Verdict[] }>("workspace/executeCommand", { command: "amigos.runTest", arguments: [argument] });
        const verdict = tests.find((test) => test.name === item.label);
        if (!verdict) run.skipped(item);
        else this.report(run, item, verdict);
        costs.push(...(verdict?.lines ?? []));
      } catch (error) {
        run.errored(item, new vscode.TestMessage(error instanceof Error ? error.message : String(error)));
      }
    }
    if (withLines) await this.cover(run, costs);
    run.end();
  }

  /** Which lines were reached, and at what gas: the sums over the tests of a run. */
  private async cover(run: vscode.TestRun, costs: LineCost[]): Promise<void> {
    const sums = new Map<string, LineCost>();
    for (const cost of costs) {
      const key = `${cost.uri}#${cost.line}`;
      const sum = sums.get(key) ?? { ...cost, gas: 0, hits: 0 };
      sums.set(key, { ...sum, gas: sum.gas + cost.gas, hits: sum.hits + cost.hits });
    }
    const files = new Map<string, Map<number, number>>();
    for (const { uri, line, hits } of sums.values()) files.set(uri, (files.get(uri) ?? new Map<number, number>()).set(line, hits));
    for (const [uri, lines] of files) run.addCoverage(new Coverage(vscode.Uri.parse(uri), lines, lines.size));
    this.lines.show([...sums.values()]);
  }

  private report(run: vscode.TestRun, item: vscode.TestItem, verdict: Verdict): void {
    if (verdict.output) run.appendOutput(verdict.output.replaceAll("\n", "\r\n"), undefined, item);
    if (verdict.status === "pass") run.passed(item, verdict.elapsed_ms);
    else if (verdict.status === "skip") run.skipped(item);
    else {
      const found: Failed[] = verdict.failures?.length ? verdict.failures : [{ line: 0, message: verdict.output || "it failed" }];
      const messages = found.map((one) => failure(one, item));
      run.failed(item, messages, verdict.elapsed_ms);
    }
  }

  dispose(): void {
    this.watchers.forEach((watcher) => watcher.dispose());
    this.controller.dispose();
  }
}

/** A failure where it is, with what was expected beside what came where the test says so. */
function failure({ uri, line, message, expected, actual }: Failed, item: vscode.TestItem): vscode.TestMessage {
  const shown = typeof expected === "string" && typeof actual === "string" ? vscode.TestMessage.diff(message, expected, actual) : new vscode.TestMessage(message);
  if (uri && line > 0) shown.location = new vscode.Location(vscode.Uri.parse(uri), new vscode.Position(line - 1, 0));
  else if (item.uri && item.range) shown.location = new vscode.Location(item.uri, item.range.start);
  return shown;
}
