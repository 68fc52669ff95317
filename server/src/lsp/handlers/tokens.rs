//! Semantic tokens: whole files, ranges, and what changed since the last answer.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use amigos_ide as ide;
use tower_lsp::lsp_types::*;

use super::super::documents::DocKey;
use super::super::snapshot::{FileText, Snapshot};
use super::Failure;

/// The names of token types, in the order of their numbers.
const TOKEN_TYPES: &[&str] = &["namespace", "type", "typeParameter", "parameter", "variable", "property", "function", "method", "label"];
/// The names of token modifiers, in the order of their bits.
const TOKEN_MODIFIERS: &[&str] =
    &["declaration", "readonly", "defaultLibrary", "persistent", "mutatesState", "nondeterministic", "crossPackage"];

/// What the numbers in semantic tokens mean.
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TOKEN_TYPES.iter().map(|t| SemanticTokenType::new(t)).collect(),
        token_modifiers: TOKEN_MODIFIERS.iter().map(|t| SemanticTokenModifier::new(t)).collect(),
    }
}

/// What was sent last, by document: what a delta is against.
#[derive(Default)]
pub struct Sent {
    last: Mutex<HashMap<DocKey, Numbered>>,
    ids: AtomicU64,
}

/// The tokens of a document, under the id that the client knows them by.
struct Numbered {
    id: String,
    tokens: Vec<SemanticToken>,
}

impl Sent {
    /// Remembers `tokens` under a new id; with the id of what the client has, that.
    fn replace(&self, key: &DocKey, tokens: &[SemanticToken], had: Option<&str>) -> (String, Option<Vec<SemanticToken>>) {
        let id = (self.ids.fetch_add(1, Ordering::Relaxed) + 1).to_string();
        let now = Numbered { id: id.clone(), tokens: tokens.to_vec() };
        let old = self.last.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), now);
        (id, old.filter(|old| had == Some(old.id.as_str())).map(|old| old.tokens))
    }

    /// Forgets a document that was closed.
    pub fn forget(&self, key: &DocKey) {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

pub fn full(snapshot: &Snapshot, params: SemanticTokensParams) -> Result<SemanticTokens, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let data = whole(snapshot, &file)?;
    let (id, _) = snapshot.tokens.replace(&file.key, &data, None);
    Ok(SemanticTokens { result_id: Some(id), data })
}

pub fn delta(snapshot: &Snapshot, params: SemanticTokensDeltaParams) -> Result<SemanticTokensFullDeltaResult, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let data = whole(snapshot, &file)?;
    let (id, old) = snapshot.tokens.replace(&file.key, &data, Some(&params.previous_result_id));
    Ok(match old {
        Some(old) => SemanticTokensDelta { result_id: Some(id), edits: edits(&old, &data) }.into(),
        None => SemanticTokens { result_id: Some(id), data }.into(),
    })
}

pub fn range(snapshot: &Snapshot, params: SemanticTokensRangeParams) -> Result<SemanticTokens, Failure> {
    let file = snapshot.file(&params.text_document.uri)?;
    let range = ide::TextRange::new(file.offset(params.range.start), file.offset(params.range.end));
    let data = encoded(&file, &snapshot.analysis.semantic_tokens(file.file, range)?);
    Ok(SemanticTokens { result_id: None, data })
}

fn whole(snapshot: &Snapshot, file: &FileText) -> Result<Vec<SemanticToken>, Failure> {
    let all = ide::TextRange::new(0, file.text.len() as u32);
    Ok(encoded(file, &snapshot.analysis.semantic_tokens(file.file, all)?))
}

/// One replacement between what is equal at the start and what is equal at the end; numbers count integers, five a token.
fn edits(old: &[SemanticToken], new: &[SemanticToken]) -> Vec<SemanticTokensEdit> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (gone, come) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    if gone.is_empty() && come.is_empty() {
        return vec![];
    }
    let data = (!come.is_empty()).then(|| come.to_vec());
    vec![SemanticTokensEdit { start: 5 * head as u32, delete_count: 5 * gone.len() as u32, data }]
}

fn encoded(file: &FileText, tokens: &[ide::SemanticToken]) -> Vec<SemanticToken> {
    let mut last = Position::new(0, 0);
    let mut data = Vec::with_capacity(tokens.len());
    for token in tokens {
        let range = file.range(token.range);
        if range.start.line != range.end.line || range.start < last {
            continue;
        }
        let delta_line = range.start.line - last.line;
        let delta_start = if delta_line == 0 { range.start.character - last.character } else { range.start.character };
        let constant = token.kind == ide::TokenKind::Constant;
        let m = token.modifiers;
        let bits = [m.declaration, constant, m.predeclared, m.persistent, m.mutates_state, m.nondeterministic, m.cross_package];
        data.push(SemanticToken {
            delta_line,
            delta_start,
            length: range.end.character.saturating_sub(range.start.character),
            token_type: token_type(token.kind),
            token_modifiers_bitset: bits.iter().enumerate().map(|(i, set)| u32::from(*set) << i).sum(),
        });
        last = range.start;
    }
    data
}

fn token_type(kind: ide::TokenKind) -> u32 {
    use ide::TokenKind as K;
    match kind {
        K::Package => 0,
        K::Type => 1,
        K::TypeParameter => 2,
        K::Parameter => 3,
        K::Variable | K::Constant => 4,
        K::Field => 5,
        K::Function => 6,
        K::Method => 7,
        K::Label => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(lengths: &[u32]) -> Vec<SemanticToken> {
        let one = |length: &u32| SemanticToken { delta_line: 1, delta_start: 0, length: *length, token_type: 0, token_modifiers_bitset: 0 };
        lengths.iter().map(one).collect()
    }

    #[test]
    fn a_delta_makes_the_new_tokens_of_the_old() {
        let lists: [&[u32]; 8] = [&[], &[1], &[1, 2, 3], &[1, 3], &[1, 2, 2, 3], &[2, 2], &[3, 2, 1], &[1, 2, 3, 4]];
        for old in lists {
            for new in lists {
                let mut made = tokens(old);
                for edit in edits(&tokens(old), &tokens(new)) {
                    let from = edit.start as usize / 5;
                    made.splice(from..from + edit.delete_count as usize / 5, edit.data.unwrap_or_default());
                }
                assert_eq!(made, tokens(new), "{old:?} → {new:?}");
            }
        }
    }
}
