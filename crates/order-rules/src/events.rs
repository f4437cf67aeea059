//! What can happen to a work order, as versioned events.
//!
//! Stored JSON carries its type inside: `{"type":"work_order.item_ticked.v1", ...}`. Who and when are not
//! in it: the ledger stamps them. A changed meaning gets a new version, never a changed old one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::delegation::DelegationEvent;
use super::gathered::GatheredEvent;
use super::model::{
    Answer, Assignee, HoldCode, LogKind, MadeFrom, Materiality, Meaning, Order, OrderNumber, Outcome, Plan,
    RelationKind, Signed, Status, StepState, Target, Transition,
};
use super::plan_diff::PlanChange;
use foundation::stored::{self, Json};
use foundation::{Digest, Error, Result};

/// One thing that happened to a work order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderEvent {
    /// It was written as a draft.
    #[serde(rename = "work_order.created.v1")]
    Created {
        /// The order's id.
        order: String,
        number: OrderNumber,
        plan: Box<Plan>,
        /// Whom it is given to, if that is known.
        assignee: Option<Assignee>,
    },
    #[serde(rename = "work_order.imported.v1")]
    Imported {
        /// SHA-256 of the file's bytes.
        source: Digest,
        /// The file's name, if known.
        file: Option<String>,
        /// The whole order as taken over: ticks imported, nothing attested.
        order: Box<Order>,
    },
    #[serde(rename = "work_order.plan_edited.v1")]
    PlanEdited {
        /// Field by field, with the value before and after.
        changes: Vec<PlanChange>,
        /// Why; empty while it is a draft.
        reason: String,
    },
    /// It was given to somebody, or to nobody.
    #[serde(rename = "work_order.assigned.v1")]
    Assigned {
        from: Option<Assignee>,
        to: Option<Assignee>,
        /// Why, where it was handed over with others; empty before December 2026.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        reason: String,
    },
    #[serde(rename = "work_order.item_ticked.v1")]
    ItemTicked {
        item: String,
        /// The new tick's id.
        tick: String,
    },
    /// An item that asks for more than a tick was answered. Like a tick, an answer is a claim.
    #[serde(rename = "work_order.item_answered.v1")]
    ItemAnswered {
        item: String,
        /// The new tick's id.
        tick: String,
        answer: Answer,
        /// What the signature means that an item was answered by; none where it was answered otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signature: Option<Meaning>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signed: Option<Box<Signed>>,
    },
    /// An item was said not to apply.
    #[serde(rename = "work_order.item_skipped.v1")]
    ItemSkipped { item: String, reason: String },
    /// An item applies after all.
    #[serde(rename = "work_order.item_taken_up.v1")]
    ItemTakenUp {
        item: String,
        /// Why; empty where none was asked for.
        reason: String,
    },
    /// A tick or an answer of an item was taken back.
    #[serde(rename = "work_order.item_tick_undone.v1")]
    ItemTickUndone {
        item: String,
        tick: String,
        /// Why; empty where none was asked for.
        reason: String,
    },
    /// A step without items was ticked.
    #[serde(rename = "work_order.step_ticked.v1")]
    StepTicked {
        step: String,
        /// The new tick's id.
        tick: String,
    },
    /// A tick on a step was taken back.
    #[serde(rename = "work_order.step_tick_undone.v1")]
    StepTickUndone {
        step: String,
        tick: String,
        /// Why; empty where none was asked for.
        reason: String,
    },
    /// A completion criterion was said to be met.
    #[serde(rename = "work_order.criterion_met.v1")]
    CriterionMet {
        criterion: String,
        /// The new tick's id.
        tick: String,
    },
    /// The tick of a criterion was taken back.
    #[serde(rename = "work_order.criterion_unmet.v1")]
    CriterionUnmet {
        criterion: String,
        tick: String,
        /// Why; empty where none was asked for.
        reason: String,
    },
    /// A step was marked failed, flagged or not applicable, or that mark was taken away.
    #[serde(rename = "work_order.step_marked.v1")]
    StepMarked {
        step: String,
        from: StepState,
        /// The mark; open takes it away, and the ticks decide again.
        to: StepState,
        /// Why, when a mark is taken away.
        reason: String,
    },
    /// They signed on to the isolation of the order.
    #[serde(rename = "work_order.isolation_signed_on.v1")]
    SignedOn {},
    /// Somebody was signed off, by themselves or by a supervisor.
    #[serde(rename = "work_order.isolation_signed_off.v1")]
    SignedOff {
        /// Who is off now.
        account: String,
        /// Why somebody else did it; empty where they did it themselves.
        reason: String,
    },
    /// Somebody let work go on past a checkpoint that is not done.
    #[serde(rename = "work_order.checkpoint_released.v1")]
    CheckpointReleased { target: Target, reason: String },
    /// Somebody vouched for a tick from a file, or for a criterion that asks for a second person's word.
    #[serde(rename = "work_order.tick_attested.v1")]
    TickAttested {
        target: Target,
        tick: String,
        /// What they know and how.
        note: String,
    },
    #[serde(rename = "work_order.log_added.v1")]
    LogAdded {
        /// The entry's id.
        entry: String,
        title: String,
        lines: Vec<String>,
        kind: LogKind,
        corrects: Option<String>,
    },
    #[serde(rename = "work_order.comment_added.v1")]
    CommentAdded {
        /// The comment's id.
        comment: String,
        text: String,
    },
    #[serde(rename = "work_order.safety_acknowledged.v1")]
    SafetyAcknowledged { version: u32 },
    #[serde(rename = "work_order.transitioned.v1")]
    Transitioned {
        /// Which row of the life-cycle table.
        transition: Transition,
        from: Status,
        to: Status,
        /// Why; empty where none was asked for.
        reason: String,
        hold: Option<HoldCode>,
        /// How the work ended, when it was completed.
        outcome: Option<Outcome>,
        /// What the signature made with it means.
        signature: Option<Meaning>,
        /// What was signed; absent where nothing was, and before December 2026.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signed: Option<Box<Signed>>,
    },
    /// The plan was approved as it stands, after it had been changed since its approval. The order stays where it is.
    #[serde(rename = "work_order.approval_renewed.v1")]
    ApprovalRenewed {
        /// A remark; may be empty.
        note: String,
        /// What the signature made with it means; none where the policy of the type asks for none.
        signature: Option<Meaning>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signed: Option<Box<Signed>>,
    },
    /// Its plan was read from a version of a procedure.
    #[serde(rename = "work_order.made_from.v1")]
    MadeFrom(MadeFrom),
    /// It hangs together with another order.
    #[serde(rename = "work_order.related.v1")]
    Related {
        kind: RelationKind,
        /// The other order's id.
        order: String,
        number: OrderNumber,
        /// The part that was followed up.
        about: Option<Target>,
    },
    /// It no longer hangs together with another order.
    #[serde(rename = "work_order.relation_removed.v1")]
    Unrelated { kind: RelationKind, order: String },
    /// Somebody let it begin although another order blocks it.
    #[serde(rename = "work_order.block_passed.v1")]
    BlockPassed {
        /// The order that blocks it.
        order: String,
        reason: String,
    },
    /// Something was added to the record after the order had ended.
    #[serde(rename = "work_order.amended.v1")]
    Amended {
        /// The amendment's id.
        amendment: String,
        /// The part it is about, if it is about one.
        about: Option<Target>,
        text: String,
        /// Why it is said now.
        reason: String,
    },
    /// The weight of a claim was set.
    #[serde(rename = "work_order.materiality_set.v1")]
    MaterialitySet { target: Target, from: Materiality, to: Materiality },
    /// Something was gathered while the work was done; it carries its own type.
    #[serde(skip)]
    Gathered(GatheredEvent),
    /// An agent claimed it or was stopped, something was asked or decided; it carries its own type.
    #[serde(skip)]
    Delegated(DelegationEvent),
}

