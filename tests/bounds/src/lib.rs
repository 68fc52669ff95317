//! The soundness gate of static gas bounds: every function that has a bound is run with generated arguments on generated state, and what the machine
//! charges is held against the bound.
//!
//! It may never know how bounds are found or how gas is charged: it evaluates polynomials and compares numbers. Start reading at [`gate`], then `world` (the
//! packages and their states), `fill` (states that are full), `sizes` (the value of an atom) and `inputs` (arguments).

pub mod fill;
pub mod gate;
pub mod inputs;
pub mod sizes;
pub mod world;
