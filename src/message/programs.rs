//! Messages of the other programs (AMA and the like).

#[allow(unused_imports, reason = "a family may have one kind of witness only")]
use super::Witness::{Doc, Log, Source};

super::rows! {}
