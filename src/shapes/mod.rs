//! What goes in and out as JSON: the types that the document is made from. They are not those of the rules, so that what
//! programs rely on stays while those change; a type of the rules is taken apart field by field where one is made of it.

mod alerts;
mod budgets;
mod costs;
mod coverage;
mod evidence;
mod fleet;
mod given;
mod order;
mod parts;
mod plan;
mod recorded;
mod rules;
mod shop;
mod words;

pub use alerts::*;
pub use budgets::*;
pub use costs::*;
pub use coverage::*;
pub use evidence::*;
pub use fleet::*;
pub use given::*;
pub use order::*;
pub use parts::*;
pub use plan::*;
pub use recorded::*;
pub use rules::*;
pub use shop::*;
pub use words::*;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::foundation::Timestamp;
use crate::work_orders::model::{Assignee, When, Who};

/// A refusal (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Where the page of the API says what the status means.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in a few words that are always the same.
    pub title: String,
    pub status: u16,
    /// What was refused and why, in a sentence.
    pub detail: String,
    /// Each field that cannot be taken.
    pub errors: Vec<ProblemField>,
    /// The id of this request, for whoever looks after the server.
    pub request_id: String,
    /// The rule that refuses, where it has a number: `R12` and `R20` ask for a person, `R41` for a lease of one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// What lifts the refusal, and where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lift: Option<String>,
    /// The version that stands, where another one was expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_version: Option<i64>,
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProblemField {
    /// As a path: `document[2].text`; empty for the whole.
    pub field: String,
    pub message: String,
}

/// A moment as RFC 3339 writes it, in UTC.
pub fn moment(at: Timestamp) -> String {
    at.to_rfc3339()
}

/// Somebody as a record names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Person {
    /// The account; empty for whom only a file names.
    pub id: String,
    /// `human`, `agent` or `system`.
    pub kind: String,
    /// The name at that time.
    pub name: String,
}

impl From<&Who> for Person {
    fn from(who: &Who) -> Self {
        let Who { id, kind, name } = who;
        Self { id: id.clone(), kind: kind.as_str().to_owned(), name: name.clone() }
    }
}

/// Whom work is given to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AssigneeView {
    /// None where only a file names them.
    pub account: Option<String>,
    pub name: String,
    /// Such as `USR-002`; may be empty.
    pub code: String,
}

impl From<&Assignee> for AssigneeView {
    fn from(assignee: &Assignee) -> Self {
        let Assignee { account, kind: _, name, code } = assignee;
        Self { account: account.clone(), name: name.clone(), code: code.clone() }
    }
}

/// A time as somebody wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhenView {
    pub raw: String,
    /// The earliest moment it can mean.
    #[schema(format = DateTime)]
    pub from: Option<String>,
}

impl From<&When> for WhenView {
    fn from(when: &When) -> Self {
        Self { raw: when.raw.clone(), from: when.from.map(moment) }
    }
}

/// The id of something that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MadeView {
    pub id: String,
}

/// Who asks, and what they may do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MeView {
    pub account: Person,
    pub roles: Vec<String>,
    /// The name of the project.
    pub project: String,
    /// What they may do, and to which records.
    pub may: Vec<MayView>,
}

/// One verb.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MayView {
    /// Such as `tick`.
    pub action: String,
    /// In words: `ticking`.
    pub words: String,
    /// `any` record of the project; those they made (`author`, `draft`), that are given to them (`assignee`), either (`own`), and so on.
    pub reach: String,
}
