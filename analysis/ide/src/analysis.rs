//! The host that takes changes, and the snapshots that answer.

use std::sync::Arc;

use amigos_db::input::{LIVE, Origin as DbOrigin, Package, Profile as DbProfile, Root, SourceFile};
use amigos_db::resolve::package_key;
use amigos_db::{Database, Db, query as q};
use amigos_syntax::ast::DeclKind;
use amigos_syntax::{Name, TextRange};
use amigos_types::ty::PkgKey;
use rustc_hash::{FxHashMap, FxHashSet};
use salsa::{Durability, Setter};

use crate::data::*;

/// An edit overtook the computation: ask again, of a newer snapshot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled;

/// A result, unless an edit overtook it.
pub type Cancellable<T> = Result<T, Cancelled>;

/// What the network said of one package: an input of its own, so that a new block touches only what it changed.
#[salsa::input(debug)]
pub(crate) struct NetworkFacts {
    /// The facts.
    #[returns(clone)]
    pub facts: Option<Arc<PackageFacts>>,
}

/// How the owner's files and the database's inputs correspond.
#[derive(Default, Clone)]
pub(crate) struct Maps {
    files: FxHashMap<FileId, SourceFile>,
    ids: FxHashMap<SourceFile, FileId>,
    live: FxHashMap<Arc<str>, NetworkFacts>,
    /// No query reads it, so that it is no input of the database.
    pub(crate) offered: Arc<[Offered]>,
}

/// The owner of all inputs. There is one per server, on one thread.
#[derive(Default)]
pub struct AnalysisHost {
    db: Database,
    maps: Arc<Maps>,
    /// The files that are or were open: their texts have low durability.
    open: FxHashSet<SourceFile>,
}

impl AnalysisHost {
    /// An analyzer that knows the standard library and nothing else.
    pub fn new() -> AnalysisHost {
        AnalysisHost::default()
    }

    /// An analyzer that writes down which queries it executes.
    pub fn logging(log: amigos_db::host::ExecutionLog) -> AnalysisHost {
        AnalysisHost { db: Database::logging(log), ..AnalysisHost::default() }
    }

    /// Takes a change. Computations on older snapshots end with [`Cancelled`]; this waits for them.
    pub fn apply_change(&mut self, change: Change) {
        for (id, text) in change.files {
            self.set_text(id, text, change.open.contains(&id));
        }
        if let Some(packages) = change.packages {
            self.set_packages(&packages);
        }
        if let Some(offered) = change.offered {
            Arc::make_mut(&mut self.maps).offered = offered;
        }
        for (key, facts) in change.facts {
            match self.maps.live.get(&key).copied() {
                Some(input) => {
                    if input.facts(&self.db) != facts {
                        input.set_facts(&mut self.db).to(facts);
                    }
                }
                None => {
                    let input = NetworkFacts::new(&self.db, facts);
                    Arc::make_mut(&mut self.maps).live.insert(key, input);
                }
            }
        }
    }

    /// Lets go of what can be made again and was not needed for long: syntax trees, bodies. Computations on snapshots end with [`Cancelled`], as by a change.
    pub fn let_go(&mut self) {
        salsa::Database::synthetic_write(&mut self.db, Durability::LOW);
    }

    /// What is open will be edited. What depends on other files alone is not looked at after such an edit, however much there is of it.
    fn set_text(&mut self, id: FileId, text: Option<Arc<str>>, open: bool) {
        match (self.maps.files.get(&id).copied(), text) {
            (Some(file), Some(text)) if open => {
                if self.open.insert(file) || *file.text(&self.db) != text {
                    file.set_text(&mut self.db).with_durability(Durability::LOW).to(text);
                }
            }
            (Some(file), Some(text)) => {
                if *file.text(&self.db) != text {
                    file.set_text(&mut self.db).to(text);
                }
            }
            (None, Some(text)) => {
                let durability = if open { Durability::LOW } else { Durability::MEDIUM };
                let file =
                    SourceFile::builder(Name::new(""), text).durability(Durability::MEDIUM).text_durability(durability).new(&self.db);
                if open {
                    self.open.insert(file);
                }
                let maps = Arc::make_mut(&mut self.maps);
                maps.files.insert(id, file);
                maps.ids.insert(file, id);
            }
            (Some(file), None) => {
                file.set_text(&mut self.db).to(Arc::from(""));
                let maps = Arc::make_mut(&mut self.maps);
                maps.files.remove(&id);
                maps.ids.remove(&file);
                self.open.remove(&file);
            }
            (None, None) => {}
        }
    }

