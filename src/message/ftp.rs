//! Lines of the FTP client (EZA, EZY, EZZ).

#[allow(unused_imports, reason = "a family may have one kind of witness only")]
use super::Witness::{Doc, Log, Source};

super::rows! {}
