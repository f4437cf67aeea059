//! What programs send to have something done or recorded on an order.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{HoldWord, LogWord, MarkWord, OutcomeWord, PlanBody, PriorityWord, RelationWord, StatusWord};

/// Something to tick.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTick {
    /// The item, step without items or criterion: `3.2`, `3`, `C1`, or `item:ID`.
    #[schema(min_length = 1, max_length = 100)]
    pub target: String,
    /// The version of the order that was seen.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 999999999)]
    pub expected_version: Option<i64>,
}

/// A tick or an answer to take back.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUndo {
    /// The item, step without items or criterion: `3.2`, `3`, `C1`, or `item:ID`.
    #[schema(min_length = 1, max_length = 100)]
    pub target: String,
    /// Why; needed for somebody else's tick, and once the step is done.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: String,
    /// The version of the order that was seen.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 999999999)]
    pub expected_version: Option<i64>,
}

/// An answer to an item.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAnswer {
    /// The item: `3.2` or `item:ID`.
    #[schema(min_length = 1, max_length = 100)]
    pub item: String,
    /// As the item asks: `pass`, `flag` or `fail`; `yes` or `no`; a number such as `3.2`; words; one of its options; of a scan the code of
    /// its asset, which counts as typed. `fail` for an item that is ticked.
    #[schema(min_length = 1, max_length = 1000)]
    pub answer: String,
    /// What is said about it; needed where a ticked item failed.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: String,
    /// The version of the order that was seen.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 999999999)]
    pub expected_version: Option<i64>,
}

/// An item that does not apply, or that does after all.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSkip {
    /// The item: `3.2` or `item:ID`.
    #[schema(min_length = 1, max_length = 100)]
    pub item: String,
    /// Why.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: String,
    /// Whether it applies after all: takes back that it does not.
    #[serde(default)]
    pub take_up: bool,
    /// The version of the order that was seen.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 999999999)]
    pub expected_version: Option<i64>,
}

/// What a step is marked as.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMark {
    /// The step: `3` or `step:ID`.
    #[schema(min_length = 1, max_length = 100)]
    pub step: String,
    /// `open` takes the mark away.
    pub state: MarkWord,
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: String,
    /// The version of the order that was seen.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 999999999)]
    pub expected_version: Option<i64>,
}

/// The version of the safety notes that was read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSafetyRead {
    #[schema(maximum = 1000000)]
    pub version: u32,
}

/// Another state to move an order to.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewMove {
    pub to: StatusWord,
    /// Why, where the move asks for it.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub reason: String,
    /// What is waited for, of a hold.
    #[serde(default)]
    pub hold_code: Option<HoldWord>,
    /// How the work ended, of a completion; a completion is signed on a page.
    #[serde(default)]
    pub outcome: Option<OutcomeWord>,
    /// The version of the order that was seen.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 999999999)]
    pub expected_version: Option<i64>,
}

/// Who does the work.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAssignee {
    /// The id of an account that does work here; nobody where it is none.
    #[schema(required = true, min_length = 1, max_length = 64)]
    pub account: Option<String>,
}

/// An entry of the work log.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLog {
    #[serde(default)]
    #[schema(max_length = 500)]
    pub title: String,
    #[serde(default)]
    #[schema(max_items = 500)]
    pub lines: Vec<String>,
    /// Guessed from the title where it is left out.
    #[serde(default)]
    pub kind: Option<LogWord>,
    /// The id of the entry that it corrects.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    pub corrects: Option<String>,
}

/// A comment. Members are spoken to by `@` and their name or code.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    #[schema(min_length = 1, max_length = 65536)]
    pub text: String,
}

/// Time worked: minutes of a day, or from when until when.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTime {
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1440)]
    pub minutes: Option<u32>,
    #[serde(default)]
    #[schema(format = Date)]
    pub day: Option<String>,
    #[serde(default)]
    #[schema(format = DateTime)]
    pub from: Option<String>,
    #[serde(default)]
    #[schema(format = DateTime)]
    pub until: Option<String>,
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: String,
}

/// A part that was used.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPart {
    /// The id of the entry of the plan that it is.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    pub part: Option<String>,
    /// What it is called, where nobody planned it.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub name: String,
    /// A number such as `2` or `0.5`, with at most three places.
    #[schema(min_length = 1, max_length = 30)]
    pub quantity: String,
    #[serde(default)]
    #[schema(max_length = 100)]
    pub unit: String,
    /// Of one, in the currency of the project: `12.50`.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 30)]
    pub cost: Option<String>,
    #[serde(default)]
    #[schema(max_length = 500)]
    pub source: String,
}

/// How an order hangs together with another one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRelation {
    pub kind: RelationWord,
    /// The number of the other order.
    #[schema(min_length = 1, max_length = 30)]
    pub number: String,
}

/// An order for what a step or an item left.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFollowUp {
    /// The step or item: `3`, `3.2`, or `item:ID`.
    #[schema(min_length = 1, max_length = 100)]
    pub about: String,
    #[schema(min_length = 1, max_length = 500)]
    pub title: String,
    #[serde(default)]
    pub priority: Option<PriorityWord>,
    /// As written: `2026-12-04`.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub due: Option<String>,
    /// What is to be done, in words.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub note: String,
}

/// A new order: a plan as JSON, or a text in Markdown, and never both.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    #[serde(default)]
    pub plan: Option<PlanBody>,
    /// A whole document, taken as a file would be.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 1048576)]
    pub markdown: Option<String>,
    /// The name of the file that the text came from, if it did.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 255)]
    pub file: Option<String>,
    /// Of a plan: the account that gets the work; only a supervisor says so.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 64)]
    pub assignee: Option<String>,
}
