//! The inbox: what the embedded server received, as files and rows.
//!
//! An upload is written in `inbox/staging` under a name that belongs to this run, and moved to
//! `inbox/delivered` when it is complete; a row says so before and after, so that a killed process leaves
//! nothing half delivered. Border: the server's `Store`, nothing more.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::System;
use crate::server::{Incomplete, Staged, Store, StoreError, Upload, file_name};
use crate::store;
use crate::world::World;

/// Where uploads of one run go.
pub(super) struct Inbox {
    store: Arc<store::Store>,
    world: Arc<dyn World>,
    staging: PathBuf,
    delivered: PathBuf,
    run: String,
    next: AtomicU64,
}

impl Inbox {
    pub(super) fn new(system: &System) -> io::Result<Self> {
        let (staging, delivered) = (system.home().join("inbox/staging"), system.delivered());
        fs::create_dir_all(&staging)?;
        fs::create_dir_all(&delivered)?;
        let run = system.data_sets().run().name().to_owned();
        let (store, world) = (Arc::clone(system.store()), Arc::clone(system.world()));
        Ok(Self { store, world, staging, delivered, run, next: AtomicU64::new(1) })
    }
}

impl Store for Inbox {
    fn begin(&self, upload: &Upload) -> Result<Box<dyn Staged>, StoreError> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.staging.join(format!("{}.{number}", self.run));
        let file = File::create_new(&path).map_err(StoreError::of)?;
        Ok(Box::new(Incoming {
            store: Arc::clone(&self.store),
            world: Arc::clone(&self.world),
            delivered: self.delivered.clone(),
            run: self.run.clone(),
            directory: upload.directory.clone(),
            name: upload.name.clone(),
            user: upload.user.clone(),
            path,
            file,
        }))
    }
}

/// An upload on its way. Dropped, it leaves nothing.
struct Incoming {
    store: Arc<store::Store>,
    world: Arc<dyn World>,
    delivered: PathBuf,
    run: String,
    directory: String,
    name: String,
    user: String,
    path: PathBuf,
    file: File,
}

impl Incoming {
    fn deliver(&self, bytes: u64) -> Result<(), StoreError> {
        let failed = |error: store::StoreError| StoreError::of(io::Error::other(error.to_string()));
        let directory = file_name(&self.directory);
        fs::create_dir_all(self.delivered.join(&directory)).map_err(StoreError::of)?;
        let content = format!("{directory}/{}", file_name(&self.name));
        let path = format!("/toibm/{}/{}", self.directory, self.name);
        let now = self.world.now().to_string();
        let row = store::NewInboxRow { received: &now, path: &path, bytes, user: &self.user, content: &content };
        let (id, content) = self.store.begin_delivery(&row, &self.run).map_err(failed)?;
        fs::rename(&self.path, self.delivered.join(&content)).map_err(StoreError::of)?;
        File::open(self.delivered.join(&directory)).and_then(|dir| dir.sync_all()).map_err(StoreError::of)?;
        self.store.end_delivery(id).map_err(failed)
    }
}

impl Staged for Incoming {
    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(bytes).map_err(StoreError::of)
    }

    fn sync(&mut self) -> Result<(), StoreError> {
        self.file.sync_data().map_err(StoreError::of)
    }

    fn commit(self: Box<Self>, bytes: u64) -> Result<(), StoreError> {
        self.deliver(bytes)
    }

    fn abandon(self: Box<Self>, _bytes: u64, _why: Incomplete) {}
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // After a delivery there is nothing under this name any more.
        drop(fs::remove_file(&self.path));
    }
}