    fn set_packages(&mut self, inputs: &[PackageInput]) {
        let root = Root::get(&self.db);
        let old = root.packages(&self.db).clone();
        let mut packages: FxHashMap<PkgKey, Package> =
            old.iter().filter(|(_, p)| p.origin(&self.db) == DbOrigin::Std).map(|(k, p)| (*k, *p)).collect();
        let mut owners: FxHashMap<SourceFile, Vec<Package>> = FxHashMap::default();
        let mut majors: FxHashMap<Name, Vec<u32>> = FxHashMap::default();
        let old_live = root.live(&self.db).clone();
        let mut live: FxHashMap<PkgKey, Package> = FxHashMap::default();
        for input in inputs {
            let key = package_key(&input.path, input.major);
            if input.origin == Origin::Live {
                let key = PkgKey(Name::new(&format!("{}{LIVE}", key.0)));
                let mut files: Vec<SourceFile> = Vec::new();
                for (name, id) in input.files.iter().filter(|(name, _)| !name.ends_with("_test.go")) {
                    let Some(file) = self.maps.files.get(id).copied() else { continue };
                    if file.name(&self.db).as_str() != &**name {
                        file.set_name(&mut self.db).to(Name::new(name));
                    }
                    files.push(file);
                }
                files.sort_by_key(|f| f.name(&self.db));
                let package = self.upsert(old_live.get(&key).copied(), key, input, files);
                live.insert(key, package);
                continue;
            }
            if packages.contains_key(&key) {
                // Workspace packages come first and are found before fetched ones.
                continue;
            }
            let mut groups: [Vec<SourceFile>; 3] = Default::default();
            for (name, id) in &input.files {
                let Some(file) = self.maps.files.get(id).copied() else { continue };
                if file.name(&self.db).as_str() != &**name {
                    file.set_name(&mut self.db).to(Name::new(name));
                }
                let group = if !name.ends_with("_test.go") {
                    0
                } else if self.package_clause(file).is_some_and(|n| n.ends_with("_test")) {
                    2
                } else {
                    1
                };
                groups[group].push(file);
            }
            let [plain, tests, external] = groups;
            let with_tests: Vec<SourceFile> = plain.iter().chain(&tests).copied().collect();
            let variants =
                [("", plain, true), (" [test]", with_tests, !tests.is_empty()), (" [xtest]", external.clone(), !external.is_empty())];
            for (suffix, mut files, wanted) in variants {
                if !wanted {
                    continue;
                }
                files.sort_by_key(|f| f.name(&self.db));
                let key = PkgKey(Name::new(&format!("{}{suffix}", key.0)));
                let package = self.upsert(old.get(&key).copied(), key, input, files);
                for file in package.files(&self.db) {
                    owners.entry(*file).or_default().push(package);
                }
                packages.insert(key, package);
            }
            let list = majors.entry(Name::new(&input.path)).or_default();
            list.push(input.major);
            list.sort_unstable();
            list.dedup();
        }
        if *root.live(&self.db) != live {
            root.set_live(&mut self.db).to(live);
        }
        root.set_packages(&mut self.db).to(packages);
        root.set_owners(&mut self.db).to(owners);
        root.set_majors(&mut self.db).to(majors);
    }

    fn package_clause(&self, file: SourceFile) -> Option<Name> {
        q::split_file(&self.db, file).iter().find_map(|decl| {
            let sig = q::decl_sig(&self.db, *decl);
            match sig.kind {
                DeclKind::Package(ident) => Some(sig.sig[ident].name),
                _ => None,
            }
        })
    }

