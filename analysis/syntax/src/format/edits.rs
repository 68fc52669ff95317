//! The difference of two texts, as edits as small as can be: what an editor applies keeps cursor, folds and breakpoints where nothing
//! changed.

use rustc_hash::FxHashMap;

use crate::TextRange;

/// A replacement of text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced.
    pub range: TextRange,
    /// By what.
    pub new_text: String,
}

/// Lines that differ: these of the old text became those of the new one. Lines count from 0.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hunk {
    /// Lines of the old text.
    pub old: std::ops::Range<usize>,
    /// Lines of the new text.
    pub new: std::ops::Range<usize>,
}

/// The edits that make `new` of `old`, in order; they do not overlap.
pub fn edits(old: &str, new: &str) -> Vec<Edit> {
    if old == new {
        return Vec::new();
    }
    // Formatting mostly changes white space only.
    if let Some(edits) = space_edits(old, new, 0) {
        return edits;
    }
    let (old_lines, new_lines) = (lines(old), lines(new));
    let (old_starts, new_starts) = (starts(&old_lines), starts(&new_lines));
    let mut out = Vec::new();
    for hunk in hunks_of(&old_lines, &new_lines) {
        let start = old_starts[hunk.old.start];
        let before = &old[start..old_starts[hunk.old.end]];
        let after = &new[new_starts[hunk.new.start]..new_starts[hunk.new.end]];
        match space_edits(before, after, start) {
            Some(edits) => out.extend(edits),
            None => out.push(trimmed(before, after, start)),
        }
    }
    out
}

/// Applies edits that are in order and do not overlap.
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for edit in edits {
        out.push_str(text.get(end..edit.range.start as usize).unwrap_or(""));
        out.push_str(&edit.new_text);
        end = edit.range.end as usize;
    }
    out.push_str(text.get(end..).unwrap_or(""));
    out
}

/// The edits if the texts differ in white space only; `base` is where `old` stands.
fn space_edits(old: &str, new: &str, base: usize) -> Option<Vec<Edit>> {
    let white = |text: &str| text.len() - text.trim_start_matches([' ', '\t', '\n', '\r']).len();
    let (mut i, mut j) = (0, 0);
    let mut out = Vec::new();
    loop {
        let (before, after) = (&old[i..i + white(&old[i..])], &new[j..j + white(&new[j..])]);
        if before != after {
            out.push(trimmed(before, after, base + i));
        }
        i += before.len();
        j += after.len();
        match (old[i..].chars().next(), new[j..].chars().next()) {
            (None, None) => return Some(out),
            (Some(a), Some(b)) if a == b => {
                i += a.len_utf8();
                j += b.len_utf8();
            }
            _ => return None,
        }
    }
}

/// The replacement of `old` by `new` without what they have in common at both ends.
fn trimmed(old: &str, new: &str, base: usize) -> Edit {
    let mut start = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = old[start..].bytes().rev().zip(new[start..].bytes().rev()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - end) || !new.is_char_boundary(new.len() - end) {
        end -= 1;
    }
    let range = TextRange::new((base + start) as u32, (base + old.len() - end) as u32);
    Edit { range, new_text: new[start..new.len() - end].to_owned() }
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Where each line starts, and the end.
fn starts(lines: &[&str]) -> Vec<usize> {
    let mut at = 0;
    let mut starts = vec![0];
    for line in lines {
        at += line.len();
        starts.push(at);
    }
    starts
}

/// The lines in which two texts differ.
pub fn hunks(old: &str, new: &str) -> Vec<Hunk> {
    hunks_of(&lines(old), &lines(new))
}

/// With more differing lines than this, all between the first and the last is taken for different.
const MAX_DIFFERENCES: usize = 2_000;

fn hunks_of<'t>(old: &[&'t str], new: &[&'t str]) -> Vec<Hunk> {
    // Lines as numbers, which are quick to compare.
    let mut numbers: FxHashMap<&'t str, u32> = FxHashMap::default();
    let mut number = |lines: &[&'t str]| -> Vec<u32> {
        lines
            .iter()
            .map(|line| {
                let next = numbers.len() as u32;
                *numbers.entry(line).or_insert(next)
            })
            .collect()
    };
    let (a, b) = (number(old), number(new));
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..a.len() - tail], &b[head..b.len() - tail]);
    let matches = common(a, b);
    let mut out = Vec::new();
    let (mut i, mut j) = (0, 0);
    for (x, y) in matches.into_iter().chain([(a.len(), b.len())]) {
        if i < x || j < y {
            out.push(Hunk { old: head + i..head + x, new: head + j..head + y });
        }
        (i, j) = (x + 1, y + 1);
    }
    out
}

