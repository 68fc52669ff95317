//! Static gas bounds: for every function an upper bound in gas as a polynomial over sizes, or the reason why there is none.
//!
//! It may never know how code is executed or what the state is; prices are those of [`amigos_mir::gas`], which every execution charges. Evaluating a bound
//! at live sizes is substitution.
//!
//! Start reading at [`poly`] (the domain) and [`summary`] (what a function gets), then `walk` (the analysis of a body) and `inst` (of
//! an instruction).

mod inst;
mod loops;
mod native;
pub mod poly;
pub mod summary;
mod value;
mod walk;

pub use poly::{Atom, Path, Poly, Root, Seg};
pub use summary::{Bound, Part, Reason, Summary, gas_summary};
