//! The thread that reads the disk for the main loop: it finds packages, reads them, and looks again when told to or, where the
//! client does not watch files, every other second.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, unbounded};

use super::main_loop::Event;
use crate::workspace::{self, PackageFolder};

/// How often folders are looked at without being told to.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What the loader is asked to do.
enum Order {
    /// Find and read all packages at and below these folders.
    Discover(Vec<PathBuf>),
    /// Read the package in this folder.
    Load(PathBuf),
    /// These roots are in the workspace no longer, and these folders are not wanted.
    Forget { roots: Vec<PathBuf>, folders: Vec<PathBuf> },
    /// Whether the loader has to notice changes by itself.
    Watch(bool),
}

/// A handle on the loader thread, which ends with the last handle.
#[derive(Clone)]
pub struct Loader(Sender<Order>);

/// What the loader found.
pub struct Loaded {
    /// Folders as they are now.
    pub folders: Vec<PackageFolder>,
    /// Folders that are gone.
    pub gone: Vec<PathBuf>,
}

impl Loader {
    /// Starts the thread; what it finds goes to `events`.
    pub fn start(events: Sender<Event>) -> Loader {
        let (orders, queue) = unbounded();
        let started = std::thread::Builder::new().name("amigos-loader".into()).spawn(move || Watch::new(events).run(&queue));
        if let Err(problem) = started {
            eprintln!("amigos: cannot start a thread: {problem}");
        }
        Loader(orders)
    }

    /// Asks for all packages at and below `folders`.
    pub fn discover(&self, folders: Vec<PathBuf>) {
        let _ = self.0.send(Order::Discover(folders));
    }

    /// Asks for the package in `folder`.
    pub fn load(&self, folder: &Path) {
        let _ = self.0.send(Order::Load(folder.to_owned()));
    }

    /// Says that `roots` are in the workspace no longer and that `folders` need not be looked at.
    pub fn forget(&self, roots: Vec<PathBuf>, folders: Vec<PathBuf>) {
        let _ = self.0.send(Order::Forget { roots, folders });
    }

    /// Says whether the loader has to notice changes by itself.
    pub fn watch(&self, by_itself: bool) {
        let _ = self.0.send(Order::Watch(by_itself));
    }
}

/// Names, sizes and times of the files of a folder: different if one of them was written.
type Mark = Vec<(PathBuf, u64, Option<SystemTime>)>;

struct Watch {
    events: Sender<Event>,
    roots: BTreeSet<PathBuf>,
    marks: BTreeMap<PathBuf, Mark>,
    by_itself: bool,
    looks: u32,
}

impl Watch {
    fn new(events: Sender<Event>) -> Watch {
        Watch { events, roots: BTreeSet::new(), marks: BTreeMap::new(), by_itself: false, looks: 0 }
    }

    fn run(mut self, orders: &Receiver<Order>) {
        loop {
            match orders.recv_timeout(LOOK_AGAIN) {
                Ok(Order::Discover(folders)) => {
                    let found: Vec<PathBuf> = folders.iter().flat_map(|root| workspace::discover(root)).collect();
                    self.roots.extend(folders);
                    self.read(found, true);
                }
                Ok(Order::Load(folder)) => self.read(vec![folder], true),
                Ok(Order::Forget { roots, folders }) => {
                    self.roots.retain(|root| !roots.contains(root));
                    self.marks.retain(|folder, _| !folders.contains(folder));
                }
                Ok(Order::Watch(by_itself)) => self.by_itself = by_itself,
                Err(RecvTimeoutError::Timeout) if self.by_itself => self.look_again(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn look_again(&mut self) {
        self.looks += 1;
        let mut folders: BTreeSet<PathBuf> = self.marks.keys().cloned().collect();
        // New folders are rarer than new texts, and finding them costs a walk.
        if self.looks.is_multiple_of(4) {
            folders.extend(self.roots.iter().flat_map(|root| workspace::discover(root)));
        }
        self.read(folders.into_iter().collect(), false);
    }

    /// Reads the folders; without `all` only those that look different from last time.
    fn read(&mut self, folders: Vec<PathBuf>, all: bool) {
        let mut loaded = Loaded { folders: Vec::new(), gone: Vec::new() };
        for folder in folders {
            let mark = mark_of(&folder);
            if mark.is_empty() {
                if self.marks.remove(&folder).is_some() {
                    loaded.gone.push(folder);
                } else if all {
                    loaded.folders.push(PackageFolder::empty(folder));
                }
                continue;
            }
            if !all && self.marks.get(&folder) == Some(&mark) {
                continue;
            }
            loaded.folders.push(workspace::load(&folder));
            self.marks.insert(folder, mark);
        }
        if all || !loaded.folders.is_empty() || !loaded.gone.is_empty() {
            let _ = self.events.send(Event::Loaded(loaded));
        }
    }
}

fn mark_of(folder: &Path) -> Mark {
    let mut mark: Mark = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let counts = workspace::is_source_name(name) || name == crate::manifest::FILE_NAME || name == crate::lockfile::FILE_NAME;
        if counts
            && let Ok(meta) = std::fs::metadata(&path)
            && meta.is_file()
        {
            mark.push((path, meta.len(), meta.modified().ok()));
        }
    }
    mark.sort();
    mark
}
