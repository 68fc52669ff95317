//! `amigos new`: a package that checks, tests and deploys as it stands.

use std::path::{Path, PathBuf};

use crate::cli::{Done, Stop};
use crate::manifest;

/// Options of `amigos new`.
#[derive(clap::Args)]
pub struct Options {
    /// The folder to make
    folder: PathBuf,
    /// The import path; the folder's name under `hub.amigos.dev/` if not given
    #[arg(long)]
    path: Option<String>,
}

/// Makes the package.
pub fn run(options: &Options) -> Done {
    let name = package_name(&options.folder)?;
    let path = options.path.clone().unwrap_or_else(|| format!("{}{name}", manifest::HUB));
    manifest::check_path(&path).map_err(|problem| Stop::usage(format!("`--path {path}`: {problem}")))?;
    let shown = options.folder.display();
    if options.folder.join(manifest::FILE_NAME).exists() {
        return Err(Stop::usage(format!("`{shown}` holds a package already")));
    }
    std::fs::create_dir_all(&options.folder).map_err(|e| Stop::usage(format!("`{shown}` cannot be made: {e}")))?;
    for (file, text) in files(&path, &name) {
        let target = options.folder.join(&file);
        if target.exists() {
            return Err(Stop::usage(format!("`{}` is there already", target.display())));
        }
        std::fs::write(&target, text).map_err(|e| Stop::usage(format!("`{}` cannot be written: {e}", target.display())))?;
    }
    println!("made `{path}` in {shown}");
    println!("next: amigos check {shown} · amigos test {shown} · amigos deploy {shown}");
    Ok(0)
}

/// The package's name: the folder's, as far as Go takes it.
fn package_name(folder: &Path) -> Result<String, Stop> {
    let full = std::path::absolute(folder)?;
    let name = full.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_lowercase();
    let name: String = name.chars().filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit()).collect();
    if name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Ok(name);
    }
    Err(Stop::usage(format!("`{}` gives no package name: it needs a letter first, as in `amigos new greeter`", folder.display())))
}

fn files(path: &str, name: &str) -> [(String, String); 3] {
    let manifest = format!("path = \"{path}\"\nversion = \"0.1.0\"\ngo = \"1.{}\"\n", manifest::DEFAULT_GO);
    let code = format!(
        r##"// Package {name} keeps one greeting and counts how often it was changed.
package {name}

import (
	"errors"
	"fmt"
)

var (
	// Greeting is what Greet says.
	Greeting = "hello"

	// Changes counts the calls of SetGreeting that succeeded.
	Changes int
)

// errEmpty is returned for a greeting without text.
var errEmpty = errors.New("{name}: the greeting is empty")

// Greet greets someone.
//
// Example: Greet("alice")
func Greet(who string) string {{
	return Greeting + ", " + who
}}

// SetGreeting changes the greeting for everyone.
//
// Example: SetGreeting("good morning")
func SetGreeting(text string) error {{
	if text == "" {{
		return errEmpty
	}}
	Greeting = text
	Changes++
	amigos.Emit("Changed", "greeting", text)
	return nil
}}

// Render is the package's page, in Markdown.
func Render(path string) string {{
	return fmt.Sprintf("# {name}\n\n%q\n\nchanged %d times\n", Greeting, Changes)
}}
"##
    );
    let test = format!(
        r#"package {name}

import "testing"

func TestSetGreeting(t *testing.T) {{
	if err := SetGreeting("good morning"); err != nil {{
		t.Fatal(err)
	}}
	if got := Greet("alice"); got != "good morning, alice" {{
		t.Errorf("got %q", got)
	}}
	if err := SetGreeting(""); err == nil {{
		t.Error("an empty greeting was taken")
	}}
}}
"#
    );
    [("amigos.toml".to_owned(), manifest), (format!("{name}.go"), code), (format!("{name}_test.go"), test)]
}
