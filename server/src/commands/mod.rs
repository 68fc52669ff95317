//! One file a command.

pub mod against;
pub mod authority;
pub mod call;
pub mod check;
pub mod deploy;
pub mod doctor;
pub mod explain;
pub mod fmt;
pub mod gas;
pub mod hub;
pub mod keys;
pub mod new;
pub mod replay;
pub mod run;
pub mod state;
pub mod test;
