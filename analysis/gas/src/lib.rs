//! Static gas bounds: for every function an upper bound in gas as a polynomial over sizes, or the reason why there is none.
//!
//! It may never know how code is executed or what the state is; prices are those of [`amigos_mir::gas`], which every execution charges. Evaluating a bound
//! at live sizes is substitution.
//!
//! Start reading at [`poly`] and [`cost`] (the domain) and [`summary`] (what a function gets), then `walk` (the state of an analysis), `account` (the gas of the
//! ways to where it stands), `exec` (bodies), `repeat` and `loops`
//! (loops, and how often they run), `value` and `heap` (what is known), `memory`, `touch` and `adopt` (state and its prices), `inst` and its
//! neighbours (instructions), `call` and `recursion`, `native` and `library` (the standard library), `facts` (whole packages), [`live`] (bounds at live sizes).

mod account;
mod adopt;
mod append;
mod arith;
pub mod arms;
mod call;
mod cfg;
pub mod cost;
mod exec;
mod facts;
mod heap;
mod inst;
mod library;
pub mod live;
mod loops;
mod maps;
mod memory;
mod names;
mod native;
mod parts;
pub mod poly;
mod recursion;
mod repeat;
pub mod summary;
mod touch;
mod value;
mod walk;

pub use arms::{Arm, arm_bounds};
pub use cost::Cost;
pub use facts::may_be_cut;
pub use live::{Live, Reached, at_live_sizes};
pub use poly::{Atom, Path, Poly, Root, Seg};
pub use summary::{Bound, Part, Reason, Summary, gas_summary};
