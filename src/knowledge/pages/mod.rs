//! Pages of knowledge.

pub(super) mod list;
