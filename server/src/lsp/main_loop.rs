//! The main loop: one thread that owns everything that changes. It takes events in the order of the wire, applies edits to
//! documents and database, and hands immutable snapshots to the pool. It never computes and never waits for disk or network.

mod network;
mod requests;

use std::collections::{BTreeSet, HashMap};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use amigos_ide::{AnalysisHost, Change, FileId, PackageFacts};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use serde_json::{Value, json};
use tower_lsp::lsp_types as lsp;
use tower_lsp::lsp_types::notification::{self as n, Notification};
use tower_lsp::lsp_types::request as r;

use super::capabilities::Negotiated;
use super::diagnostics::{self, Board};
use super::documents::{Documents, key_of};
use super::fetches::Fetches;
use super::front::{CancelFlag, PendingRequest};
use super::handlers;
use super::loader::{Loaded, Loader};
use super::net::{Net, News};
use super::outgoing::Outgoing;
use super::pool::{Class, Pool};
use super::settings::Settings;
use super::snapshot::Snapshot;
use super::status::Status;
use super::waiting::Waiting;
use crate::files::FileKey;
use crate::live::Live;
use crate::network::Choice;
use crate::workspace::Workspace;

/// The files that nobody looks at are checked when nothing happened for so long.
const SWEEP_AFTER: Duration = Duration::from_millis(150);

/// So many new files that nobody opened are remembered.
const CREATED_LIMIT: usize = 64;

/// So many files are checked by a sweep before what is no longer needed of them is let go.
const SWEPT_AT_ONCE: usize = 12;

/// What the main loop reacts to.
pub enum Event {
    /// The client said who it is.
    Initialize(Box<Negotiated>),
    /// A notification, in wire order.
    Notification {
        /// The LSP method.
        method: String,
        /// Its parameters.
        params: Value,
    },
    /// A request, in wire order.
    Request(PendingRequest),
    /// A request was overtaken by a change.
    Again {
        /// The request.
        request: PendingRequest,
        /// How many edits it saw.
        edits: u64,
    },
    /// The client said `exit`; `clean` if it said `shutdown` before.
    Exit {
        /// Whether `shutdown` came first.
        clean: bool,
    },
    /// The loader read packages.
    Loaded(Loaded),
    /// A simulation measured the gas of a function of this package.
    Measured(String),
    /// A person chose a network.
    ChooseNetwork(String),
    /// A person chose a height to look at; none: the newest.
    LookAt(Option<u64>),
    /// Tests ran: these files have other diagnostics.
    Tested(Vec<FileKey>),
    /// The watch list is another.
    WatchListChanged,
    /// A slice of state is about to be written: folder, path in it, text.
    Recorded(PathBuf, String, Arc<str>),
    /// A sweep checked some files.
    Swept {
        /// Of which change of the database.
        revision: u64,
        /// What is left of it.
        rest: Vec<FileId>,
    },
    /// Files are to be written: the client is asked to.
    Apply(Box<lsp::WorkspaceEdit>, String),
    /// The network thread has something to say.
    Network(News),
}

/// The state of the loop.
pub struct MainLoop {
    events: Receiver<Event>,
    /// Leads to `events`.
    sender: Sender<Event>,
    /// Counts the edits of documents.
    edits: u64,
    out: Outgoing,
    pool: Pool,
    loader: Loader,
    board: Arc<Board>,
    live: Arc<Live>,
    tokens: Arc<handlers::tokens::Sent>,
    /// What the analyzer was told of the network's packages.
    facts: HashMap<String, PackageFacts>,
    net: Net,
    results: Arc<super::test_results::TestResults>,
    others: super::net::Others,
    /// What each file imports from the hub.
    imports: HashMap<FileKey, Vec<String>>,
    /// Imports that the network thread was asked for.
    fetches: Fetches,
    status: Option<Status>,
    was_online: bool,
    negotiated: Arc<Negotiated>,
    settings: Arc<Settings>,
    documents: Documents,
    workspace: Arc<Workspace>,
    host: AnalysisHost,
    /// What the database has not been told yet.
    change: Change,
    packages_changed: bool,
    imports_changed: bool,
    /// The folders of the workspace, as the client named them.
    roots: Vec<PathBuf>,
    /// The network that was asked for last.
    choice: Option<Choice>,
    /// Networks that were chosen and have not been tried yet.
    untried: u32,
    /// Requests that came too early.
    waiting: Vec<Waiting>,
    /// New files whose text is not known yet.
    created: Vec<lsp::Url>,
    /// Counts the changes of the database; diagnostics carry it.
    revision: u64,
    /// Files whose diagnostics are wanted first.
    urgent: BTreeSet<FileId>,
    /// When all other files are due.
    sweep: Option<Instant>,
}