    fn upsert(&mut self, old: Option<Package>, key: PkgKey, input: &PackageInput, files: Vec<SourceFile>) -> Package {
        let origin = match input.origin {
            Origin::Workspace => DbOrigin::Workspace,
            Origin::Fetched | Origin::Live => DbOrigin::Fetched,
        };
        let profile = match input.profile {
            Profile::Contract => DbProfile::Contract,
            Profile::Go => DbProfile::Go,
        };
        let version = Name::new(&input.version);
        let pins: Vec<(Name, u32)> = input.pins.iter().map(|(p, m)| (Name::new(p), *m)).collect();
        let missing: Vec<(Name, Arc<str>)> = input.missing.iter().map(|(p, t)| (Name::new(p), t.clone())).collect();
        let Some(package) = old else {
            let new = Package::builder(key, files, origin, profile, input.library, version, input.go_minor, pins, missing);
            return new.durability(Durability::MEDIUM).new(&self.db);
        };
        let db = &mut self.db;
        macro_rules! update {
            ($get:ident, $set:ident, $value:expr) => {
                if package.$get(db) != $value {
                    package.$set(db).to($value);
                }
            };
        }
        if *package.files(db) != files {
            package.set_files(db).to(files);
        }
        update!(origin, set_origin, origin);
        update!(profile, set_profile, profile);
        update!(library, set_library, input.library);
        update!(version, set_version, version);
        update!(go_minor, set_go_minor, input.go_minor);
        if *package.pins(db) != pins {
            package.set_pins(db).to(pins);
        }
        if *package.missing(db) != missing {
            package.set_missing(db).to(missing);
        }
        package
    }

    /// A snapshot to ask. It must be dropped before the next change can be applied: never keep one.
    pub fn analysis(&self) -> Analysis {
        Analysis { db: self.db.clone(), maps: self.maps.clone() }
    }
}

/// An immutable view of everything as of the last change. Files that do not exist have empty answers.
pub struct Analysis {
    db: Database,
    maps: Arc<Maps>,
}

/// A snapshot with a file in it, as features see it.
#[derive(Clone, Copy)]
pub(crate) struct View<'db> {
    pub db: &'db dyn Db,
    pub maps: &'db Maps,
}

impl View<'_> {
    /// The file as the owner numbers it.
    pub fn file_id(&self, file: SourceFile) -> Option<FileId> {
        self.maps.ids.get(&file).copied()
    }
    /// What the network said of a package.
    pub fn network_facts(&self, key: PkgKey) -> Option<Arc<PackageFacts>> {
        self.maps.live.get(key.0.as_str()).and_then(|f| f.facts(self.db))
    }
}

