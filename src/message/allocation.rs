//! Allocation, disposition and abend messages of a step (IEF, IEFA, IGD, IEC, CSV).

#[allow(unused_imports, reason = "a family may have one kind of witness only")]
use super::Witness::{Doc, Log, Source};

super::rows! {}
