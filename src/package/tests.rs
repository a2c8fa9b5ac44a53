//! Round trips through all stages, without files.
