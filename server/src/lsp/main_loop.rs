//! The main loop: one thread that owns everything that changes. It takes events in the order of the wire, applies edits to
//! documents and database, and hands immutable snapshots to the pool. It never computes and never waits for disk or network.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use amigos_ide::{AnalysisHost, Change, FileId};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, ErrorCode};
use tower_lsp::lsp_types as lsp;
use tower_lsp::lsp_types::notification::{self as n, Notification};
use tower_lsp::lsp_types::request as r;

use super::capabilities::Negotiated;
use super::diagnostics::{self, Board};
use super::documents::{Documents, key_of};
use super::front::{Answer, CancelFlag, PendingRequest, error, error_with};
use super::handlers::{self, Failure};
use super::loader::{Loaded, Loader};
use super::outgoing::Outgoing;
use super::pool::{Class, Pool};
use super::settings::Settings;
use super::snapshot::Snapshot;
use crate::files::FileKey;
use crate::live::Live;
use crate::workspace::Workspace;

/// The files that nobody looks at are checked when nothing happened for so long.
const SWEEP_AFTER: Duration = Duration::from_millis(150);

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
    /// The client said `exit`; `clean` if it said `shutdown` before.
    Exit {
        /// Whether `shutdown` came first.
        clean: bool,
    },
    /// The loader read packages.
    Loaded(Loaded),
}

