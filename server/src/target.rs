//! `PKG.NAME` on the command line: a package by import path or folder, and what in it is meant.

use std::path::Path;

use crate::manifest::{self, HUB};
use crate::workspace;

/// A package and a path in it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// `hub.amigos.dev/token@v2`, or without the major as it was written.
    pub package: String,
    /// The folder, if the package was given as one.
    pub folder: Option<std::path::PathBuf>,
    /// What stands behind the package: `CreatePost`, `Posts[12].Upvote`; empty for the package itself.
    pub name: String,
}

/// Reads `PKG.NAME` or `PKG`. A package that is given as a folder is known by its manifest.
pub fn parse(text: &str) -> Result<Target, String> {
    let (package, name) = split(text);
    if package.starts_with(HUB) {
        return Ok(Target { package: package.to_owned(), folder: None, name: name.to_owned() });
    }
    // A folder may have a dot in its name: try the whole text first.
    for (folder, name) in [(text, ""), (package, name)] {
        let manifest_path = Path::new(folder).join(manifest::FILE_NAME);
        if !manifest_path.is_file() {
            continue;
        }
        let source =
            workspace::read_text(&manifest_path).map_err(|e| format!("`{}` {}", manifest_path.display(), e.unwrap_or_default()))?;
        return match manifest::parse(&source) {
            (Some(manifest), _) => Ok(Target { package: manifest.key(), folder: Some(folder.into()), name: name.to_owned() }),
            (None, problems) => {
                let first = problems.into_iter().next().map(|problem| problem.message).unwrap_or_default();
                Err(format!("`{}`: {first}", manifest_path.display()))
            }
        };
    }
    // In a package's own folder its functions and variables need nothing in front.
    if text.starts_with(|c: char| c.is_ascii_uppercase()) && Path::new(manifest::FILE_NAME).is_file() {
        return parse(&format!("./.{text}"));
    }
    Err(format!("`{text}` is neither an import path (`{HUB}...`) nor a folder with an `{}`", manifest::FILE_NAME))
}

/// Splits behind the last element of the path: `hub.amigos.dev/token@v2.Transfer`, `contracts/forum.Posts["a/b"].Upvote`.
fn split(text: &str) -> (&str, &str) {
    let plain = text.find(['[', '"', '(']).unwrap_or(text.len());
    let head = text.get(..plain).unwrap_or(text);
    let element = head.rfind('/').map_or(0, |at| at + 1);
    let dots = head.len() - head.trim_start_matches("../").trim_start_matches("./").len();
    let from = element.max(dots);
    match head.get(from..).and_then(|rest| rest.find('.')).filter(|at| from + at > 0) {
        Some(at) => (&text[..from + at], &text[from + at + 1..]),
        None => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_and_names_are_told_apart() {
        for (text, expected) in [
            ("hub.amigos.dev/social/post.CreatePost", ("hub.amigos.dev/social/post", "CreatePost")),
            ("hub.amigos.dev/token@v2.Transfer", ("hub.amigos.dev/token@v2", "Transfer")),
            ("hub.amigos.dev/forum.Posts[\"a/b.c\"].Upvote", ("hub.amigos.dev/forum", "Posts[\"a/b.c\"].Upvote")),
            ("hub.amigos.dev/forum", ("hub.amigos.dev/forum", "")),
            ("./contracts/forum.Posts", ("./contracts/forum", "Posts")),
            ("..", ("..", "")),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
        assert!(parse("nowhere.F").unwrap_err().contains("neither an import path"));
    }
}
