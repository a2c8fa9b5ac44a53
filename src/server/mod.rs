//! The embedded ECuRep server: FTP and explicit FTPS as the z/OS style host of the pages spoke it.
//!
//! Border: it knows connections, a tree of names and how uploads are taken in. It knows no jobs, no data
//! sets and no system; what keeps the uploads is handed in as a [`Store`], time as a [`World`], and what
//! happens is told to an [`Observer`]. Nothing is printed or logged here.

use std::sync::Arc;

mod address;
mod command;
mod config;
mod control;
mod folder;
mod form;
mod inflow;
mod intake;
mod listener;
mod personality;
mod ports;
mod session;
mod tls;
mod tree;

pub use config::{Event, Fault, Limits, Observer, ServerConfig};
pub use folder::{Folder, Incoming, file_name};
pub use intake::{Incomplete, Representation, Staged, Store, StoreError, Upload};
pub use listener::{RunningServer, StartError};
pub use personality::{DEFAULT_PROFILE, Fact, Personality, ProfileError, Reply, Says, Site, Text};
pub use tls::Identity;
pub use tree::{NAME_LIMIT, PATH_LIMIT};

use crate::world::World;

/// Starts a server on a thread of its own. It serves until the result is stopped or dropped.
pub fn start(config: ServerConfig, store: Arc<dyn Store>, world: Arc<dyn World>) -> Result<RunningServer, StartError> {
    listener::start(config, store, world)
}
