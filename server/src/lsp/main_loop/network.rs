//! What the main loop has to do with networks: which one is wanted, what is imported from it, what it says.

use std::sync::Arc;

use amigos_ide::PackageFacts;

use super::super::handlers;
use super::super::net::News;
use super::super::status::{Status, StatusNotification, WatchedNotification};
use super::MainLoop;
use crate::files::FileKey;
use crate::imports::{imports_of, split_major};
use crate::manifest::{HUB, check_path};
use crate::network::Choice;

impl MainLoop {
    /// Writes down what a file imports from the hub; a change is a reason to look for packages.
    pub(super) fn note_imports(&mut self, key: &FileKey, text: Option<&Arc<str>>) {
        let now: Vec<String> =
            text.map(|text| imports_of(text)).unwrap_or_default().into_iter().filter(|path| path.starts_with(HUB)).collect();
        if self.imports.get(key).map(Vec::as_slice).unwrap_or_default() != now {
            self.imports.insert(key.clone(), now);
            self.imports_changed = true;
        }
    }

    /// Asks the network for what is imported and not there.
    pub(super) fn fetch_imports(&mut self) {
        let mut wanted: Vec<String> = Vec::new();
        for import in self.imports.values().flatten() {
            let (path, major) = split_major(import);
            let known = self.workspace.has_package(path, major) || self.workspace.is_missing(import);
            // A path that is only half typed would be asked for at every key.
            if !known && check_path(path).is_ok() && !self.fetches.contains(import) && !wanted.contains(import) {
                wanted.push(import.clone());
            }
        }
        if !wanted.is_empty() && self.workspace.discovered {
            self.choose_network();
            let shown_by = self.negotiated.client.shows_work.then_some(&self.out);
            let cancel = self.fetches.ask(&wanted, shown_by);
            self.net.fetch(wanted, cancel);
        }
    }

    /// Says to the network thread which network is wanted, once something of the hub is in the workspace.
    pub(super) fn choose_network(&mut self) {
        let of_hub =
            self.workspace.folders().any(|package| package.manifest.is_some()) || self.imports.values().any(|imports| !imports.is_empty());
        if !of_hub || !self.settings.live {
            return;
        }
        match Choice::of(&self.settings.network, self.workspace.folders()) {
            Ok(choice) if self.choice.as_ref() != Some(&choice) => {
                self.choice = Some(choice.clone());
                for key in Arc::make_mut(&mut self.workspace).forget_live() {
                    let id = Arc::make_mut(&mut self.workspace).file(&key);
                    self.change.files.push((id, None));
                    self.packages_changed = true;
                }
                self.untried += 1;
                self.net.choose(choice);
            }
            Ok(_) => {}
            Err(problem) => self.live.set_source(|source| {
                source.online = false;
                source.problem = Some(problem);
            }),
        }
        self.send_status();
    }

    pub(super) fn network(&mut self, news: News) {
        match news {
            News::Fetched { import, outcome } => {
                self.fetches.done(&import);
                match outcome {
                    Ok(package) => {
                        let texts = Arc::make_mut(&mut self.workspace).add_fetched(package);
                        for (key, text) in texts {
                            let id = Arc::make_mut(&mut self.workspace).file(&key);
                            self.note_imports(&key, text.as_ref());
                            self.change.files.push((id, text));
                        }
                    }
                    Err(reason) => Arc::make_mut(&mut self.workspace).set_missing(&import, reason),
                }
                self.packages_changed = true;
                self.send_status();
            }
            News::Source => {
                let online = self.live.source().online;
                let was_online = std::mem::replace(&mut self.was_online, online);
                if online && !was_online && Arc::make_mut(&mut self.workspace).forget_missing() {
                    self.packages_changed = true;
                    self.imports_changed = true;
                }
                self.send_status();
            }
            News::Index(offered) => self.change.offered = Some(offered),
            News::Tried => self.untried = self.untried.saturating_sub(1),
            News::Live { package, version } => {
                for (key, text) in Arc::make_mut(&mut self.workspace).set_live(&package, version) {
                    let id = Arc::make_mut(&mut self.workspace).file(&key);
                    self.change.files.push((id, text));
                }
                self.packages_changed = true;
            }
            News::Values => {
                self.tell_watched();
                self.refresh_shown();
            }
            News::Sizes { package, height, sizes } => {
                let facts = PackageFacts { height, sizes, measured: self.live.measured(&package) };
                self.tell_facts(package, facts);
            }
        }
    }

    pub(super) fn tell_facts(&mut self, package: String, facts: PackageFacts) {
        self.facts.insert(package.clone(), facts.clone());
        self.change.facts.push((Arc::from(package), Some(Arc::new(facts))));
        self.refresh_shown();
    }

    /// Looks at another height, and shows it.
    pub(super) fn look_at(&mut self, height: Option<u64>) {
        self.net.look_at(height);
    }

    /// Tells the client what became of the watch list.
    pub(super) fn tell_watched(&mut self) {
        if let Some(list) = self.live.watch_news() {
            self.out.notify::<WatchedNotification>(handlers::watched_shape(&list));
        }
    }

    pub(super) fn send_status(&mut self) {
        let status = Status::of(self.live.source(), !self.fetches.is_empty());
        if !self.status.as_ref().is_some_and(|old| old.shows_the_same_as(&status)) {
            self.out.notify::<StatusNotification>(status.clone());
            self.status = Some(status);
        }
    }
}