/// A longest common subsequence, as pairs of places (Myers' greedy algorithm).
fn common(a: &[u32], b: &[u32]) -> Vec<(usize, usize)> {
    let (n, m) = (a.len() as isize, b.len() as isize);
    let limit = (n + m).min(MAX_DIFFERENCES as isize);
    let offset = limit + 1;
    let mut furthest = vec![0isize; 2 * offset as usize + 1];
    let mut history: Vec<Vec<isize>> = Vec::new();
    for d in 0..=limit {
        history.push(furthest[(offset - d) as usize..=(offset + d) as usize].to_vec());
        for k in (-d..=d).step_by(2) {
            let at = (offset + k) as usize;
            let down = k == -d || k != d && furthest[at - 1] < furthest[at + 1];
            let mut x = if down { furthest[at + 1] } else { furthest[at - 1] + 1 };
            let mut y = x - k;
            while x < n && y < m && a[x as usize] == b[y as usize] {
                (x, y) = (x + 1, y + 1);
            }
            furthest[at] = x;
            if x >= n && y >= m {
                return backtrack(&history, d, n, m);
            }
        }
    }
    Vec::new()
}

/// Walks back along the furthest reaching paths, collecting the diagonals.
fn backtrack(history: &[Vec<isize>], d: isize, n: isize, m: isize) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let (mut x, mut y) = (n, m);
    for d in (1..=d).rev() {
        // `history[d]` holds the state before step `d`, for the diagonals -d..=d.
        let before = &history[d as usize];
        let get = |k: isize| before[(k + d) as usize];
        let k = x - y;
        let down = k == -d || k != d && get(k - 1) < get(k + 1);
        let previous_k = if down { k + 1 } else { k - 1 };
        let (px, py) = (get(previous_k), get(previous_k) - previous_k);
        let (sx, sy) = if down { (px, py + 1) } else { (px + 1, py) };
        while x > sx && y > sy {
            (x, y) = (x - 1, y - 1);
            out.push((x as usize, y as usize));
        }
        (x, y) = (px, py);
    }
    while x > 0 && y > 0 {
        (x, y) = (x - 1, y - 1);
        out.push((x as usize, y as usize));
    }
    out.reverse();
    out
}

/// The difference as `diff -u` writes it, with three lines of context; empty if there is none.
pub fn unified_diff(name: &str, old: &str, new: &str) -> String {
    const CONTEXT: usize = 3;
    let (old_lines, new_lines) = (lines(old), lines(new));
    let hunks = hunks_of(&old_lines, &new_lines);
    if hunks.is_empty() {
        return String::new();
    }
    let mut out = format!("--- {name}.orig\n+++ {name}\n");
    let mut at = 0;
    while at < hunks.len() {
        let mut end = at + 1;
        while end < hunks.len() && hunks[end].old.start <= hunks[end - 1].old.end + 2 * CONTEXT {
            end += 1;
        }
        let group = &hunks[at..end];
        let (first, last) = (&group[0], &group[group.len() - 1]);
        let lead = first.old.start.min(CONTEXT);
        let trail = (old_lines.len() - last.old.end).min(CONTEXT);
        let (old_start, old_count) = (first.old.start - lead, last.old.end + trail + lead - first.old.start);
        let (new_start, new_count) = (first.new.start - lead, last.new.end + trail + lead - first.new.start);
        let shown = |start: usize, count: usize| if count == 0 { start } else { start + 1 };
        out.push_str(&format!("@@ -{},{old_count} +{},{new_count} @@\n", shown(old_start, old_count), shown(new_start, new_count)));
        let mut line = |mark: char, text: &str| {
            out.push(mark);
            out.push_str(text);
            if !text.ends_with('\n') {
                out.push_str("\n\\ No newline at end of file\n");
            }
        };
        let mut from = old_start;
        for hunk in group {
            old_lines[from..hunk.old.start].iter().for_each(|l| line(' ', l));
            old_lines[hunk.old.clone()].iter().for_each(|l| line('-', l));
            new_lines[hunk.new.clone()].iter().for_each(|l| line('+', l));
            from = hunk.old.end;
        }
        old_lines[from..from + trail].iter().for_each(|l| line(' ', l));
        at = end;
    }
    out
}
