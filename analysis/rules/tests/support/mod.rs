//! Packages made of text, straight in a database.
#![allow(dead_code, reason = "each test file uses another part of it")]

use std::sync::Arc;

use amigos_db::Db;
use amigos_db::host::{Database, ExecutionLog};
use amigos_db::input::{LIVE, Origin, Package, Profile, Root, SourceFile};
use amigos_db::query as q;
use amigos_rules::{Finding, declaration_findings};
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;

/// The line in front of a file.
struct Head {
    path: String,
    major: u32,
    library: bool,
    live: bool,
}

/// The files of a package.
type Sources = Vec<(SourceFile, Arc<str>)>;

/// A database with packages.
pub struct Program {
    pub db: Database,
    files: Vec<(SourceFile, Package, Arc<str>)>,
}

impl Program {
    /// Packages written as one text: a line `//- PATH/FILE.go` starts a file of package `PATH`, which `library` behind it makes a library and
    /// `live` the version that is live; `@vN` behind the path is another major than 1. Without such a
    /// line the text is one file of a contract.
    pub fn new(text: &str) -> Program {
        Program::over(Database::default(), text)
    }

    /// The same over a database that writes down what it executes.
    pub fn logging(log: ExecutionLog, text: &str) -> Program {
        Program::over(Database::logging(log), text)
    }

    fn over(mut db: Database, text: &str) -> Program {
        use salsa::Setter;
        let text = if text.starts_with("//- ") { text.to_owned() } else { format!("//- hub.amigos.dev/test/example/example.go\n{text}") };
        let mut packages: Vec<(Head, Sources)> = Vec::new();
        for part in text.split("//- ").skip(1) {
            let (head, body) = part.split_once('\n').expect("a line with the path");
            let mut words = head.split_whitespace();
            let (path, name) = words.next().expect("a path").rsplit_once('/').expect("a file in a package");
            let flags: Vec<&str> = words.collect();
            let (path, major) = path.split_once("@v").map_or((path, 1), |(p, m)| (p, m.parse().expect("a major")));
            let head = Head { path: path.to_owned(), major, library: flags.contains(&"library"), live: flags.contains(&"live") };
            let body: Arc<str> = Arc::from(body);
            let file = SourceFile::new(&db, Name::new(name), body.clone());
            match packages.iter_mut().find(|p| (&p.0.path, p.0.major, p.0.live) == (&head.path, major, head.live)) {
                Some(found) => found.1.push((file, body)),
                None => packages.push((head, vec![(file, body)])),
            }
        }
        let root = Root::get(&db);
        let mut all = root.packages(&db).clone();
        let mut owners = root.owners(&db).clone();
        let mut majors = root.majors(&db).clone();
        let mut files = Vec::new();
        let mut live = root.live(&db).clone();
        for (head, mut sources) in packages {
            sources.sort_by_key(|(f, _)| f.name(&db).to_string());
            let mut key = amigos_db::resolve::package_key(&head.path, head.major);
            if head.live {
                key = PkgKey(Name::new(&format!("{}{LIVE}", key.0)));
            }
            let list = sources.iter().map(|(f, _)| *f).collect();
            let package =
                Package::new(&db, key, list, Origin::Workspace, Profile::Contract, head.library, Name::new("1.0.0"), 26, vec![], vec![]);
            if head.live {
                live.insert(key, package);
                continue;
            }
            all.insert(key, package);
            let list: &mut Vec<u32> = majors.entry(Name::new(&head.path)).or_default();
            list.push(head.major);
            list.sort_unstable();
            for (file, text) in sources {
                owners.insert(file, vec![package]);
                files.push((file, package, text));
            }
        }
        root.set_packages(&mut db).to(all);
        root.set_live(&mut db).to(live);
        root.set_owners(&mut db).to(owners);
        root.set_majors(&mut db).to(majors);
        Program { db, files }
    }

    /// What the rules say: file, line from 1, finding.
    pub fn findings(&self) -> Vec<(String, usize, Finding)> {
        let mut out = Vec::new();
        for (file, package, text) in &self.files {
            for decl in q::split_file(&self.db, *file) {
                for found in declaration_findings(&self.db, *package, *decl).iter() {
                    let at = (decl.start(&self.db) + found.range.start) as usize;
                    let text = file.text(&self.db).get(..at).unwrap_or(text);
                    out.push((file.name(&self.db).to_string(), text.matches('\n').count() + 1, found.clone()));
                }
            }
        }
        out
    }

    /// Errors of syntax and types, as text.
    pub fn errors(&self) -> Vec<String> {
        let db: &dyn Db = &self.db;
        let mut out = Vec::new();
        for (file, package, _) in &self.files {
            for decl in q::split_file(db, *file) {
                out.extend(q::syntax_errors(db, *decl).iter().map(|e| format!("{e:?}")));
                let bodies = q::body_facts(db, *package, *decl);
                let facts = std::iter::once(q::sig_facts(db, *package, *decl)).chain(bodies.iter().cloned());
                out.extend(facts.flat_map(|f| f.errors.iter().filter(|e| !e.soft).map(|e| format!("{e:?}")).collect::<Vec<_>>()));
            }
        }
        out
    }

    /// The package of a path.
    pub fn package(&self, path: &str) -> Package {
        let key = amigos_db::resolve::package_key(path, 1);
        self.files.iter().find(|f| f.1.key(&self.db) == key).expect("a package").1
    }

    /// Replaces a part of a file.
    pub fn replace(&mut self, name: &str, from: &str, to: &str) {
        use salsa::Setter;
        let file = self.files.iter().find(|f| f.0.name(&self.db).as_str() == name).expect("a file").0;
        let text = file.text(&self.db).replace(from, to);
        file.set_text(&mut self.db).to(Arc::from(text));
    }
}
