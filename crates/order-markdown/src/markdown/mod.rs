//! The Markdown form of a work order, read and written.
//!
//! What a person sees is the form; what it cannot say (ids, who ticked when, exact times) stands in HTML
//! comments `<!-- tw {...} -->` that no viewer shows. Rule: **the visible text wins**. A comment only adds
//! what the visible text cannot say, and a value in it holds only while the visible text still is what we
//! would have written for it; so a file edited by hand means what it shows. `parse(render(order))` is
//! `order`; ids that are missing or occur twice are given anew.

mod header;
mod lists;
mod log;
mod marks;
mod meta;
mod outline;
mod parse;
mod render;
mod steps;
#[cfg(test)]
mod tests;
mod text;

pub use parse::{parse, parse_bytes};
pub use render::render;
