//! Live state as it is shown: what was read from the network last, by package and path, with its height and age. Readers never
//! wait for the network longer than they say.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use amigos_ide::LiveTarget;
use dashmap::DashMap;

use crate::gas::Sizes;
use crate::render::{grouped, plural};

/// A value as of one height. Its texts come from the network: they are bounded and escaped when the value is made.
#[derive(Clone, PartialEq, Debug)]
pub struct LiveValue {
    /// The height at which it was read.
    pub height: u64,
    /// The number of elements, for slices and maps.
    pub items: Option<u64>,
    /// The size in bytes, if the hub said it.
    pub bytes: Option<u64>,
    /// The value in one line.
    pub line: String,
    /// Its first and last elements or its fields: label and text.
    pub parts: Vec<(String, String)>,
}

struct Entry {
    value: Result<LiveValue, String>,
    read: Instant,
}

/// Where the values are from.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Source {
    /// The network's name.
    pub network: String,
    /// The newest height seen.
    pub height: Option<u64>,
    /// When it was seen.
    pub seen: Option<Instant>,
    /// Whether the network can be reached.
    pub online: bool,
    /// Why not.
    pub problem: Option<String>,
    /// The height that is looked at; none: the newest.
    pub at: Option<u64>,
}

/// How deep state is read for the sizes in gas bounds.
pub const SIZES_DEPTH: u32 = 4;
/// How deep state is read for a hover.
pub const DEPTH: u32 = 3;

/// The values read last, and what is wanted.
#[derive(Default)]
pub struct Live {
    values: DashMap<LiveTarget, Entry>,
    wanted: DashMap<LiveTarget, ()>,
    /// What a person saw last of each value, in a hover.
    looked: DashMap<LiveTarget, LiveValue>,
    /// The watch list, each with what was told of it last.
    watched: Mutex<Vec<(LiveTarget, Option<Told>)>>,
    source: Mutex<Source>,
    /// Sizes in the state of packages, for gas bounds.
    sizes: Mutex<Sizes>,
    /// Gas of the last simulation of each function, by package.
    measured: DashMap<String, BTreeMap<String, (u64, u64)>>,
    /// Counts arrivals; waited on by [`Live::shown`].
    arrivals: Mutex<u64>,
    arrived: Condvar,
    wake: Mutex<Option<Box<dyn Fn() + Send>>>,
}

/// A value or why there is none, as it was told.
type Told = Result<LiveValue, String>;

/// A value of the watch list.
#[derive(Clone, PartialEq, Debug)]
pub struct Watched {
    /// What is watched.
    pub target: LiveTarget,
    /// The value, if it is known, or why there is none.
    pub value: Option<Told>,
    /// What became of it since it was told last.
    pub change: Option<String>,
}

/// What became of a value: `+31 items`, `was 7`. Nothing if it looks the same.
pub fn difference(old: &LiveValue, new: &LiveValue) -> Option<String> {
    if let (Some(before), Some(after)) = (old.items, new.items)
        && let Some(change) = crate::render::tree::items_changed(before, after)
    {
        return Some(change);
    }
    let changed = new.parts.iter().find_map(|(label, now)| {
        let (_, before) = old.parts.iter().find(|(known, before)| known == label && before != now)?;
        Some(format!("{} was {before}", label.trim()))
    });
    changed.or_else(|| (old.line != new.line).then(|| format!("was {}", old.line)))
}

impl Live {
    /// Puts a value on the watch list, or takes it off.
    pub fn watch(&self, target: &LiveTarget, on: bool) {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.retain(|(known, _)| known != target);
        if on {
            watched.push((target.clone(), None));
        }
        drop(watched);
        if on {
            self.want(target);
        }
    }

    /// The watch list as it is now, with what became of each value since the last time; `None` if nothing did.
    pub fn watch_news(&self) -> Option<Vec<Watched>> {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let mut news = false;
        let mut list = Vec::new();
        for (target, told) in watched.iter_mut() {
            let now = self.values.get(target).map(|entry| entry.value.clone());
            let change = match (&told, &now) {
                (Some(Ok(old)), Some(Ok(new))) => difference(old, new),
                _ => None,
            };
            let same = match (&told, &now) {
                (Some(Ok(_)), Some(Ok(_))) => change.is_none(),
                (told, now) => *told == now,
            };
            news |= !same;
            if !same {
                told.clone_from(&now);
            }
            list.push(Watched { target: target.clone(), value: now, change });
        }
        news.then_some(list)
    }

    /// The watch list.
    pub fn watched(&self) -> Vec<Watched> {
        let watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        let value = |target: &LiveTarget| self.values.get(target).map(|entry| entry.value.clone());
        watched.iter().map(|(target, _)| Watched { target: target.clone(), value: value(target), change: None }).collect()
    }

    /// Looks at another height from now on; at the newest with `None`. What is known of other heights is forgotten.
    pub fn look_at(&self, height: Option<u64>) {
        self.values.clear();
        self.set_source(|source| source.at = height);
    }

