//! JES2, job start and end, security and accounting lines ($HASP, IEF403I, IRR, ICH).

#[allow(unused_imports, reason = "a family may have one kind of witness only")]
use super::Witness::{Doc, Log, Source};

super::rows! {}
