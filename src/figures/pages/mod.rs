//! The page of the nine figures, the page of the rows of one, and both as files. The address is the whole state of each.

pub(super) mod all;
mod asked;
mod card;
pub(super) mod files;
pub(super) mod rows;
mod text;