impl MainLoop {
    /// A loop over `events`, to which `sender` leads, that speaks through `out`.
    pub fn new(events: Receiver<Event>, sender: Sender<Event>, out: Outgoing) -> MainLoop {
        let live = Arc::new(Live::default());
        MainLoop {
            net: Net::start(sender.clone(), live.clone()),
            results: Arc::default(),
            others: Default::default(),
            imports: HashMap::new(),
            fetches: Fetches::default(),
            status: None,
            was_online: false,
            events,
            pool: Pool::new(),
            loader: Loader::start(sender.clone()),
            sender,
            edits: 0,
            board: Arc::new(Board::new(out.clone())),
            out,
            live,
            tokens: Arc::default(),
            facts: HashMap::new(),
            negotiated: Arc::default(),
            settings: Arc::default(),
            documents: Documents::default(),
            workspace: Arc::default(),
            host: AnalysisHost::new(),
            change: Change::default(),
            packages_changed: false,
            imports_changed: false,
            roots: Vec::new(),
            choice: None,
            untried: 0,
            waiting: Vec::new(),
            created: Vec::new(),
            revision: 0,
            urgent: BTreeSet::new(),
            sweep: None,
        }
    }

    /// Runs until the client says `exit` or all senders are gone. True after a clean `exit`.
    pub fn run(mut self) -> bool {
        loop {
            let patience = self.sweep.map_or(Duration::from_secs(3600), |due| due.saturating_duration_since(Instant::now()));
            let mut next = match self.events.recv_timeout(patience) {
                Ok(event) => Some(event),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return false,
            };
            if next.is_none() {
                self.guarded(MainLoop::sweep);
            }
            while let Some(event) = next {
                if let Event::Exit { clean } = event {
                    return clean;
                }
                self.guarded(|this| this.handle(event));
                next = self.events.try_recv().ok();
            }
            self.guarded(MainLoop::settle);
        }
    }

    /// Runs a step; a panic in it is logged and the loop goes on.
    fn guarded(&mut self, step: impl FnOnce(&mut MainLoop)) {
        if catch_unwind(AssertUnwindSafe(|| step(self))).is_err() {
            let what = super::last_panic();
            self.out.log(format!("amigos: internal error, the server goes on: {what}"));
        }
    }

    fn handle(&mut self, event: Event) {
        match event {
            Event::Initialize(negotiated) => self.initialize(*negotiated),
            Event::Notification { method, params } => {
                if let Err(problem) = self.notification(&method, params) {
                    self.out.log(format!("amigos: `{method}`: {problem}"));
                }
            }
            Event::Request(request) => self.request(request),
            Event::Again { request, edits } => self.dispatch(request, edits),
            Event::Loaded(loaded) => self.loaded(loaded),
            Event::ChooseNetwork(name) => {
                self.settings = Arc::new(Settings { network: name, ..(*self.settings).clone() });
                self.choose_network();
            }
            Event::LookAt(height) => self.look_at(height),
            Event::Tested(keys) => {
                self.revision += 1;
                // one that is under way belongs to the revision before
                self.sweep = Some(Instant::now() + SWEEP_AFTER);
                self.start_wave(keys.iter().filter_map(|key| self.workspace.files.id(key)).collect(), Vec::new());
            }
            Event::WatchListChanged => self.tell_watched(),
            // A change is a reason for a sweep of its own.
            Event::Swept { revision, rest } if revision == self.revision => {
                self.host.let_go();
                if !rest.is_empty() {
                    self.sweep_through(rest);
                }
            }
            Event::Swept { .. } => {}
            Event::Recorded(folder, file, text) => Arc::make_mut(&mut self.workspace).record_slice(&folder, file, text),
            Event::Apply(edit, label) => {
                self.out.request::<r::ApplyWorkspaceEdit>(lsp::ApplyWorkspaceEditParams { label: Some(label), edit: *edit });
            }
            Event::Measured(package) => {
                if let Some(facts) = self.facts.get(package.as_str()).cloned() {
                    let facts = PackageFacts { measured: self.live.measured(&package), ..facts };
                    self.tell_facts(package, facts);
                }
            }
            Event::Network(news) => self.network(news),
            Event::Exit { .. } => {}
        }
    }

