//! TYPE, MODE, STRU and SITE.

use super::Session;
use crate::server::form::Structure;
use crate::server::intake::Representation;
use crate::server::personality::Reply;

/// How data passes; begins as RFC 959 has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) representation: Representation,
    pub(super) structure: Structure,
}

impl Default for Parameters {
    fn default() -> Self {
        Self { representation: Representation::Ascii, structure: Structure::File }
    }
}

impl Parameters {
    pub(super) fn representation_name(self) -> &'static str {
        match self.representation {
            Representation::Ascii => "Ascii",
            Representation::Ebcdic => "Ebcdic",
            Representation::Image => "Image",
        }
    }

    pub(super) fn structure_name(self) -> &'static str {
        match self.structure {
            Structure::File => "File",
            Structure::Record => "Record",
        }
    }
}

impl Session {
    /// TYPE: A and E with the format N at most, I, L 8.
    pub(super) fn representation(&mut self, operand: &str) -> Reply {
        let says = self.says();
        let upper = operand.to_ascii_uppercase();
        let words: Vec<&str> = upper.split_ascii_whitespace().collect();
        let (reply, representation) = match words.as_slice() {
            ["A"] | ["A", "N"] => (says.type_ascii.plain(), Representation::Ascii),
            ["E"] | ["E", "N"] => (says.type_ebcdic.plain(), Representation::Ebcdic),
            ["I"] => (says.type_image.plain(), Representation::Image),
            ["L", "8"] => (says.type_local.plain(), Representation::Image),
            _ => {
                let current = self.parameters.representation_name();
                return says.type_unknown.with(&[("type", &operand), ("current", &current)]);
            }
        };
        self.parameters.representation = representation;
        reply
    }

    /// MODE: stream only.
    pub(super) fn mode(&self, operand: &str) -> Reply {
        let says = self.says();
        if operand.eq_ignore_ascii_case("S") {
            says.mode_stream.plain()
        } else {
            says.mode_refused.with(&[("mode", &operand)])
        }
    }

    /// STRU: file and record.
    pub(super) fn structure(&mut self, operand: &str) -> Reply {
        let says = self.says();
        let (reply, structure) = match operand.to_ascii_uppercase().as_str() {
            "F" => (says.structure_file.plain(), Structure::File),
            "R" => (says.structure_record.plain(), Structure::Record),
            _ => {
                let current = self.parameters.structure_name();
                return says.structure_refused.with(&[("structure", &operand), ("current", &current)]);
            }
        };
        self.parameters.structure = structure;
        reply
    }

    /// SITE: everything that z/OS knows is accepted and has no effect here; what it does not know is named.
    pub(super) fn site(&self, operand: &str) -> Reply {
        let says = self.says();
        if operand.is_empty() {
            return says.site_empty.plain();
        }
        let site = &self.server.config.personality.site;
        // A number on its own is the value of the parameter before it.
        let is_value = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit());
        let unknown = operand.split_ascii_whitespace().filter(|word| !is_value(word) && !site.knows(word));
        let told = unknown.take(UNKNOWN_SHOWN).map(|word| says.site_unknown.with(&[("parameter", &word)]));
        told.chain([says.site_ok.plain()]).reduce(Reply::then).unwrap_or_else(|| says.site_ok.plain())
    }
}

/// How many unknown parameters one answer names.
const UNKNOWN_SHOWN: usize = 16;
