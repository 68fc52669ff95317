// Where the server's binary is. No editor in here, so that it can be tested without one.
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A place where the server may be, in the order in which places are tried. */
export interface Place {
  origin: "AMIGOS_SERVER" | "amigos.server.path" | "PATH" | "bundled";
  path: string;
}

/** A server that answered, and what it calls itself. */
export interface Server extends Place {
  version: string;
}

export interface Surroundings {
  environment: NodeJS.ProcessEnv;
  setting: string;
  extensionFolder: string;
}

const binary = process.platform === "win32" ? "amigos.exe" : "amigos";

/**
 * The places to try: one that was named (by the environment or the setting) is the only one; else PATH, then the
 * binary that came with the extension.
 */
export function places({ environment, setting, extensionFolder }: Surroundings): Place[] {
  if (environment.AMIGOS_SERVER) return [{ origin: "AMIGOS_SERVER", path: environment.AMIGOS_SERVER }];
  if (setting) return [{ origin: "amigos.server.path", path: setting.replace(/^~(?=\/)/, environment.HOME ?? "~") }];
  const found: Place[] = [];
  for (const folder of (environment.PATH ?? "").split(delimiter)) {
    if (folder && isExecutable(join(folder, binary))) {
      found.push({ origin: "PATH", path: join(folder, binary) });
      break;
    }
  }
  const bundled = join(extensionFolder, "bin", binary);
  if (isExecutable(bundled)) found.push({ origin: "bundled", path: bundled });
  return found;
}

/** The first place whose binary says that it is `amigos`; else an error that says what was tried and what to do. */
export async function findServer(surroundings: Surroundings): Promise<Server> {
  const problems: string[] = [];
  for (const place of places(surroundings)) {
    try {
      return { ...place, version: await versionOf(place.path) };
    } catch (error) {
      problems.push(`\`${place.path}\` (from ${place.origin}): ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const tried = problems.length > 0 ? problems.join("; ") : "there is none on `PATH` and none came with the extension";
  throw new Error(`no \`amigos\` server found: ${tried}. Install \`amigos\`, or set \`amigos.server.path\`.`);
}

/** Runs `amigos --version`, which answers `amigos 1.2.3`. */
export function versionOf(path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(path, ["--version"], { timeout: 10_000, windowsHide: true }, (error, stdout) => {
      if (error) {
        const code = (error as NodeJS.ErrnoException).code;
        reject(new Error(code === "ENOENT" ? "there is no such file" : code === "EACCES" ? "it cannot be executed" : error.message.trim()));
        return;
      }
      const version = /^amigos (\d+\.\d+\.\d+\S*)/.exec(stdout);
      if (version?.[1]) resolve(version[1]);
      else reject(new Error("`--version` does not answer as `amigos` does"));
    });
  });
}

/** What a command of the binary prints, whether it does well or not. */
export function outputOf(path: string, words: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(path, words, { timeout: 10_000, windowsHide: true }, (error, stdout, stderr) => resolve(stdout || stderr || (error?.message ?? "")));
  });
}

/** Whether server and extension of these versions belong together: the same up to the last number, before 1.0 too. */
export function fits(server: string, extension: string): boolean {
  const release = (version: string) => version.split(".").slice(0, 2).join(".");
  return release(server) === release(extension);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
