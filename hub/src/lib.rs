//! The hub: package registry, versioned state store, transactions, blocks and queries, embedded or as a server.
//!
//! It may never know of LSP, editors or the terminal, and what a program means is the virtual machine's business: the hub
//! gives it state and takes writes (`exec`). Start reading at `node.rs`, then `store/`.

pub mod accounts;
pub mod address;
pub mod api;
pub mod background;
pub mod block;
pub mod calls;
pub mod client;
pub mod comet;
pub mod compile;
pub mod devnet;
pub mod encode;
pub mod exec;
pub mod execute;
pub mod history;
pub mod message;
pub mod node;
pub mod package;
pub mod proto;
pub mod query;
pub mod registry;
pub mod rpc;
pub mod serve;
pub mod state;
pub mod store;
pub mod tx;
pub mod vm;