    /// What is called when a value is asked for that is not here.
    pub fn on_wanted(&self, wake: impl Fn() + Send + 'static) {
        *self.wake.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(wake));
    }

    /// All that was ever asked for: what has to be read again after a block.
    pub fn wanted(&self) -> Vec<LiveTarget> {
        self.wanted.iter().map(|entry| entry.key().clone()).collect()
    }

    /// What was asked for and has no value yet.
    pub fn unread(&self) -> Vec<LiveTarget> {
        self.wanted.iter().map(|entry| entry.key().clone()).filter(|target| !self.values.contains_key(target)).collect()
    }

    /// Takes a value, or why there is none. True if it is different from the last.
    pub fn put(&self, target: LiveTarget, value: Result<LiveValue, String>) -> bool {
        let same = |old: &Entry| match (&old.value, &value) {
            (Ok(old), Ok(new)) => (old.items, old.bytes, &old.line, &old.parts) == (new.items, new.bytes, &new.line, &new.parts),
            (Err(old), Err(new)) => old == new,
            _ => false,
        };
        let changed = !self.values.get(&target).is_some_and(|old| same(&old));
        // A failure does not take away what was known.
        if value.is_ok() || self.values.get(&target).is_none_or(|old| old.value.is_err()) {
            self.values.insert(target, Entry { value, read: Instant::now() });
        }
        *self.arrivals.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.arrived.notify_all();
        changed
    }

    /// Forgets all values: another network.
    pub fn clear(&self) {
        self.values.clear();
        self.looked.clear();
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *self.source.lock().unwrap_or_else(PoisonError::into_inner) = Source::default();
    }

    /// Takes what a simulation of a function used, at this height.
    pub fn measure(&self, package: &str, function: &str, gas: u64, height: u64) {
        self.measured.entry(package.to_owned()).or_default().insert(function.to_owned(), (gas, height));
    }

    /// What the last simulations of a package's functions used.
    pub fn measured(&self, package: &str) -> Vec<(std::sync::Arc<str>, u64)> {
        let found = self.measured.get(package);
        found.iter().flat_map(|m| m.iter()).map(|(name, (gas, _))| (std::sync::Arc::from(name.as_str()), *gas)).collect()
    }

    /// What the last simulation of a function used.
    pub fn measured_of(&self, package: &str, function: &str) -> Option<u64> {
        self.measured.get(package).and_then(|m| m.get(function).map(|(gas, _)| *gas))
    }

    /// The sizes in the state of packages, for gas bounds.
    pub fn sizes(&self) -> Sizes {
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the sizes in the state of one package; true if they are different from the last.
    pub fn put_sizes(&self, package: &str, new: Sizes) -> bool {
        let mut sizes = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        let old: Sizes = sizes.iter().filter(|((of, _), _)| of == package).map(|(key, size)| (key.clone(), *size)).collect();
        if old == new {
            return false;
        }
        sizes.retain(|(of, _), _| of != package);
        sizes.extend(new);
        true
    }

    /// Says where values come from now.
    pub fn set_source(&self, change: impl FnOnce(&mut Source)) {
        change(&mut self.source.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Where values come from now.
    pub fn source(&self) -> Source {
        self.source.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn want(&self, target: &LiveTarget) {
        if self.wanted.insert(target.clone(), ()).is_none()
            && let Some(wake) = &*self.wake.lock().unwrap_or_else(PoisonError::into_inner)
        {
            wake();
        }
    }

    /// The value as a hint behind its declaration, if it is known; asks for it else.
    pub fn hint(&self, target: &LiveTarget) -> Option<String> {
        self.want(target);
        let entry = self.values.get(target)?;
        let value = entry.value.as_ref().ok()?;
        let changed = self.looked.get(target).and_then(|looked| difference(&looked, value)).filter(|_| self.source().at.is_none());
        Some(format!("= {}{}", summary(value), changed.map(|change| format!(" · {change}")).unwrap_or_default()))
    }

    /// The value as a block of a hover, if it is known or comes within `patience`.
    pub fn shown(&self, target: &LiveTarget, patience: Duration) -> Option<String> {
        self.want(target);
        let deadline = Instant::now() + patience;
        let mut arrivals = self.arrivals.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.values.contains_key(target) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || !self.source().online {
                break;
            }
            (arrivals, _) = self.arrived.wait_timeout(arrivals, left).unwrap_or_else(PoisonError::into_inner);
        }
        drop(arrivals);
        let source = self.source();
        let entry = self.values.get(target)?;
        match &entry.value {
            Ok(value) => {
                let mut text = block(value, &source, entry.read);
                if source.at.is_none() {
                    let before = self.looked.insert(target.clone(), value.clone());
                    if let Some(change) = before.and_then(|before| difference(&before, value)) {
                        text += &format!("  changed since you last looked: {change}\n");
                    }
                }
                Some(text)
            }
            Err(reason) => Some(format!("no live value: {reason}")),
        }
    }
}

/// A value from the typed tree that a hub gives for state; `None` if it is no such tree.
pub fn read_value(tree: &serde_json::Value, height: u64) -> Option<LiveValue> {
    crate::render::tree::live_value(tree, height)
}

/// A value in short: its size, or the value itself.
pub fn summary(value: &LiveValue) -> String {
    match (value.items, value.bytes) {
        (Some(items), Some(bytes)) => format!("{} · {}", plural(items, "item"), crate::render::bytes(bytes)),
        (Some(items), None) => plural(items, "item"),
        (None, _) => value.line.clone(),
    }
}

fn block(value: &LiveValue, source: &Source, read: Instant) -> String {
    let height = grouped(value.height);
    let newest = || source.height.map(|newest| format!("; the newest is {}", grouped(newest))).unwrap_or_default();
    let mut text = if source.at.is_some() {
        format!("at height {height}, looking back ({}{})\n", source.network, newest())
    } else if source.online {
        let age = source.seen.unwrap_or(read).elapsed().as_secs();
        format!("live at height {height} ({age} s ago, {})\n", source.network)
    } else {
        format!("as of height {height}, offline\n")
    };
    text += &format!("  {}\n", summary(value));
    let width = value.parts.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
    for (label, part) in &value.parts {
        text += &format!("  {label:<width$}  {part}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    fn posts(height: u64) -> LiveValue {
        let parts =
            vec![("[0]".to_owned(), "Post{Title: \"hello\"}".to_owned()), ("[2869]".to_owned(), "Post{Title: \"latest\"}".to_owned())];
        LiveValue { height, items: Some(2870), bytes: Some(412_000), line: "[]Post".to_owned(), parts }
    }

    #[test]
    fn a_value_is_shown_with_its_height_and_kept_when_the_network_goes() {
        let live = Live::default();
        let target = LiveTarget { package: "p@v1".into(), path: "Posts".to_owned() };
        live.set_source(|s| {
            *s = Source { network: "local".into(), height: Some(7), seen: Some(Instant::now()), online: true, ..Source::default() }
        });
        assert_eq!(live.hint(&target), None);
        assert_eq!(live.unread(), std::slice::from_ref(&target));
        assert!(live.put(target.clone(), Ok(posts(1_204_331))));
        assert!(!live.put(target.clone(), Ok(posts(1_204_332))), "a new height alone changes nothing");
        assert_eq!(live.hint(&target).as_deref(), Some("= 2,870 items · 412 kB"));
        expect![[r#"
            live at height 1,204,332 (0 s ago, local)
              2,870 items · 412 kB
              [0]     Post{Title: "hello"}
              [2869]  Post{Title: "latest"}
        "#]]
        .assert_eq(&live.shown(&target, Duration::ZERO).unwrap());
        live.put(target.clone(), Err("gone".into()));
        live.set_source(|s| s.online = false);
        assert!(live.shown(&target, Duration::ZERO).unwrap().starts_with("as of height 1,204,332, offline\n"));
    }

    #[test]
    fn changes_since_the_last_look_are_marked() {
        let live = Live::default();
        let target = LiveTarget { package: "p@v1".into(), path: "Posts".to_owned() };
        live.set_source(|s| *s = Source { network: "local".into(), height: Some(7), online: true, ..Source::default() });
        live.watch(&target, true);
        live.put(target.clone(), Ok(posts(7)));
        let told = live.watch_news().unwrap();
        assert_eq!((told.len(), told[0].change.clone()), (1, None));
        assert_eq!(live.watch_news(), None, "nothing new");
        assert!(!live.shown(&target, Duration::ZERO).unwrap().contains("changed"));
        let more = LiveValue { items: Some(2901), ..posts(8) };
        live.put(target.clone(), Ok(more));
        assert_eq!(live.hint(&target).as_deref(), Some("= 2,901 items · 412 kB · +31 items"));
        assert_eq!(live.watch_news().unwrap()[0].change.as_deref(), Some("+31 items"));
        assert!(live.shown(&target, Duration::ZERO).unwrap().ends_with("  changed since you last looked: +31 items\n"));
        assert_eq!(live.hint(&target).as_deref(), Some("= 2,901 items · 412 kB"), "it was looked at");
        live.look_at(Some(7));
        live.put(target.clone(), Ok(posts(7)));
        assert!(live.shown(&target, Duration::ZERO).unwrap().starts_with("at height 7, looking back (local; the newest is 7)\n"));
        live.watch(&target, false);
        assert!(live.watched().is_empty());
        let value = |line: &str| LiveValue { height: 1, items: None, bytes: None, line: line.into(), parts: Vec::new() };
        assert_eq!(difference(&value("7"), &value("8")).as_deref(), Some("was 7"));
    }

    #[test]
    fn a_hover_waits_a_little_for_a_value_on_its_way() {
        let live = std::sync::Arc::new(Live::default());
        live.set_source(|s| s.online = true);
        let target = LiveTarget { package: "p@v1".into(), path: "Posts".to_owned() };
        let other = live.clone();
        let late = target.clone();
        live.on_wanted(move || {
            let (other, late) = (other.clone(), late.clone());
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(20));
                other.put(late, Ok(posts(3)))
            });
        });
        assert!(live.shown(&target, Duration::from_secs(20)).unwrap().contains("2,870 items"));
    }
}
