//! A map from small ids to facts: a hash table while it is filled, afterwards a sorted list, which takes half the memory. There are several of them
//! for each body of a program.

use std::hash::Hash;

use rustc_hash::FxHashMap;

/// A map whose keys are ids of one arena.
#[derive(Clone, Debug)]
pub struct IdMap<K, V>(Form<K, V>);

#[derive(Clone, Debug)]
enum Form<K, V> {
    Growing(Box<FxHashMap<K, V>>),
    Finished(Box<[(K, V)]>),
}

impl<K, V> Default for IdMap<K, V> {
    fn default() -> IdMap<K, V> {
        IdMap(Form::Finished(Box::default()))
    }
}

impl<K: Copy + Ord + Hash, V> IdMap<K, V> {
    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        match &self.0 {
            Form::Growing(map) => map.get(key),
            Form::Finished(list) => list.binary_search_by_key(key, |(k, _)| *k).ok().and_then(|i| list.get(i)).map(|(_, v)| v),
        }
    }

    /// Whether there is a value of this key.
    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// Sets the value of a key, and returns the one it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        if let Form::Finished(list) = &mut self.0 {
            self.0 = Form::Growing(Box::new(std::mem::take(list).into_iter().collect()));
        }
        match &mut self.0 {
            Form::Growing(map) => map.insert(key, value),
            Form::Finished(_) => None,
        }
    }

    /// Makes the map small. It can still be changed, at the price of the whole.
    pub fn finish(&mut self) {
        if let Form::Growing(map) = &mut self.0 {
            let mut list: Vec<(K, V)> = std::mem::take(&mut **map).into_iter().collect();
            list.sort_unstable_by_key(|(k, _)| *k);
            self.0 = Form::Finished(list.into_boxed_slice());
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Growing(map) => map.len(),
            Form::Finished(list) => list.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Keys and values; sorted once the map is finished.
    pub fn iter(&self) -> Iter<'_, K, V> {
        match &self.0 {
            Form::Growing(map) => Iter::Growing(map.iter()),
            Form::Finished(list) => Iter::Finished(list.iter()),
        }
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(k, _)| k)
    }

    /// The values.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, v)| v)
    }

    /// Changes all values.
    pub fn update(&mut self, mut f: impl FnMut(&mut V)) {
        match &mut self.0 {
            Form::Growing(map) => map.values_mut().for_each(&mut f),
            Form::Finished(list) => list.iter_mut().for_each(|(_, v)| f(v)),
        }
    }
}

impl<K: Copy + Ord + Hash, V: PartialEq> PartialEq for IdMap<K, V> {
    fn eq(&self, other: &IdMap<K, V>) -> bool {
        match (&self.0, &other.0) {
            (Form::Finished(a), Form::Finished(b)) => a == b,
            _ => self.len() == other.len() && self.iter().all(|(k, v)| other.get(k) == Some(v)),
        }
    }
}

impl<K: Copy + Ord + Hash, V> std::ops::Index<&K> for IdMap<K, V> {
    type Output = V;
    fn index(&self, key: &K) -> &V {
        self.get(key).expect("the key is in the map")
    }
}

impl<'m, K: Copy + Ord + Hash, V> IntoIterator for &'m IdMap<K, V> {
    type Item = (&'m K, &'m V);
    type IntoIter = Iter<'m, K, V>;
    fn into_iter(self) -> Iter<'m, K, V> {
        self.iter()
    }
}

/// Keys and values of an [`IdMap`].
pub enum Iter<'m, K, V> {
    #[doc(hidden)]
    Growing(std::collections::hash_map::Iter<'m, K, V>),
    #[doc(hidden)]
    Finished(std::slice::Iter<'m, (K, V)>),
}

impl<'m, K, V> Iterator for Iter<'m, K, V> {
    type Item = (&'m K, &'m V);
    fn next(&mut self) -> Option<(&'m K, &'m V)> {
        match self {
            Iter::Growing(iter) => iter.next(),
            Iter::Finished(iter) => iter.next().map(|(k, v)| (k, v)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::IdMap;

    #[test]
    fn the_same_before_and_after_it_is_finished() {
        let mut map: IdMap<u32, &str> = IdMap::default();
        assert!(map.is_empty() && map.get(&3).is_none());
        map.insert(7, "seven");
        map.insert(3, "tree");
        assert_eq!(map.insert(3, "three"), Some("tree"));
        let growing = map.clone();
        map.finish();
        assert_eq!(map, growing);
        assert_eq!(map.iter().collect::<Vec<_>>(), [(&3, &"three"), (&7, &"seven")]);
        map.insert(5, "five");
        assert!(map != growing && map.len() == 3 && map.contains_key(&7) && !map.contains_key(&4));
        map.update(|v| *v = "any");
        map.finish();
        assert_eq!((map[&5], map.keys().count()), ("any", 3));
    }
}
