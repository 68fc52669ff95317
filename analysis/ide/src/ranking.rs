//! Which of the names that could stand somewhere is probably meant: from what is written around the cursor and elsewhere in the file.

use amigos_syntax::lex::{Token, lex};
use amigos_syntax::token::Tok;
use rustc_hash::FxHashMap;

/// How many tokens before a name are compared.
const REACH: usize = 5;

/// What follows the cursor, as far as it says what should stand there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next<'t> {
    /// `(`: something that can be called or converted to, and how many arguments there are, if the list is closed.
    Call(Option<usize>),
    /// `.name`: something that has it.
    Member(&'t str),
    /// `{` on the same line: a type, or a value in front of a block.
    Brace,
    /// `[`: something that can be indexed or instantiated.
    Bracket,
    /// `:`: a key, a case, a label.
    Key,
    /// Anything else.
    Other,
}

/// How a name is used in the file.
#[derive(Clone, Copy, Default, Debug)]
struct Usage {
    /// How often.
    count: u32,
    /// How often behind the same tokens as at the cursor, by how many of them are the same.
    alike: [u32; REACH + 1],
    /// How often in front of the same token as at the cursor, behind the same one.
    between: u32,
    /// How many tokens before the cursor it stands last; none if it only stands behind it.
    distance: Option<u32>,
}

/// The surroundings of the cursor.
pub(crate) struct Surroundings<'t> {
    usages: FxHashMap<&'t str, Usage>,
    /// What follows.
    pub next: Next<'t>,
    /// Whether a type is wanted there, by the tokens in front.
    pub wants_type: bool,
    /// The names that are arguments, operands or keys of the same list already: seldom meant again.
    siblings: Vec<&'t str>,
    /// What other cases of the same switch name: not meant again.
    cases: Vec<&'t str>,
}

