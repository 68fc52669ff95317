//! The network as the command line and the server see it: a hub's RPC, and the cache in front of it.

use crate::project::Project;

/// Takes what the workspace does not have from the cache.
pub fn fetch_imports(_project: &mut Project) {}
