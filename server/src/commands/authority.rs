//! `amigos check --authority`: who can call what with effect.

use amigos_db::query as q;
use amigos_rules::authority::{Entry, Who, entries};
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;
use serde_json::{Value, json};

use crate::cli::{Done, Stop};
use crate::project::Project;

/// Prints it for the packages that were asked for.
pub fn print(project: &Project, as_json: bool) -> Done {
    let analysis = project.host.analysis();
    let keys = project.asked.iter().filter_map(|folder| Some(project.workspace.folder(folder)?.manifest.as_ref()?.key()));
    let mut found: Vec<(String, Vec<Entry>)> = Vec::new();
    for key in keys {
        let of =
            |db: &amigos_db::Database| q::package_of(db, PkgKey(Name::new(&key))).map(|package| entries(db, package)).unwrap_or_default();
        let list = analysis.computing(of).map_err(|_| Stop::usage("the analysis was cancelled"))?;
        found.push((key, list));
    }
    if as_json {
        let functions: Vec<Value> = found.iter().flat_map(|(key, list)| list.iter().map(|entry| to_json(key, entry))).collect();
        println!("{}", json!({ "functions": functions }));
        return Ok(0);
    }
    for (key, list) in &found {
        println!("{key}");
        let width = list.iter().map(|entry| entry.name.chars().count()).max().unwrap_or(0);
        for entry in list {
            println!("  {:<width$}  {}{}", entry.name.as_str(), entry.who.text(), changes(entry));
        }
    }
    Ok(0)
}

fn changes(entry: &Entry) -> String {
    let mut parts = Vec::new();
    if !entry.changes.is_empty() {
        let names: Vec<String> = entry.changes.iter().map(|name| format!("`{name}`")).collect();
        parts.push(format!("changes {}", names.join(", ")));
    }
    if entry.sends {
        parts.push("sends coins".to_owned());
    }
    parts.into_iter().map(|part| format!(" · {part}")).collect()
}

fn to_json(package: &str, entry: &Entry) -> Value {
    let roles: Vec<String> = match &entry.who {
        Who::Role(names) => names.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    let changes: Vec<String> = entry.changes.iter().map(ToString::to_string).collect();
    json!({
        "package": package, "name": entry.name.as_str(), "caller": entry.who.word(), "roles": roles, "changes": changes, "sends": entry.sends,
    })
}
