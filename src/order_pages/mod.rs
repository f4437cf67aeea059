//! The pages of work orders, with what audit and trust know of them. GET reads, POST acts and answers 303; every page
//! works without scripts.
//!
//! What a page offers is what `decide` would allow: each button is asked for by a dry run, so nobody sees one that
//! would be refused.

mod act;
mod asking;
mod assigning;
mod back;
mod code;
mod demands;
mod document;
mod doing;
mod due;
mod edit;
mod edit_folds;
mod exceptions;
mod export;
mod facts;
mod files;
mod follow_up;
mod gathered;
mod isolation;
mod item_signing;
mod may;
mod moves;
mod new;
mod notes;
mod order;
mod paper;
mod plan_alone;
mod plan_shown;
mod policies;
mod print;
pub mod qr;
mod record;
mod relations;
mod renewal;
mod routes;
mod rows;
mod sent_back;
mod signed;
mod signing;
mod split;
mod stated;
mod steps;
mod stops;
mod verbs;
mod view;

pub use crate::order_history::text;
pub use act::Act;
pub use asking::{Sent, send_plan};
pub use assigning::{Assigning, assignee, words as member_words, workers};
pub use back::back_of;
pub use due::{control as due_control, due_in};
pub use edit::check_may as check_may_edit;
pub use moves::{MoveView, offers, refusals};
pub use plan_alone::plan_html;
pub use routes::routes;
pub use view::{OrderView, find_visible};
