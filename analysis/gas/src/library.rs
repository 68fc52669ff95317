//! Functions of the standard library whose loops no pattern fits: what they cost and return, said by hand. The gate in `tests/bounds` holds each against
//! runs.

use std::sync::Arc;

use amigos_mir::gas;
use amigos_mir::mir::*;
use amigos_syntax::Name;
use amigos_types::ty::PkgKey;

use crate::heap::State;
use crate::poly::Poly;
use crate::value::Value;
use crate::walk::{Res, Walk};

/// Errors in errors beyond which they are not followed.
const MAX_CHAIN: usize = 8;

/// How often the only loop of a function runs, where that is known otherwise.
pub(crate) fn known_iterations(func: FuncKey) -> Option<u64> {
    match (func.pkg.0.as_str(), func.name.as_str()) {
        // Each iteration doubles what is there.
        ("strings" | "bytes", "Repeat") => Some(64),
        _ => None,
    }
}

impl Walk<'_> {
    /// The price of all blocks of a function of the library, each once.
    fn all_blocks(&self, package: &str, name: &str) -> u64 {
        let func = FuncKey { pkg: PkgKey(Name::new(package)), name: Name::new(name) };
        let Some(body) = self.world.body(func) else { return u64::from(u32::MAX) };
        let slots = |ty| self.layouts.slots(ty);
        (0..body.blocks.len() as u32).map(|b| gas::block_price(&body, BlockId(b), &slots)).sum()
    }

    /// Calls a function that is known by hand; `None` if it is none of these.
    pub fn library(&mut self, st: &State, func: FuncKey, body: &Arc<Body>, args: &[Value]) -> Res<Option<State>> {
        match (func.pkg.0.as_str(), func.name.as_str()) {
            ("fmt", "wrappedOperands") => self.wrapped_operands(st.clone(), args).map(Some),
            ("errors", "is") => self.is_error(st.clone(), body, args),
            _ => Ok(None),
        }
    }

    /// `wrappedOperands(format, n)`: each character once, and more for each verb.
    fn wrapped_operands(&mut self, mut st: State, args: &[Value]) -> Res<State> {
        let text = args.first().and_then(|a| a.text.clone());
        let n = self.need(args.get(1).and_then(|a| a.hi.clone()), || "the number of operands is not known".into())?;
        let length = self.need(args.first().and_then(|a| a.hi.clone()), || "the length of a format is not known".into())?;
        let verb = self.all_blocks("fmt", "wrappedOperands")
            + self.all_blocks("fmt", "isFlag")
            + 2 * self.all_blocks("fmt", "number")
            + 3 * self.all_blocks("fmt", "operandNumber");
        let cost = match &text {
            // A number of an operand may be looked for to the end of the text.
            Some(text) if !text.contains('[') => {
                let verbs = text.matches('%').count() as u64;
                Poly::constant(40 + 30 * text.len() as u64 + verbs * verb)
            }
            _ => {
                let each = self.large(length.scaled(40, 1).and_then(|p| p.plus(&Poly::constant(verb))))?;
                self.large(length.times(&each).and_then(|p| p.plus(&Poly::constant(60))))?
            }
        };
        let room = self.slope(gas::ALLOC, &n)?;
        self.pay(&mut st, &cost)?;
        self.pay(&mut st, &room)?;
        let verbs = match &text {
            Some(text) => Poly::constant(text.matches("w").count() as u64),
            None => length,
        };
        let slice = self.made_slice(&mut st, n, Value::constant(1));
        st.results = vec![Value::of_size(verbs), slice];
        Ok(st)
    }

    /// `is(err, target, comparable)`: follows what each error wraps, type by type.
    fn is_error(&mut self, mut st: State, body: &Arc<Body>, args: &[Value]) -> Res<Option<State>> {
        let Some(first) = args.first() else { return Ok(None) };
        let round = {
            let slots = |ty| self.layouts.slots(ty);
            (0..body.blocks.len() as u32).map(|b| gas::block_price(body, BlockId(b), &slots)).sum::<u64>()
        };
        let mut err = first.clone();
        for _ in 0..MAX_CHAIN {
            let Some(dyns) = err.dyns.clone() else { return Ok(None) };
            // Comparing may look at text in an error.
            self.pay(&mut st, &Poly::constant(round + gas::BYTES.of(1 << 10)))?;
            let mut next: Option<Value> = None;
            for d in dyns.iter() {
                let Some(ty) = d.ty else { continue };
                if self.find_method(ty, "Is".into()).is_some() {
                    return Ok(None);
                }
                if self.find_method(ty, "Unwrap".into()).is_none() {
                    continue;
                }
                let after = self.call_method(st.clone(), d, "Unwrap".into(), &[])?;
                let inner = after.results.first().cloned().unwrap_or_else(Value::unknown);
                // A list of errors has no types of its own.
                if inner.dyns.as_ref().is_none_or(|d| d.is_empty())
                    && (inner.hi.as_ref().is_none_or(|h| !h.is_zero()) || !inner.refs.objs.is_empty())
                {
                    return Ok(None);
                }
                st = self.joined(st, after);
                st.results = Vec::new();
                next = Some(match next {
                    Some(n) => n.join(&inner),
                    None => inner,
                });
            }
            match next {
                Some(value) if value.dyns.as_ref().is_none_or(|d| !d.is_empty()) => err = value,
                _ => {
                    st.results = vec![Value::constant(1)];
                    return Ok(Some(st));
                }
            }
        }
        Ok(None)
    }
}
