//! `amigos doctor`: what is found, what is missing, and the remedy.

use std::process::Command;

use serde_json::json;

use crate::cache::{self, Cache};
use crate::cli::{Done, JsonArg};
use crate::embedded;
use crate::manifest;
use crate::network::{Choice, Network};
use crate::render::{Style, grouped, plural, tame};
use crate::workspace;

/// Options of `amigos doctor`.
#[derive(clap::Args)]
pub struct Options {
    /// A name from `amigos.toml`, `local`, or a URL
    #[arg(long)]
    network: Option<String>,
    #[command(flatten)]
    json: JsonArg,
}

/// One thing that was looked at.
struct Check {
    what: &'static str,
    /// Whether nothing has to be done.
    fine: bool,
    found: String,
    remedy: Option<String>,
}

/// Looks.
pub fn run(options: &Options) -> Done {
    let checks = [version(), packages(), cache_folder(), network(options), neovim(), vscode()];
    if options.json.json {
        let list: Vec<_> = checks.iter().map(|c| json!({ "what": c.what, "ok": c.fine, "found": c.found, "remedy": c.remedy })).collect();
        println!("{}", json!({ "checks": list }));
    } else {
        let style = Style::of_stdout();
        for check in &checks {
            let mark = if check.fine { "ok  " } else { "miss" };
            println!("{} {:<10} {}", if check.fine { style.dim(mark) } else { style.level("high", mark) }, check.what, check.found);
            if let Some(remedy) = &check.remedy {
                println!("     {:<10} {remedy}", "");
            }
        }
    }
    Ok(0)
}

fn version() -> Check {
    let place = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
    Check { what: "amigos", fine: true, found: format!("{} · {place}", env!("CARGO_PKG_VERSION")), remedy: None }
}

fn packages() -> Check {
    let here = std::env::current_dir().unwrap_or_default();
    let found = workspace::discover(&here);
    let bad: Vec<String> = found
        .iter()
        .map(|folder| workspace::load(folder))
        .flat_map(|package| package.problems.into_iter().map(move |problem| format!("{}: {}", package.folder.display(), problem.message)))
        .collect();
    let remedy = match (found.is_empty(), bad.first()) {
        (true, _) => Some("`amigos new NAME` makes one".to_owned()),
        (false, Some(problem)) => Some(problem.clone()),
        (false, None) => None,
    };
    Check {
        what: "packages",
        fine: remedy.is_none(),
        found: format!("{} with {} below this folder", plural(found.len() as u64, "folder"), manifest::FILE_NAME),
        remedy,
    }
}

fn cache_folder() -> Check {
    let what = "cache";
    let Some(cache) = Cache::of_user() else {
        return Check { what, fine: false, found: "this system has no folder for caches".to_owned(), remedy: Some("set HOME".to_owned()) };
    };
    let root = cache.root();
    let data = cache::folders().map(|folders| folders.data_dir().display().to_string()).unwrap_or_default();
    match std::fs::create_dir_all(root) {
        Ok(()) => Check { what, fine: true, found: format!("{} · data in {data}", root.display()), remedy: None },
        Err(error) => Check {
            what,
            fine: false,
            found: format!("{} cannot be written: {error}", root.display()),
            remedy: Some("make the folder writable, or set XDG_CACHE_HOME".to_owned()),
        },
    }
}

/// The network that the packages here mean. The local hub is not started for the sake of the question.
fn network(options: &Options) -> Check {
    let what = "network";
    let here = std::env::current_dir().unwrap_or_default();
    let found: Vec<workspace::PackageFolder> = workspace::discover(&here).iter().map(|folder| workspace::load(folder)).collect();
    let choice = match Choice::of(options.network.as_deref().unwrap_or_default(), found.iter()) {
        Ok(choice) => choice,
        Err(problem) => return Check { what, fine: false, found: "none".to_owned(), remedy: Some(problem) },
    };
    if choice == Choice::Embedded {
        let folder = embedded::folder();
        return match folder.as_deref().and_then(embedded::running) {
            Some(address) => {
                Check { what, fine: true, found: format!("local hub at {} (process {})", address.url, address.pid), remedy: None }
            }
            None => Check { what, fine: true, found: "local hub, not running: it is started when it is needed".to_owned(), remedy: None },
        };
    }
    match Network::reach(&choice) {
        Ok(network) => {
            let found = format!(
                "{} at {} · chain {} · height {}",
                network.name,
                network.client.url(),
                tame(&network.status.chain_id, 60),
                grouped(network.status.height)
            );
            Check { what, fine: true, found, remedy: None }
        }
        Err(problem) => {
            let remedy = "check `rpc` below `[network]` in `amigos.toml`, or choose another with `--network`".to_owned();
            Check { what, fine: false, found: format!("{}: {problem}", choice.name()), remedy: Some(remedy) }
        }
    }
}

fn neovim() -> Check {
    let what = "neovim";
    let Some(first) = first_line("nvim") else {
        return Check { what, fine: true, found: "not installed".to_owned(), remedy: None };
    };
    let numbers: Vec<u32> = first.trim_start_matches("NVIM v").split(['.', '-']).filter_map(|part| part.parse().ok()).collect();
    let fine = numbers.as_slice() >= [0, 11].as_slice();
    let remedy = (!fine).then(|| "the plugin needs Neovim 0.11 or newer".to_owned());
    Check { what, fine, found: first, remedy }
}

fn vscode() -> Check {
    let found = first_line("code").map_or_else(|| "not installed".to_owned(), |version| format!("VS Code {version}"));
    Check { what: "vscode", fine: true, found, remedy: None }
}

fn first_line(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).lines().next()?.trim().to_owned())
}