/// The state of the loop.
pub struct MainLoop {
    events: Receiver<Event>,
    out: Outgoing,
    pool: Pool,
    loader: Loader,
    board: Arc<Board>,
    live: Arc<Live>,
    negotiated: Arc<Negotiated>,
    settings: Arc<Settings>,
    documents: Documents,
    workspace: Arc<Workspace>,
    host: AnalysisHost,
    /// What the database has not been told yet.
    change: Change,
    packages_changed: bool,
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
        MainLoop {
            events,
            pool: Pool::new(),
            loader: Loader::start(sender),
            board: Arc::new(Board::new(out.clone())),
            out,
            live: Arc::new(Live::default()),
            negotiated: Arc::default(),
            settings: Arc::default(),
            documents: Documents::default(),
            workspace: Arc::default(),
            host: AnalysisHost::new(),
            change: Change::default(),
            packages_changed: false,
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
            Event::Loaded(loaded) => self.loaded(loaded),
            Event::Exit { .. } => {}
        }
    }

    fn initialize(&mut self, negotiated: Negotiated) {
        self.documents.set_encoding(negotiated.encoding);
        self.set_settings(negotiated.settings.clone());
        self.loader.watch(!negotiated.client.watches_files);
        self.loader.discover(negotiated.folders.clone());
        self.negotiated = Arc::new(negotiated);
    }

    fn set_settings(&mut self, settings: Settings) {
        if self.workspace.plain_go != settings.plain_go {
            Arc::make_mut(&mut self.workspace).plain_go = settings.plain_go;
            self.packages_changed = true;
        }
        self.settings = Arc::new(settings);
    }

    fn notification(&mut self, method: &str, params: Value) -> Result<(), String> {
        match method {
            n::Initialized::METHOD => self.register_watchers(),
            n::DidOpenTextDocument::METHOD => {
                let document = read::<n::DidOpenTextDocument>(params)?.text_document;
                let key = self.documents.open(document.uri, document.version, &document.text);
                self.opened(&key);
            }
            n::DidChangeTextDocument::METHOD => {
                let params = read::<n::DidChangeTextDocument>(params)?;
                let document = params.text_document;
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
            }
            n::DidChangeWatchedFiles::METHOD => {
                let changes = read::<n::DidChangeWatchedFiles>(params)?.changes;
                let folders: BTreeSet<PathBuf> = changes.iter().filter_map(|change| folder_of(&change.uri)).collect();
                folders.iter().for_each(|folder| self.loader.load(folder));
            }
            n::DidChangeConfiguration::METHOD => {
                let settings = read::<n::DidChangeConfiguration>(params)?.settings;
                if settings.is_object() {
                    self.set_settings(Settings::from_json(&settings));
                    self.refresh_shown();
                }
            }
            n::DidChangeWorkspaceFolders::METHOD => {
                let event = read::<n::DidChangeWorkspaceFolders>(params)?.event;
                let paths =
                    |folders: Vec<lsp::WorkspaceFolder>| folders.into_iter().filter_map(|f| f.uri.to_file_path().ok()).collect::<Vec<_>>();
                self.loader.discover(paths(event.added));
            }
            _ => {}
        }
        Ok(())
    }

    /// Asks a client that can to watch files; the loader watches them itself for others.
    fn register_watchers(&mut self) {
        if !self.negotiated.client.watches_files {
            return;
        }
        let watchers = ["**/*.go", "**/amigos.toml", "**/amigos.lock"].map(|pattern| json!({ "globPattern": pattern }));
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
        let path = Path::new(&**key);
        let workspace = Arc::make_mut(&mut self.workspace);
        workspace.close_buffer(path);
        self.packages_changed = true;
        let id = workspace.file(key);
        // What is on disk counts again.
        let on_disk = path.parent().zip(path.file_name()).and_then(|(folder, name)| {
            let package = workspace.folder(folder)?;
            package.sources.iter().find(|source| *source.name == *name.to_string_lossy())?.text.clone().ok()
        });
        self.change.files.push((id, on_disk));
        self.urgent.insert(id);
    }

    fn reload_folder_of(&mut self, uri: &lsp::Url) {
        if let Some(folder) = folder_of(uri) {
            self.loader.load(&folder);
        }
    }

    fn loaded(&mut self, loaded: Loaded) {
        let workspace = Arc::make_mut(&mut self.workspace);
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
        for (key, text) in texts {
            let id = workspace.file(&key);
            if self.documents.is_open(&key) {
                continue;
            }
            if text.is_none() {
                self.board.clear(self.revision + 1, &key);
            }
            self.change.files.push((id, text));
        }
    }

    fn request(&mut self, request: PendingRequest) {
        let PendingRequest { method, params, cancel, reply } = request;
        let Some(route) = handlers::route(&method) else {
            let _ = reply.send(Err(error(ErrorCode::MethodNotFound, format!("`{method}` is not supported"))));
            return;
        };
        if cancel.is_cancelled() {
            return;
        }
        self.flush();
        let snapshot = self.snapshot(cancel);
        self.pool.run(route.class, move || {
            if snapshot.cancel.is_cancelled() {
                return;
            }
            let _ = reply.send(run_route(&method, route.run, snapshot, params));
        });
    }

    fn snapshot(&self, cancel: CancelFlag) -> Snapshot {
        Snapshot {
            negotiated: self.negotiated.clone(),
            settings: self.settings.clone(),
            documents: self.documents.views(),
            workspace: self.workspace.clone(),
            analysis: self.host.analysis(),
            live: self.live.clone(),
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
            self.change.files.push((id, Some(view.text.clone())));
            self.urgent.insert(id);
        }
        if std::mem::take(&mut self.packages_changed) {
            self.change.packages = Some(Arc::make_mut(&mut self.workspace).packages());
            let open = self.documents.keys().filter_map(|key| self.workspace.files.id(key));
            self.urgent.extend(open);
        }
        if self.change.files.is_empty() && self.change.packages.is_none() && self.change.facts.is_empty() {
            return;
        }
        self.revision += 1;
        self.host.apply_change(std::mem::take(&mut self.change));
        self.sweep = Some(Instant::now() + SWEEP_AFTER);
    }

    /// Called when the queue is empty: what was edited is checked at once, the other open files behind it.
    fn settle(&mut self) {
        self.flush();
        if self.urgent.is_empty() {
            return;
        }
        let mut files: Vec<FileId> = std::mem::take(&mut self.urgent).into_iter().collect();
        let open = self.documents.keys().filter_map(|key| self.workspace.files.id(key));
        for id in open {
            if !files.contains(&id) {
                files.push(id);
            }
        }
        self.start_wave(files);
    }

    /// Checks all files of the workspace; what did not change costs next to nothing.
    fn sweep(&mut self) {
        self.sweep = None;
        let files = self.workspace.workspace_files();
        self.start_wave(files);
    }

    fn start_wave(&mut self, files: Vec<FileId>) {
        let (board, revision) = (self.board.clone(), self.revision);
        let snapshot = self.snapshot(CancelFlag::default());
        self.pool.run(Class::Background, move || {
            // Overtaken by an edit: the next wave says it.
            let _ = diagnostics::run_wave(&board, &snapshot, revision, &files);
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

fn folder_of(uri: &lsp::Url) -> Option<PathBuf> {
    Path::new(&*key_of(uri)).parent().map(Path::to_owned)
}

fn read<N: Notification>(params: Value) -> Result<N::Params, String> {
    serde_json::from_value(params).map_err(|e| format!("bad parameters: {e}"))
}

/// Runs a handler; its panic becomes an error answer.
fn run_route(method: &str, run: handlers::Run, snapshot: Snapshot, params: Value) -> Answer {
    match catch_unwind(AssertUnwindSafe(move || run(snapshot, params))) {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(failure)) => Err(failure_to_error(method, failure)),
        Err(_panic) => {
            let message = format!("internal error in `{method}`; the server goes on, and a report would help");
            Err(error_with(ErrorCode::InternalError, message, &super::last_panic()))
        }
    }
}

fn failure_to_error(method: &str, failure: Failure) -> Error {
    match failure {
        Failure::Superseded => Error { code: ErrorCode::ContentModified, message: "the text has changed meanwhile".into(), data: None },
        Failure::BadParameters(problem) => error(ErrorCode::InvalidParams, format!("`{method}`: bad parameters: {problem}")),
        Failure::Failed(problem) => error(ErrorCode::ServerError(-32803), problem),
    }
}
