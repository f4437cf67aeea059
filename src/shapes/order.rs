//! An order as JSON: where it stands, its plan, and how far each part of it is.
#![expect(
    clippy::large_stack_arrays,
    reason = "what the derive of ToSchema writes for a shape with many fields"
)]

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    AssetBody, AssigneeView, CommentView, CriterionView, FileView, HoldWord, LogView, OutcomeWord,
    PartLineView, Person, PlanBody, PriorityWord, RelationView, SignatureView, StatusWord, StepView,
    TimeView, TransitionView, WhenView, moment,
};
use crate::foundation::{Asker, Timestamp};
use crate::work_orders::editing::plan_of;
use crate::work_orders::lifecycle::Offer;
use crate::work_orders::model::{Order, Safety};
use crate::work_orders::reads::{OrderRow, Progress};

/// A page of the list of orders.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderPage {
    pub data: Vec<OrderLine>,
    /// For `after`; none where this is the last page.
    pub next: Option<String>,
}

/// An order in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderLine {
    pub number: String,
    pub title: String,
    pub order_type: String,
    pub priority: PriorityWord,
    pub status: StatusWord,
    pub assignee: Option<AssigneeView>,
    /// Whether it is given to whoever asks, or claimed by them for whoever has it.
    pub is_mine: bool,
    pub asset: Option<AssetBody>,
    #[schema(format = DateTime)]
    pub due_at: Option<String>,
    /// Whether it is open and past its due time.
    pub is_late: bool,
    pub hold: Option<HoldWord>,
    pub progress: ProgressView,
    #[schema(format = DateTime)]
    pub created_at: String,
    #[schema(format = DateTime)]
    pub updated_at: String,
    pub version: i64,
}

/// How far an order is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProgressView {
    pub done: i64,
    pub failed: i64,
    pub total: i64,
    /// What is counted: `items` or `steps`.
    pub of: String,
}

impl From<Progress> for ProgressView {
    fn from(progress: Progress) -> Self {
        let Progress { done, failed, total, what } = progress;
        Self { done, failed, total, of: what.to_owned() }
    }
}

impl OrderLine {
    /// The line of a row, for whoever asks.
    pub fn of(row: &OrderRow, who: &Asker, now: Timestamp) -> Self {
        let assignee = AssigneeView {
            account: row.assignee_account.clone(),
            name: row.assignee_name.clone(),
            code: row.assignee_code.clone(),
        };
        let asset = AssetBody { name: row.asset_name.clone(), tag: row.asset_tag.clone() };
        Self {
            number: row.number.clone(),
            title: row.title.clone(),
            order_type: row.order_type.clone(),
            priority: PriorityWord(row.priority()),
            status: StatusWord(row.status()),
            assignee: Some(assignee).filter(|it| it.account.is_some() || !it.name.is_empty()),
            is_mine: row.is_mine(who),
            asset: Some(asset).filter(|it| !it.name.is_empty() || !it.tag.is_empty()),
            due_at: row.due_at.map(moment),
            is_late: row.is_overdue(now),
            hold: row.hold().map(HoldWord),
            progress: row.progress().into(),
            created_at: moment(row.created_at),
            updated_at: moment(row.updated_at),
            version: row.version,
        }
    }
}

/// An order with its whole record.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderView {
    pub number: String,
    pub status: StatusWord,
    /// How many events made it: for `expected_version` and `If-Match`.
    pub version: i64,
    /// As `POST /api/v1/orders` and `PUT …/plan` take it.
    pub plan: PlanBody,
    pub author: Option<Person>,
    pub assignee: Option<AssigneeView>,
    pub created: WhenView,
    pub due: Option<WhenView>,
    pub progress: ProgressView,
    pub hold: Option<HoldView>,
    pub outcome: Option<OutcomeView>,
    pub steps: Vec<StepView>,
    pub criteria: Vec<CriterionView>,
    pub safety: SafetyView,
    pub log: Vec<LogView>,
    pub comments: Vec<CommentView>,
    pub files: Vec<FileView>,
    pub time: Vec<TimeView>,
    /// What was said of planned parts: how many, at what cost.
    pub parts_planned: Vec<PartLineView>,
    pub parts_used: Vec<PartLineView>,
    pub relations: Vec<RelationView>,
    pub transitions: Vec<TransitionView>,
    pub signatures: Vec<SignatureView>,
    pub made_from: Option<MadeFromView>,
    pub imported: Option<ImportedView>,
    pub findings: Vec<FindingView>,
}

/// Why an order waits.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HoldView {
    pub code: HoldWord,
    pub reason: String,
    #[schema(format = DateTime)]
    pub since: String,
}

/// How the work ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OutcomeView {
    pub outcome: OutcomeWord,
    pub note: String,
}

/// Safety notes, and who has read which version of them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SafetyView {
    pub version: u32,
    pub notes: Vec<String>,
    pub read_by: Vec<ReadView>,
}

/// Somebody has read a version of the safety notes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReadView {
    pub version: u32,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
}

/// The version of a procedure that an order was made from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeFromView {
    pub code: String,
    pub version: u32,
    /// SHA-256 of its text.
    pub digest: String,
    /// Whether it was a draft.
    pub of_draft: bool,
    /// The code of the schedule that made the order; none where somebody did.
    pub schedule: Option<String>,
}

/// The file that an order came from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportedView {
    pub file: Option<String>,
    /// SHA-256 of its bytes.
    pub source: String,
    pub by: Person,
    #[schema(format = DateTime)]
    pub at: String,
    /// The state that the file claims; it counts for nothing here.
    pub claimed_status: StatusWord,
}