impl<'t> Surroundings<'t> {
    /// Looks at `text`, a whole file, with the word between `from` and `to` left out.
    pub fn new(text: &'t str, from: usize, to: usize) -> Surroundings<'t> {
        let tokens: Vec<Token> =
            lex(text).tokens.into_iter().filter(|t| t.tok != Tok::Eof && ((t.end as usize) <= from || (t.start as usize) >= to)).collect();
        let at = tokens.partition_point(|t| (t.end as usize) <= from && !(t.auto && t.start as usize >= from));
        let word = |t: &Token| -> &'t str { text.get(t.start as usize..t.end as usize).unwrap_or("") };
        let same = |a: &Token, b: &Token| a.tok == b.tok && (!matches!(a.tok, Tok::Ident | Tok::Int | Tok::String) || word(a) == word(b));
        let mut usages: FxHashMap<&'t str, Usage> = FxHashMap::default();
        let following = tokens.get(at);
        for (i, token) in tokens.iter().enumerate() {
            if token.tok != Tok::Ident {
                continue;
            }
            let usage = usages.entry(word(token)).or_default();
            usage.count += 1;
            // The name of the function being written is not meant by being near.
            if i < at && (i == 0 || tokens[i - 1].tok != Tok::Func) {
                usage.distance = Some((at - i) as u32);
            }
            let alike = (1..=REACH.min(i).min(at)).take_while(|n| same(&tokens[i - n], &tokens[at - n])).count();
            usage.alike[alike] += 1;
            if alike > 0
                && let (Some(a), Some(b)) = (tokens.get(i + 1), following)
                && same(a, b)
            {
                usage.between += 1;
            }
        }
        let next = match following.map(|t| t.tok) {
            Some(Tok::LParen) => Next::Call(arguments(&tokens[at..])),
            Some(Tok::Period) => match tokens.get(at + 1) {
                Some(name) if name.tok == Tok::Ident => Next::Member(word(name)),
                _ => Next::Other,
            },
            Some(Tok::LBrace) => Next::Brace,
            Some(Tok::LBrack) => Next::Bracket,
            Some(Tok::Colon) => Next::Key,
            _ => Next::Other,
        };
        // What follows on another line belongs to another statement.
        let next =
            if following.is_some_and(|t| text.get(to..t.start as usize).is_some_and(|s| s.contains('\n'))) { Next::Other } else { next };
        let (cases, type_switch) = cases(&tokens, at, &word);
        let wants_type = type_switch || wants_type(&tokens, at, &word);
        Surroundings { usages, next, wants_type, siblings: siblings(&tokens, at, &word), cases }
    }

    /// How likely `name` is by how the file uses it; the more the likelier.
    pub fn usage(&self, name: &str) -> f32 {
        let Some(usage) = self.usages.get(name) else { return 0.0 };
        let mut score = 0.35 * (1.0 + usage.count as f32).ln();
        let mut behind = 0.0f32;
        for (n, count) in usage.alike.iter().enumerate().skip(1) {
            if *count > 0 {
                behind = behind.max(WEIGHT[n] + 0.5 * (1.0 + *count as f32).ln());
            }
        }
        score += behind + 0.5 * (1.0 + usage.between as f32).ln();
        if let Some(distance) = usage.distance {
            score += 2.4 * (-(distance as f32) / 40.0).exp() + 1.0 * (-(distance as f32) / 300.0).exp();
        }
        if self.siblings.contains(&name) {
            score -= 1.6;
        }
        if self.cases.contains(&name) {
            score -= 7.0;
        }
        score
    }
}

/// The number of elements in the list that the first token opens.
fn arguments(tokens: &[Token]) -> Option<usize> {
    let (mut depth, mut commas) = (0u32, 0usize);
    for (i, token) in tokens.iter().enumerate().take(400) {
        match token.tok {
            Tok::LParen | Tok::LBrack | Tok::LBrace => depth += 1,
            Tok::RParen | Tok::RBrack | Tok::RBrace => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    let empty = i == 1;
                    let trailing = i > 0 && tokens.get(i - 1).is_some_and(|t| t.tok == Tok::Comma);
                    return Some(if empty { 0 } else { commas + usize::from(!trailing) });
                }
            }
            Tok::Comma if depth == 1 => commas += 1,
            _ => {}
        }
    }
    None
}

/// What it is worth that so many tokens before a name are those before the cursor.
const WEIGHT: [f32; REACH + 1] = [0.0, 0.5, 1.4, 2.2, 2.9, 3.4];

/// Whether the tokens in front of the cursor want a type.
fn wants_type<'t>(tokens: &[Token], at: usize, word: &dyn Fn(&Token) -> &'t str) -> bool {
    let back = |n: usize| at.checked_sub(n).and_then(|i| tokens.get(i));
    match back(1).map(|t| t.tok) {
        // `[]T`, `[4]T`, `map[K]T`; an index in front of a name is no expression.
        Some(Tok::RBrack) => true,
        Some(Tok::LBrack) => back(2).is_some_and(|t| t.tok == Tok::Map),
        Some(Tok::Chan) => true,
        // `var x T`, and `x T` of parameters
        Some(Tok::Ident) => true,
        Some(Tok::Mul) => match back(2).map(|t| t.tok) {
            Some(Tok::RBrack | Tok::Mul) => true,
            Some(Tok::Ident) => back(3).is_some_and(|t| matches!(t.tok, Tok::Var)),
            _ => false,
        },
        Some(Tok::LParen) => {
            back(2).is_some_and(|t| t.tok == Tok::Ident && matches!(word(t), "make" | "new"))
                || back(2).is_some_and(|t| t.tok == Tok::Period)
        }
        _ => false,
    }
}