    fn initialize(&mut self, negotiated: Negotiated) {
        self.documents.set_encoding(negotiated.encoding);
        self.set_settings(negotiated.settings.clone());
        self.board.set_pulled(negotiated.pulls());
        if self.settings.live_height.is_some() {
            self.look_at(self.settings.live_height);
        }
        self.loader.watch(!negotiated.client.watches_files);
        self.roots.clone_from(&negotiated.folders);
        self.loader.discover(negotiated.folders.clone());
        self.negotiated = Arc::new(negotiated);
    }

    fn set_settings(&mut self, settings: Settings) {
        if self.workspace.plain_go != settings.plain_go {
            Arc::make_mut(&mut self.workspace).plain_go = settings.plain_go;
            self.packages_changed = true;
        }
        if self.settings.rules != settings.rules {
            // The same findings at other levels.
            self.revision += 1;
            self.urgent.extend(self.documents.keys().filter_map(|key| self.workspace.files.id(key)));
            self.sweep = Some(Instant::now() + SWEEP_AFTER);
        }
        self.settings = Arc::new(settings);
    }

    fn notification(&mut self, method: &str, params: Value) -> Result<(), String> {
        match method {
            n::Initialized::METHOD => self.register_watchers(),
            n::DidOpenTextDocument::METHOD => {
                let document = read::<n::DidOpenTextDocument>(params)?.text_document;
                self.edits += 1;
                let key = self.documents.open(document.uri, document.version, &document.text);
                self.opened(&key);
                self.fill_created();
            }
            n::DidChangeTextDocument::METHOD => {
                let params = read::<n::DidChangeTextDocument>(params)?;
                let document = params.text_document;
                self.edits += 1;
                if !self.documents.change(&document.uri, document.version, &params.content_changes) {
                    return Err(format!("`{}` is not open", document.uri));
                }
            }
            n::DidCloseTextDocument::METHOD => {
                let document = read::<n::DidCloseTextDocument>(params)?.text_document;
                if let Some(key) = self.documents.close(&document.uri) {
                    self.closed(&key);
                }
            }
            n::DidSaveTextDocument::METHOD => {
                let document = read::<n::DidSaveTextDocument>(params)?.text_document;
                self.reload_folder_of(&document.uri);
                if self.fetches.take_cancelled() && Arc::make_mut(&mut self.workspace).forget_missing() {
                    self.packages_changed = true;
                    self.imports_changed = true;
                }
            }
            n::WorkDoneProgressCancel::METHOD => {
                self.fetches.cancel(params.get("token").and_then(Value::as_str).unwrap_or_default());
            }
            n::DidChangeWatchedFiles::METHOD => {
                let changes = read::<n::DidChangeWatchedFiles>(params)?.changes;
                let folders: BTreeSet<PathBuf> = changes.iter().filter_map(|change| folder_of(&change.uri)).collect();
                folders.iter().for_each(|folder| self.loader.load(folder));
            }
            n::DidCreateFiles::METHOD => {
                for uri in handlers::moved::created(&params) {
                    self.reload_folder_of(&uri);
                    self.created.push(uri);
                }
                self.fill_created();
            }
            n::DidChangeConfiguration::METHOD => {
                let settings = read::<n::DidChangeConfiguration>(params)?.settings;
                if settings.is_object() {
                    let before = self.settings.live_height;
                    self.set_settings(Settings::from_json(&settings));
                    if self.settings.live_height != before {
                        self.look_at(self.settings.live_height);
                    }
                    self.choose_network();
                    self.refresh_shown();
                }
            }
            n::DidChangeWorkspaceFolders::METHOD => {
                let event = read::<n::DidChangeWorkspaceFolders>(params)?.event;
                let paths =
                    |folders: Vec<lsp::WorkspaceFolder>| folders.into_iter().filter_map(|f| f.uri.to_file_path().ok()).collect::<Vec<_>>();
                let added = paths(event.added);
                self.roots.extend(added.iter().cloned());
                self.loader.discover(added);
                self.leave(paths(event.removed));
            }
            _ => {}
        }
        Ok(())
    }

    /// Forgets the packages below these roots, but not those below other roots or with an open document.
    fn leave(&mut self, left: Vec<PathBuf>) {
        if left.is_empty() {
            return;
        }
        self.roots.retain(|root| !left.contains(root));
        let stays = |folder: &Path| {
            self.roots.iter().any(|root| folder.starts_with(root))
                || self.workspace.buffers_in(folder).next().is_some()
                || !left.iter().any(|root| folder.starts_with(root))
        };
        let gone: Vec<PathBuf> = self.workspace.folders().map(|package| package.folder.clone()).filter(|folder| !stays(folder)).collect();
        self.loader.forget(left, gone.clone());
        self.loaded(Loaded { folders: Vec::new(), gone });
    }

