//! CWD, and what a path of the client means.

use super::Session;
use crate::server::personality::{Fact, Reply};
use crate::server::tree::{Path, Place};

impl Session {
    /// CWD and CDUP. Entering a directory shows its rules.
    pub(super) fn change_directory(&mut self, operand: &str) -> Reply {
        let path = match self.path(operand) {
            Ok(path) => path,
            Err(refusal) => return refusal,
        };
        let says = self.says();
        if !path.place().is_directory() {
            return says.missing.with(&[("verb", &"CWD"), ("path", &path)]);
        }
        let arrived = says.working_directory.with(&[("path", &path)]);
        let reply = match path.place() {
            Place::ToIbm => says.entering_toibm.plain().then(arrived),
            Place::UploadDirectory(name) => {
                let directory = name.to_ascii_uppercase();
                says.entering_upload.with(&[("directory", &directory)]).then(arrived)
            }
            _ => arrived,
        };
        self.directory = path;
        reply
    }

    /// RETR: nothing can be fetched, and nobody learns what is there.
    pub(super) fn retrieve(&mut self, operand: &str) -> Reply {
        self.data.close();
        let path = match self.path(operand) {
            Ok(path) => path,
            Err(refusal) => return refusal,
        };
        let facts: &[Fact<'_>] = &[("verb", &"RETR"), ("path", &path)];
        match path.place() {
            place if place.is_directory() => self.says().is_directory.with(facts),
            Place::Missing => self.says().missing.with(facts),
            _ => self.says().denied.with(facts),
        }
    }

    /// The path that `operand` means.
    pub(super) fn path(&self, operand: &str) -> Result<Path, Reply> {
        let shown = || operand.chars().take(SHOWN_PATH).collect::<String>();
        self.directory.join(operand).map_err(|_| self.says().name_length.with(&[("path", &shown())]))
    }
}

/// How much of a name that is too long is sent back.
const SHOWN_PATH: usize = 64;
