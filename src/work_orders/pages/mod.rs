//! The pages of work orders. GET reads, POST acts and answers 303; every page works without scripts.
//!
//! What a page offers is what `decide` would allow: each button is asked for by a dry run, so nobody sees one that
//! would be refused.

mod act;
mod code;
mod desk;
mod files;
mod history;
mod import;
mod list;
mod moves;
mod order;
mod print;
mod record;
mod rows;
mod steps;
mod text;
mod verbs;

pub(super) use files::markdown;
pub(super) use import::{show as import_form, submit as import_submit};
pub(super) use list::show as list;
pub(super) use moves::{confirm as move_form, submit as transition};
pub(super) use order::show as order;
pub(super) use print::show as print;
pub(super) use verbs::{acknowledge, assign, attest, comment, log, mark, materiality, tick, undo};