impl From<DelegationEvent> for OrderEvent {
    fn from(event: DelegationEvent) -> Self {
        Self::Delegated(event)
    }
}

impl From<GatheredEvent> for OrderEvent {
    fn from(event: GatheredEvent) -> Self {
        Self::Gathered(event)
    }
}

impl OrderEvent {
    /// The kind with its version, as stored beside the event.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Created { .. } => "work_order.created.v1",
            Self::Imported { .. } => "work_order.imported.v1",
            Self::PlanEdited { .. } => "work_order.plan_edited.v1",
            Self::Assigned { .. } => "work_order.assigned.v1",
            Self::ItemTicked { .. } => "work_order.item_ticked.v1",
            Self::ItemAnswered { .. } => "work_order.item_answered.v1",
            Self::ItemSkipped { .. } => "work_order.item_skipped.v1",
            Self::ItemTakenUp { .. } => "work_order.item_taken_up.v1",
            Self::ItemTickUndone { .. } => "work_order.item_tick_undone.v1",
            Self::StepTicked { .. } => "work_order.step_ticked.v1",
            Self::StepTickUndone { .. } => "work_order.step_tick_undone.v1",
            Self::CriterionMet { .. } => "work_order.criterion_met.v1",
            Self::CriterionUnmet { .. } => "work_order.criterion_unmet.v1",
            Self::StepMarked { .. } => "work_order.step_marked.v1",
            Self::SignedOn {} => "work_order.isolation_signed_on.v1",
            Self::SignedOff { .. } => "work_order.isolation_signed_off.v1",
            Self::CheckpointReleased { .. } => "work_order.checkpoint_released.v1",
            Self::TickAttested { .. } => "work_order.tick_attested.v1",
            Self::LogAdded { .. } => "work_order.log_added.v1",
            Self::CommentAdded { .. } => "work_order.comment_added.v1",
            Self::SafetyAcknowledged { .. } => "work_order.safety_acknowledged.v1",
            Self::Transitioned { .. } => "work_order.transitioned.v1",
            Self::ApprovalRenewed { .. } => "work_order.approval_renewed.v1",
            Self::MadeFrom(_) => "work_order.made_from.v1",
            Self::Related { .. } => "work_order.related.v1",
            Self::Amended { .. } => "work_order.amended.v1",
            Self::Unrelated { .. } => "work_order.relation_removed.v1",
            Self::BlockPassed { .. } => "work_order.block_passed.v1",
            Self::MaterialitySet { .. } => "work_order.materiality_set.v1",
            Self::Gathered(event) => event.kind(),
            Self::Delegated(event) => event.kind(),
        }
    }

    /// The stored form.
    pub fn to_json(&self) -> Result<Value> {
        match self {
            Self::Gathered(event) => stored::event(event),
            Self::Delegated(event) => stored::event(event),
            event => stored::event(event),
        }
    }

    /// Reads the stored form; the kind stored beside it must be the one inside.
    pub fn from_json<'a>(kind: &str, body: impl Into<Json<'a>>) -> Result<Self> {
        let body = body.into();
        if let Some(event) = body.event(kind)? {
            return Ok(event);
        }
        if let Some(gathered) = body.event(kind)? {
            return Ok(Self::Gathered(gathered));
        }
        let delegated = body.event(kind)?.map(Self::Delegated);
        delegated.ok_or_else(|| Error::internal(format!("unknown event {kind} of a work order")))
    }
}
