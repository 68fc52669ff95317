//! Static gas bounds: for every function an upper bound in gas as a polynomial over sizes, or the reason why there is none.
//!
//! It may never know how code is executed or what the state is; prices are those of [`amigos_mir::gas`], which every execution charges. Evaluating a bound
//! at live sizes is substitution.
//!
//! Start reading at [`poly`] (the domain) and [`summary`] (what a function gets), then `walk` (bodies, loops, and what is charged once), `value` and `heap` (what is
//! known), `memory` (state and its prices), `inst` and `call` (instructions), `native` and `library` (the standard library), `loops` (how often), `facts` (whole packages).

mod call;
mod cfg;
mod facts;
mod heap;
mod inst;
mod library;
mod loops;
mod memory;
mod native;
pub mod poly;
pub mod summary;
mod value;
mod walk;

pub use poly::{Atom, Path, Poly, Root, Seg};
pub use summary::{Bound, Part, Reason, Summary, gas_summary};