    /// Asks a client that can to watch files; the loader watches them itself for others.
    fn register_watchers(&mut self) {
        if !self.negotiated.client.watches_files {
            return;
        }
        let watchers =
            ["**/*.go", "**/amigos.toml", "**/amigos.lock", "**/testdata/*.slice.json"].map(|pattern| json!({ "globPattern": pattern }));
        let registration = lsp::Registration {
            id: "amigos-files".to_owned(),
            method: n::DidChangeWatchedFiles::METHOD.to_owned(),
            register_options: Some(json!({ "watchers": watchers })),
        };
        self.out.request::<r::RegisterCapability>(lsp::RegistrationParams { registrations: vec![registration] });
    }

    fn opened(&mut self, key: &FileKey) {
        self.board.forget(key);
        let path = Path::new(&**key);
        if !path.is_absolute() {
            return;
        }
        let workspace = Arc::make_mut(&mut self.workspace);
        if workspace.open_buffer(path) {
            self.packages_changed = true;
        }
        if let Some(folder) = path.parent()
            && workspace.folder(folder).is_none()
        {
            self.loader.load(folder);
        }
    }

    fn closed(&mut self, key: &FileKey) {
        self.tokens.forget(key);
        let path = Path::new(&**key);
        self.packages_changed = true;
        let workspace = Arc::make_mut(&mut self.workspace);
        workspace.close_buffer(path);
        let id = workspace.file(key);
        // What is on disk counts again, and of a document without a file what was fetched.
        let on_disk = if path.is_absolute() { workspace.text_on_disk(key) } else { workspace.fetched_text(key) };
        self.note_imports(key, on_disk.as_ref());
        self.change.files.push((id, on_disk));
        self.urgent.insert(id);
    }

    fn reload_folder_of(&mut self, uri: &lsp::Url) {
        if let Some(folder) = folder_of(uri) {
            self.loader.load(&folder);
        }
    }

    /// Gives new files without any text their package clause, once they are open and their folders are read. The edit is of the version
    /// that is open: a client that writes into the file by itself meanwhile refuses it.
    fn fill_created(&mut self) {
        for uri in std::mem::take(&mut self.created) {
            let key = key_of(&uri);
            let open = self.documents.text(&key).zip(self.documents.version(&key));
            let Some((text, version)) = open.filter(|_| !self.workspace.awaits_folder_of(&key)) else {
                self.created.push(uri);
                continue;
            };
            let version = self.negotiated.client.versioned_edits.then_some(version);
            if let Some(edit) = handlers::moved::first_clause(&self.workspace, &text, &uri, version) {
                let label = Some("package clause".to_owned());
                self.out.request::<r::ApplyWorkspaceEdit>(lsp::ApplyWorkspaceEditParams { label, edit });
            }
        }
        // Files that nobody opens are forgotten at some time.
        let too_many = self.created.len().saturating_sub(CREATED_LIMIT);
        self.created.drain(..too_many);
    }

    fn loaded(&mut self, loaded: Loaded) {
        self.imports_changed = true;
        let workspace = Arc::make_mut(&mut self.workspace);
        workspace.discovered = true;
        let mut texts = Vec::new();
        let mut gone = Vec::new();
        for package in loaded.folders {
            if workspace.folder(&package.folder) == Some(&package) {
                continue;
            }
            diagnostics::publish_folder(&self.board, self.revision, &package, self.negotiated.encoding);
            texts.extend(workspace.set_folder(package));
            self.packages_changed = true;
        }
        for folder in &loaded.gone {
            gone.extend(workspace.remove_folder(folder));
            self.packages_changed = true;
        }
        texts.extend(gone.into_iter().map(|key| (key, None)));
        self.choose_network();
        for (key, text) in texts {
            let id = Arc::make_mut(&mut self.workspace).file(&key);
            if self.documents.is_open(&key) {
                continue;
            }
            if text.is_none() {
                self.board.clear(self.revision + 1, &key);
            }
            self.note_imports(&key, text.as_ref());
            self.change.files.push((id, text));
        }
        self.fill_created();
    }