impl Analysis {
    fn with<T: Default>(&self, file: FileId, f: impl FnOnce(View<'_>, SourceFile) -> T) -> Cancellable<T> {
        let Some(source) = self.maps.files.get(&file).copied() else { return Ok(T::default()) };
        let view = View { db: &self.db, maps: &self.maps };
        self.catch(|| f(view, source))
    }

    fn catch<T>(&self, f: impl FnOnce() -> T) -> Cancellable<T> {
        salsa::Cancelled::catch(std::panic::AssertUnwindSafe(f)).map_err(|_| Cancelled)
    }

    /// The database, for what compiles and executes programs; reads through it may be cancelled: wrap them in [`Analysis::computing`].
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// Runs a computation over [`Analysis::database`].
    pub fn computing<T>(&self, f: impl FnOnce(&Database) -> T) -> Cancellable<T> {
        self.catch(|| f(&self.db))
    }

    /// The text of a file.
    pub fn file_text(&self, file: FileId) -> Cancellable<Option<Arc<str>>> {
        self.with(file, |view, source| Some(source.text(view.db).clone()))
    }
    /// The text of a file of the standard library, by package and name.
    pub fn std_text(&self, package: &str, name: &str) -> Cancellable<Option<Arc<str>>> {
        let found = amigos_std::package(package).and_then(|p| p.files.iter().find(|(n, _)| *n == name));
        Ok(found.map(|(_, text)| Arc::from(*text)))
    }
    /// The syntax errors of a file: the first wave.
    pub fn syntax_diagnostics(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        self.with(file, crate::diagnostics::syntax)
    }
    /// All findings in a file, in order of place.
    pub fn diagnostics(&self, file: FileId) -> Cancellable<Vec<Diagnostic>> {
        self.with(file, crate::diagnostics::all)
    }
    /// What the rules found in a file and the source suppresses.
    pub fn suppressed(&self, file: FileId) -> Cancellable<Vec<SuppressedDiagnostic>> {
        self.with(file, crate::diagnostics::suppressed)
    }
    /// The findings that touch `range`, with all the fixes there are; those of [`Analysis::diagnostics`] have the ones that cost nothing.
    pub fn fixes(&self, file: FileId, range: TextRange) -> Cancellable<Vec<Diagnostic>> {
        self.with(file, |view, source| crate::diagnostics::with_fixes(view, source, range))
    }
    /// The refactorings that can be done with `range`; empty for a cursor.
    pub fn assists(&self, file: FileId, range: TextRange) -> Cancellable<Vec<Assist>> {
        self.with(file, |view, source| crate::assists::assists(view, source, range))
    }
    /// The edits that organise the imports: unused ones go, missing ones that can only mean one package come.
    pub fn organize_imports(&self, file: FileId) -> Cancellable<Vec<amigos_syntax::format::edits::Edit>> {
        self.with(file, crate::organize::organize)
    }
    /// What is at `offset`.
    pub fn hover(&self, file: FileId, offset: u32) -> Cancellable<Option<Hover>> {
        self.with(file, |view, source| crate::hover::hover(view, source, offset))
    }
    /// What can be written at `offset`.
    pub fn completions(&self, file: FileId, offset: u32) -> Cancellable<Vec<Completion>> {
        self.with(file, |view, source| crate::completion::completions(view, source, offset))
    }
    /// Where what is at `offset` is declared.
    pub fn definition(&self, file: FileId, offset: u32) -> Cancellable<Vec<Target>> {
        self.with(file, |view, source| crate::definition::definition(view, source, offset))
    }
    /// The hints in `range`.
    pub fn inlay_hints(&self, file: FileId, range: TextRange, choice: &HintChoice) -> Cancellable<Vec<InlayHint>> {
        self.with(file, |view, source| crate::hints::hints(view, source, range, choice))
    }
    /// The exported functions of a file.
    pub fn callable(&self, file: FileId) -> Cancellable<Vec<Callable>> {
        self.with(file, crate::callable::callable)
    }
    /// The lenses of a file.
    pub fn code_lenses(&self, file: FileId) -> Cancellable<Vec<CodeLens>> {
        self.with(file, crate::lenses::lenses)
    }
    /// The outline of a file.
    pub fn document_symbols(&self, file: FileId) -> Cancellable<Vec<DocumentSymbol>> {
        self.with(file, crate::symbols::symbols)
    }
    /// What can be folded.
    pub fn folding_ranges(&self, file: FileId) -> Cancellable<Vec<Fold>> {
        self.with(file, crate::symbols::folds)
    }
    /// All places that name what is at `offset`, its declaration among them.
    pub fn references(&self, file: FileId, offset: u32) -> Cancellable<Vec<Reference>> {
        self.with(file, |view, source| crate::references::references(view, source, offset))
    }
    /// The same in this file only.
    pub fn highlights(&self, file: FileId, offset: u32) -> Cancellable<Vec<Reference>> {
        self.with(file, |view, source| crate::references::highlights(view, source, offset))
    }
    /// The name at `offset` and its place if it can be renamed; the inner error says why not.
    pub fn prepare_rename(&self, file: FileId, offset: u32) -> Cancellable<Result<(TextRange, String), String>> {
        let found = self.with(file, |view, source| Some(crate::rename::prepare(view, source, offset)))?;
        Ok(found.unwrap_or_else(|| Err("the file is not known".to_owned())))
    }
    /// The edits that rename what is at `offset`; the inner error says what stands against it.
    pub fn rename(&self, file: FileId, offset: u32, new_name: &str) -> Cancellable<Result<Vec<TextEdit>, String>> {
        let found = self.with(file, |view, source| Some(crate::rename::rename(view, source, offset, new_name)))?;
        Ok(found.unwrap_or_else(|| Err("the file is not known".to_owned())))
    }
    /// The variables whose values are worth showing in `range` where an execution stopped.
    pub fn inline_values(&self, file: FileId, range: TextRange, stopped: u32) -> Cancellable<Vec<InlineValue>> {
        self.with(file, |view, source| crate::inline_values::inline_values(view, source, range, stopped))
    }
    /// The signature of the call whose arguments are being written at `offset`.
    pub fn signature_help(&self, file: FileId, offset: u32) -> Cancellable<Option<SignatureHelp>> {
        self.with(file, |view, source| crate::signature_help::signature_help(view, source, offset))
    }
    /// What the identifiers in `range` are, in order.
    pub fn semantic_tokens(&self, file: FileId, range: TextRange) -> Cancellable<Vec<SemanticToken>> {
        self.with(file, |view, source| crate::tokens::tokens(view, source, range))
    }
    /// The ranges of syntax around `offset`, each inside the next.
    pub fn selection_ranges(&self, file: FileId, offset: u32) -> Cancellable<Vec<TextRange>> {
        self.with(file, |view, source| crate::selection::selection(view, source, offset))
    }
    /// Where the type of what is at `offset` is declared.
    pub fn type_definition(&self, file: FileId, offset: u32) -> Cancellable<Vec<Target>> {
        self.with(file, |view, source| crate::symbol_search::type_definition(view, source, offset))
    }
    /// What implements the interface or interface method at `offset`; of a concrete type or method, the interfaces it is for.
    pub fn implementation(&self, file: FileId, offset: u32) -> Cancellable<Vec<Target>> {
        self.with(file, |view, source| crate::implementation::implementation(view, source, offset))
    }
    /// Where what is at `offset` was promised: the interface's method, the import of a package; else its definition.
    pub fn declaration(&self, file: FileId, offset: u32) -> Cancellable<Vec<Target>> {
        self.with(file, |view, source| crate::implementation::declaration(view, source, offset))
    }
    /// The function at `offset`, or the one around it.
    pub fn prepare_calls(&self, file: FileId, offset: u32) -> Cancellable<Vec<HierarchyItem>> {
        self.with(file, |view, source| crate::hierarchy::prepare_calls(view, source, offset))
    }
    /// Who names the function whose name is at `offset`.
    pub fn incoming_calls(&self, file: FileId, offset: u32) -> Cancellable<Vec<Call>> {
        self.with(file, |view, source| crate::hierarchy::incoming(view, source, offset))
    }
    /// What the function whose name is at `offset` calls.
    pub fn outgoing_calls(&self, file: FileId, offset: u32) -> Cancellable<Vec<Call>> {
        self.with(file, |view, source| crate::hierarchy::outgoing(view, source, offset))
    }
    /// The declared type at `offset`.
    pub fn prepare_types(&self, file: FileId, offset: u32) -> Cancellable<Vec<HierarchyItem>> {
        self.with(file, |view, source| crate::hierarchy::prepare_types(view, source, offset))
    }
    /// The interfaces that the type at `offset` implements.
    pub fn supertypes(&self, file: FileId, offset: u32) -> Cancellable<Vec<HierarchyItem>> {
        self.with(file, |view, source| crate::hierarchy::related_types(view, source, offset, false))
    }
    /// The types that implement the interface at `offset`.
    pub fn subtypes(&self, file: FileId, offset: u32) -> Cancellable<Vec<HierarchyItem>> {
        self.with(file, |view, source| crate::hierarchy::related_types(view, source, offset, true))
    }
    /// The links of a file.
    pub fn document_links(&self, file: FileId) -> Cancellable<Vec<DocumentLink>> {
        self.with(file, crate::links::links)
    }
    /// The places that are edited together with the one at `offset`.
    pub fn linked_ranges(&self, file: FileId, offset: u32) -> Cancellable<Vec<TextRange>> {
        self.with(file, |view, source| crate::linked::linked(view, source, offset))
    }
    /// Declarations by name, in all packages outside the standard library.
    pub fn workspace_symbols(&self, query: &str) -> Cancellable<Vec<WorkspaceSymbol>> {
        let view = View { db: &self.db, maps: &self.maps };
        self.catch(|| crate::symbol_search::search(view, query))
    }
}