/// In the list of a `case`: what the cases of the switch name, and whether it is a switch over types.
fn cases<'t>(tokens: &[Token], at: usize, word: &dyn Fn(&Token) -> &'t str) -> (Vec<&'t str>, bool) {
    let Some(open) = switch_around(tokens, at) else { return (vec![], false) };
    let type_switch = open >= 4
        && tokens[open - 1].tok == Tok::RParen
        && tokens[open - 2].tok == Tok::Type
        && tokens[open - 3].tok == Tok::LParen
        && tokens[open - 4].tok == Tok::Period;
    // What is switched on is no case.
    let tag = tokens[..open].iter().rev().take(12).take_while(|t| !matches!(t.tok, Tok::Switch | Tok::Semi));
    let mut out: Vec<&str> = tag.filter(|t| t.tok == Tok::Ident).map(word).collect();
    let (mut depth, mut in_case) = (0u32, false);
    for (i, token) in tokens.iter().enumerate().skip(open + 1) {
        match token.tok {
            Tok::LParen | Tok::LBrack | Tok::LBrace => depth += 1,
            Tok::RParen | Tok::RBrack | Tok::RBrace if depth == 0 => break,
            Tok::RParen | Tok::RBrack | Tok::RBrace => depth -= 1,
            Tok::Case if depth == 0 => in_case = true,
            Tok::Colon if depth == 0 => in_case = false,
            // Of `token.ADD` only the last name.
            Tok::Ident if in_case && depth == 0 && tokens.get(i + 1).is_none_or(|t| t.tok != Tok::Period) => out.push(word(token)),
            _ => {}
        }
    }
    (out, type_switch)
}

/// The index of the `{` of the switch in whose `case` list the index stands.
fn switch_around(tokens: &[Token], at: usize) -> Option<usize> {
    let (mut depth, mut in_case) = (0u32, false);
    for (i, token) in tokens[..at.min(tokens.len())].iter().enumerate().rev() {
        match token.tok {
            Tok::RParen | Tok::RBrack | Tok::RBrace => depth += 1,
            Tok::LBrace if depth == 0 => return in_case.then_some(i),
            // Inside a call or an index nothing is known of the case.
            Tok::LParen | Tok::LBrack if depth == 0 => return None,
            Tok::LParen | Tok::LBrack | Tok::LBrace => depth -= 1,
            Tok::Case if depth == 0 => in_case = true,
            Tok::Colon | Tok::Semi if depth == 0 && !in_case => return None,
            _ => {}
        }
    }
    None
}

/// The names on the other side of an operator or an assignment, and the arguments before in the same list.
fn siblings<'t>(tokens: &[Token], at: usize, word: &dyn Fn(&Token) -> &'t str) -> Vec<&'t str> {
    let mut out = Vec::new();
    let mut depth = 0u32;
    for token in tokens[..at.min(tokens.len())].iter().rev().take(40) {
        match token.tok {
            Tok::RParen | Tok::RBrack | Tok::RBrace => depth += 1,
            Tok::LParen | Tok::LBrack | Tok::LBrace => {
                if depth == 0 {
                    break;
                }
                depth -= 1;
            }
            Tok::Semi | Tok::If | Tok::For | Tok::Return | Tok::Case | Tok::Range if depth == 0 => break,
            Tok::Ident if depth == 0 => out.push(word(token)),
            _ => {}
        }
    }
    // In `a.b.|` the names in front of the dot are no siblings.
    let mut at = at;
    while at >= 2 && tokens.get(at - 1).is_some_and(|t| t.tok == Tok::Period) && tokens.get(at - 2).is_some_and(|t| t.tok == Tok::Ident) {
        let name = tokens.get(at - 2).map_or("", word);
        out.retain(|n| *n != name);
        at -= 2;
    }
    out
}