/// What a rule found odd.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FindingView {
    pub rule: String,
    pub sentence: String,
}

impl From<&Order> for OrderView {
    fn from(order: &Order) -> Self {
        let gathered = &order.gathered;
        Self {
            number: order.number.to_string(),
            status: StatusWord(order.status),
            version: order.version,
            plan: PlanBody::from(&plan_of(order)),
            author: order.author().map(Person::from),
            assignee: order.assignee.as_ref().map(AssigneeView::from),
            created: WhenView::from(&order.created),
            due: order.due.as_ref().map(WhenView::from),
            progress: Progress::of(order).into(),
            hold: order.hold.as_ref().map(|hold| HoldView {
                code: HoldWord(hold.code),
                reason: hold.reason.clone(),
                since: moment(hold.since),
            }),
            outcome: order
                .outcome
                .as_ref()
                .map(|it| OutcomeView { outcome: OutcomeWord(it.outcome), note: it.note.clone() }),
            steps: order.steps.iter().map(|step| StepView::of(order, step)).collect(),
            criteria: (1..).zip(&order.criteria).map(|(place, it)| CriterionView::of(place, it)).collect(),
            safety: SafetyView::from(&order.safety),
            log: order.log.iter().map(LogView::from).collect(),
            comments: order.comments.iter().map(CommentView::from).collect(),
            files: gathered.files.iter().map(FileView::from).collect(),
            time: gathered.time.iter().map(TimeView::from).collect(),
            parts_planned: gathered.planned.iter().map(PartLineView::from).collect(),
            parts_used: gathered.used.iter().map(PartLineView::from).collect(),
            relations: order.relations.iter().map(RelationView::from).collect(),
            transitions: order.transitions.iter().map(TransitionView::from).collect(),
            signatures: order.signatures.iter().map(SignatureView::from).collect(),
            made_from: order.made_from.as_ref().map(|from| MadeFromView {
                code: from.code.clone(),
                version: from.version,
                digest: from.digest.to_hex(),
                of_draft: from.of_draft,
                schedule: from.schedule.as_ref().map(|by| by.code.clone()),
            }),
            imported: order.imported.as_ref().map(|it| ImportedView {
                file: it.file.clone(),
                source: it.source.to_hex(),
                by: Person::from(&it.by),
                at: moment(it.at),
                claimed_status: StatusWord(it.status),
            }),
            findings: order
                .findings
                .iter()
                .map(|it| FindingView { rule: it.rule.clone(), sentence: it.sentence.clone() })
                .collect(),
        }
    }
}

impl From<&Safety> for SafetyView {
    fn from(safety: &Safety) -> Self {
        let read = safety.acknowledgements.iter();
        Self {
            version: safety.version,
            notes: safety.notes.iter().map(|note| note.text.clone()).collect(),
            read_by: read
                .map(|it| ReadView { version: it.version, by: Person::from(&it.by), at: moment(it.at) })
                .collect(),
        }
    }
}

/// Where an order stands, and what whoever asks may do next.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StandingView {
    pub number: String,
    pub title: String,
    pub status: StatusWord,
    pub version: i64,
    pub progress: ProgressView,
    pub assignee: Option<AssigneeView>,
    /// Whether it is given to whoever asks, or claimed by them for whoever has it.
    pub is_mine: bool,
    pub hold: Option<HoldView>,
    /// The part to do now: the first that is asked and open.
    pub next: Option<NextView>,
    /// Whether the safety notes have to be read before the work begins.
    pub must_read_safety: bool,
    /// The moves that are theirs, each with what stands in the way.
    pub moves: Vec<MoveView>,
    /// Where no move is theirs: what the next one waits for, who may make it first.
    pub waits_for: Vec<String>,
}

/// A part to do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NextView {
    /// As ticks and answers take it: `item:ID`.
    pub target: String,
    /// As people write it: `3.2`.
    pub place: String,
    pub text: String,
    /// What it asks for: `tick`, `number`, …
    pub asks: String,
}

/// A move to another state.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MoveView {
    pub to: StatusWord,
    /// What a page says on its button.
    pub verb: String,
    pub needs_reason: bool,
    /// Whether a person signs it on a page; nobody does here.
    pub is_signed: bool,
    /// Everything that stands in the way.
    pub blocked_by: Vec<String>,
}

impl From<Offer> for MoveView {
    fn from(offer: Offer) -> Self {
        Self {
            to: StatusWord(offer.to),
            verb: offer.verb.to_owned(),
            needs_reason: offer.needs_reason,
            is_signed: offer.signature.is_some(),
            blocked_by: offer.blockers.into_iter().map(|(_, why)| why).collect(),
        }
    }
}

/// What something that was done made of an order.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ReceiptView {
    pub number: String,
    pub status: StatusWord,
    /// The version that the order is at now.
    pub version: i64,
    /// What happened; empty where nothing had to.
    pub events: Vec<HappenedView>,
}

/// One event, by its id.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct HappenedView {
    pub id: String,
    /// Its kind with its version: `work_order.item_ticked.v1`.
    pub kind: String,
    #[schema(format = DateTime)]
    pub at: String,
}

/// An order that was made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MadeOrderView {
    pub number: String,
    /// False where the same file had been brought in before: then it is that order.
    pub is_new: bool,
    /// True where that order was cancelled since: a person may have another made of the file, on the page of importing.
    #[serde(default)]
    pub was_cancelled: bool,
    /// Where its page stands.
    pub page: String,
}