    fn snapshot(&self, cancel: CancelFlag) -> Snapshot {
        Snapshot {
            negotiated: self.negotiated.clone(),
            settings: self.settings.clone(),
            documents: self.documents.views(),
            workspace: self.workspace.clone(),
            tokens: self.tokens.clone(),
            out: self.out.clone(),
            events: self.sender.clone(),
            network: self.net.shared.clone(),
            analysis: self.host.analysis(),
            live: self.live.clone(),
            results: self.results.clone(),
            others: self.others.clone(),
            work: None,
            cancel,
        }
    }

    /// Brings the database up to documents and packages, in one change.
    fn flush(&mut self) {
        for (key, view) in self.documents.take_changed() {
            let id = match self.workspace.files.id(&key) {
                Some(id) => id,
                None => Arc::make_mut(&mut self.workspace).file(&key),
            };
            self.note_imports(&key, Some(&view.text));
            self.change.files.push((id, Some(view.text.clone())));
            self.change.open.push(id);
            self.urgent.insert(id);
        }
        if std::mem::take(&mut self.packages_changed) {
            self.change.packages = Some(Arc::make_mut(&mut self.workspace).packages());
            let open = self.documents.keys().filter_map(|key| self.workspace.files.id(key));
            self.urgent.extend(open);
            self.net.want_sizes(self.workspace.keys().into_iter().collect());
            self.net.want_versions(self.workspace.own_keys().into_iter().collect());
        }
        if self.change.files.is_empty() && self.change.packages.is_none() && self.change.facts.is_empty() && self.change.offered.is_none() {
            return;
        }
        self.revision += 1;
        self.host.apply_change(std::mem::take(&mut self.change));
        self.sweep = Some(Instant::now() + SWEEP_AFTER);
    }

    /// Called when the queue is empty: what was edited is checked at once, the other open files behind it.
    fn settle(&mut self) {
        self.flush();
        if std::mem::take(&mut self.imports_changed) {
            self.fetch_imports();
        }
        self.run_waiting();
        if self.urgent.is_empty() {
            return;
        }
        let edited: Vec<FileId> = std::mem::take(&mut self.urgent).into_iter().collect();
        let mut files = edited.clone();
        let open = self.documents.keys().filter_map(|key| self.workspace.files.id(key));
        for id in open {
            if !files.contains(&id) {
                files.push(id);
            }
        }
        self.start_wave(files, edited);
    }

    /// Checks all files of the workspace; what did not change costs next to nothing.
    fn sweep(&mut self) {
        self.sweep = None;
        self.sweep_through(self.workspace.workspace_files());
    }

    /// Checks files some at a time: syntax trees are let go when the database changes, and all of them at once take much memory.
    fn sweep_through(&self, mut files: Vec<FileId>) {
        let rest = files.split_off(files.len().min(SWEPT_AT_ONCE));
        let (board, revision, events) = (self.board.clone(), self.revision, self.sender.clone());
        let snapshot = self.snapshot(CancelFlag::default());
        self.pool.run(Class::Background, move || {
            let outcome = diagnostics::run_wave(&board, &snapshot, revision, &files, &[]);
            drop(snapshot);
            if outcome.is_ok() {
                let _ = events.send(Event::Swept { revision, rest });
            }
        });
    }

    fn start_wave(&mut self, files: Vec<FileId>, edited: Vec<FileId>) {
        let (board, revision) = (self.board.clone(), self.revision);
        let snapshot = self.snapshot(CancelFlag::default());
        self.pool.run(Class::Background, move || {
            // Overtaken by an edit: the next wave says it.
            let _ = diagnostics::run_wave(&board, &snapshot, revision, &files, &edited);
        });
    }

    /// Asks the client to ask again for what shows settings or live state.
    fn refresh_shown(&self) {
        if self.negotiated.client.refresh_hints {
            self.out.request::<r::InlayHintRefreshRequest>(());
        }
        if self.negotiated.client.refresh_lenses {
            self.out.request::<r::CodeLensRefresh>(());
        }
    }
}

/// The folder of the package that a file belongs to: of a slice of state the one above its own.
fn folder_of(uri: &lsp::Url) -> Option<PathBuf> {
    let key = key_of(uri);
    let folder = Path::new(&*key).parent()?;
    let folder = if key.ends_with(crate::slice::EXTENSION) { folder.parent()? } else { folder };
    Some(folder.to_owned())
}

fn read<N: Notification>(params: Value) -> Result<N::Params, String> {
    serde_json::from_value(params).map_err(|e| format!("bad parameters: {e}"))
}