/// How well a typed word matches a name: `None` if its letters do not all occur in it, in order. The higher the better; an empty word matches all alike.
pub(crate) fn matching(name: &str, word: &str) -> Option<f32> {
    if word.is_empty() {
        return Some(0.0);
    }
    if name.starts_with(word) {
        return Some(if name.len() == word.len() { 9.0 } else { 8.0 });
    }
    let (small, wanted) = (name.to_lowercase(), word.to_lowercase());
    if small.starts_with(&wanted) {
        return Some(if small.len() == wanted.len() { 8.5 } else { 7.0 });
    }
    // The starts of the words that the name is made of: `np` of `NewPost`.
    let humps: Vec<char> = humps(name);
    let mut rest = humps.iter();
    if wanted.chars().all(|w| rest.any(|h| *h == w)) {
        return Some(5.0);
    }
    if let Some(at) = small.find(&wanted) {
        let starts = name.get(at..).and_then(|s| s.chars().next()).is_some_and(char::is_uppercase);
        return Some(if starts { 4.0 } else { 2.0 });
    }
    let mut letters = small.chars();
    let first = wanted.chars().next() == small.chars().next();
    wanted.chars().all(|w| letters.any(|l| l == w)).then_some(if first { 1.0 } else { 0.0 })
}

fn humps(name: &str) -> Vec<char> {
    let mut out = Vec::new();
    let mut before = '_';
    for c in name.chars() {
        if before == '_' || (c.is_uppercase() && !before.is_uppercase()) || (c.is_numeric() && !before.is_numeric()) {
            out.extend(c.to_lowercase());
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_match_names() {
        let order = |word: &str, names: &[&str]| {
            let mut found: Vec<(&str, f32)> = names.iter().filter_map(|n| Some((*n, matching(n, word)?))).collect();
            found.sort_by(|a, b| b.1.total_cmp(&a.1));
            found.into_iter().map(|(n, _)| n).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(order("post", &["Repost", "postID", "Post", "p", "pastor", "pst"]), "Post postID Repost");
        assert_eq!(order("np", &["newPost", "unplug", "NPC", "nope"]), "NPC newPost unplug nope");
        assert_eq!(order("", &["a", "b"]), "a b");
        assert_eq!(order("ü", &["Über", "u"]), "Über");
    }

    fn best<'a>(marked: &str, names: &[&'a str]) -> &'a str {
        let at = marked.find('|').unwrap();
        let text = marked.replace('|', "");
        let around = Surroundings::new(&text, at, at);
        names.iter().max_by(|a, b| around.usage(a).total_cmp(&around.usage(b))).unwrap()
    }

    #[test]
    fn what_was_written_in_the_same_place_is_likely() {
        assert_eq!(best("func f() { a.b(x); a.c(y); a.b(|) }", &["y", "x"]), "x");
        assert_eq!(best("for i := 0; i < n; | {}", &["n", "i"]), "i");
        assert_eq!(best("x := y; x = |", &["x", "y"]), "y");
    }

    #[test]
    fn what_other_cases_name_is_not_meant() {
        assert_eq!(best("switch k { case t.A, t.B: f(); case t.|: case t.D: }", &["A", "B", "C", "D"]), "C");
        assert_eq!(best("switch k { case A: A(A, A) }; |", &["A", "B"]), "A");
        let around = |marked: &str| {
            let at = marked.find('|').unwrap();
            Surroundings::new(&marked.replace('|', ""), at, at).wants_type
        };
        assert!(around("switch x := y.(type) { case |: }") && around("switch y.(type) { case int, *|: }"));
        assert!(!around("switch y.(type) { case int: | }") && !around("switch y { case |: }"));
    }

    #[test]
    fn what_follows_is_seen() {
        let next = |marked: &str| {
            let at = marked.find('|').unwrap();
            let text = marked.replace('|', "");
            format!("{:?}", Surroundings::new(&text, at, at).next)
        };
        assert_eq!(next("x := |(1, f(2, 3))"), "Call(Some(2))");
        assert_eq!(next("x := |()"), "Call(Some(0))");
        assert_eq!(next("x := |(1"), "Call(None)");
        assert_eq!(next("x := |.Name"), "Member(\"Name\")");
        assert_eq!(next("x := |\n(y)"), "Other");
        assert_eq!(next("if x == | {"), "Brace");
    }
}
