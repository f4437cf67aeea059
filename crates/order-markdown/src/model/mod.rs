//! The work order as pure data: plan, progress, record.
//!
//! Ids are stable and come from outside; times are UTC microseconds or, where a source was vague,
//! kept as written with a stated precision.

#[cfg(any(test, feature = "any"))]
pub mod any;
pub mod asks;
pub mod block;
pub mod delegation;
pub mod demands;
pub mod finding;
pub mod gathered;
pub mod isolation;
pub mod limits;
pub mod made_from;
pub mod number;
pub mod order;
pub mod people;
pub mod plan;
pub mod policy;
pub mod queued;
pub mod record;
pub mod relation;
pub mod signature;
pub mod status;
pub mod step;
pub mod target;
pub mod ticks;
pub mod transition;
pub mod when;

pub use asks::{Answer, AskKind, Asks, Found, ScanHow};
pub use block::{Block, Kind};
pub use delegation::{Claim, ClaimEnd, Decision, Delegation, Ending, Question, Reply, Stop, Withdrawn};
pub use demands::{Demands, EvidenceAsked, OnlyIf, Released};
pub use finding::{Finding, Subject};
pub use gathered::{
    FilePlace, FileState, Gathered, Mention, OrderFile, PartLine, Picture, Pin, Quantity, TimeEntry, Timer,
};
pub use isolation::{Isolation, SignOff, SignOn};
pub use made_from::{BySchedule, MadeFrom};
pub use number::OrderNumber;
pub use order::Order;
pub use people::{AssetRef, Assignee, Who};
pub use plan::{Plan, PlanItem, PlanStep};
pub use policy::{Closers, TypePolicy};
pub use queued::Queued;
pub use record::{
    Acknowledgement, Amendment, Comment, Field, Hold, HoldCode, ImportRecord, LogEntry, LogKind, Outcome,
    OutcomeRecord, Safety, Section, TransitionRecord,
};
pub use relation::{Relation, RelationKind};
pub use signature::{PlanChanged, Signature, Signed, SigningMethod, Superseded};
pub use status::{Priority, Status, TypeClass};
pub use step::{CodeBlock, Criterion, Entry, Item, Materiality, Skipped, Step, StepState, Target};
pub use target::Resolved;
pub use ticks::{Attestation, Tick, TickHow, Ticks, Undone};
pub use transition::{Meaning, Transition};
pub use when::{Precision, When};
