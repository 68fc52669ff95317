//! Lists the Go files of this folder, so that they are embedded by name.

use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let mut packages = Vec::new();
    visit(Path::new(&root), "", &mut packages);
    packages.sort();
    let mut text = String::from("static PACKAGES: &[StdPackage] = &[\n");
    for (path, files) in packages {
        text += &format!("    StdPackage {{ path: {path:?}, files: &[");
        for (name, file) in files {
            text += &format!("({name:?}, include_str!({file:?})), ");
        }
        text += "] },\n";
    }
    text += "];\n";
    fs::write(Path::new(&out).join("packages.rs"), text).expect("the build folder can be written");
}

type Package = (String, Vec<(String, String)>);

fn visit(folder: &Path, path: &str, packages: &mut Vec<Package>) {
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let at = entry.path();
        if at.is_dir() {
            let inner = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
            if inner != "src" && inner != "target" {
                visit(&at, &inner, packages);
            }
        } else if name.ends_with(".go") {
            println!("cargo:rerun-if-changed={}", at.display());
            files.push((name, at.display().to_string()));
        }
    }
    if !files.is_empty() {
        files.sort();
        packages.push((path.to_string(), files));
    }
}
