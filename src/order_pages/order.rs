//! The order's page.

use actix_web::{HttpRequest, web};
use askama::Template;

use super::act::Act;
use super::assigning::Assigning;
use super::demands::DemandView;
use super::document::{self, Flow, PartView};
use super::doing::{self, Group, LastView, NextView, rows_in};
use super::exceptions::ExceptionsBlock;
use super::facts::{FactView, due_words, facts, is_late, more_fields, no_asset};
use super::gathered::{Gathered, name_of};
use super::isolation::IsolationView;
use super::may::May;
use super::moves::{self, MoveView};
use super::notes::EvidenceLink;
use super::record::{self, AmendmentView, EntryView, FindingGroup, SafetyView};
use super::relations::RelationsView;
use super::renewal::ChangedPlan;
use super::rows::{RowView, Undo};
use super::sent_back::SentBack;
use super::signed::{self, SignatureView};
use super::stated::StatedBlock;
use super::text::{self, Html};
use super::view::{self, Around, OrderView};
use crate::db::AnyConnection;
use crate::delegation_pages::{Decisions, Working};
use crate::foundation::{Action, Grant, Result};
use crate::order_history::{Query, Trail, trail_of};
use crate::order_settings::currency;
use crate::state::App;
use crate::trust::pages::block::Block as TrustBlock;
use crate::web::charts::Svg;
use crate::web::page::show as show_page;
use crate::web::printed::Verification;
use crate::web::{Principal, Shell, WebResult, read_moment, see_other};
use crate::work_orders::model::{Order, Status, StepState, Target};
use crate::work_orders::reads::Progress;
use crate::work_orders::signing::statement::outcome_words;
use crate::work_orders::team::Gap;

/// How much of the history is shown at first.
const HISTORY: usize = 20;
/// How much of it this page shows at most; its own page has all of it.
const MOST_HISTORY: usize = 1_000;

#[derive(Template)]
#[template(path = "work_orders/order.html")]
struct OrderPage {
    shell: Shell,
    sheet: Sheet,
    findings: Vec<FindingGroup>,
    groups: Vec<Group>,
    has_steps: bool,
    criteria: Vec<RowView>,
    safety: Option<SafetyView>,
    amendments: Vec<AmendmentView>,
    isolation: Option<IsolationView>,
    log: Vec<EntryView>,
    comments: Vec<EntryView>,
    trail: Trail,
    moves: Vec<MoveView>,
    next: Option<NextView>,
    last: Option<LastView>,
    /// What whoever plans does first: where that is done, and its words.
    first_act: Option<(String, &'static str)>,
    /// The first item that failed and that no order goes on with, where this person may open one.
    to_follow_up: Option<String>,
    /// What the heading of a new entry of the log is filled in with.
    note_about: String,
    may: May,
    assigning: Assigning,
    exceptions: Option<ExceptionsBlock>,
    trust: TrustBlock,
    stated: Option<StatedBlock>,
    evidence: Vec<EvidenceLink>,
    verification: Verification,
    gaps: Vec<Gap>,
    /// Who sent it back or cancelled it, and why.
    sent_back: Option<SentBack>,
    /// What of the plan was changed since its approval and waits for a new one.
    changed_plan: Option<ChangedPlan>,
    /// The file of a folder that says something else.
    clash: Option<String>,
    relations: Option<RelationsView>,
    may_invite: bool,
    /// Who can be spoken to: as it is written, and their code.
    speakable: Vec<(String, String)>,
    gathered: Gathered,
    working: Option<Working>,
    decisions: Option<Decisions>,
}

/// The head of the page and its plain texts.
pub struct Sheet {
    pub(super) number: String,
    pub(super) title: String,
    pub(super) status: &'static str,
    pub(super) tone: &'static str,
    pub(super) facts: Vec<FactView>,
    /// Failed steps and flagged ones, and what of the order is done.
    pub(super) trouble: (usize, usize),
    /// `step 3 of 6`; empty where no step is open.
    pub(super) at_step: String,
    /// When it is due, as one fact.
    pub(super) due: Option<Html>,
    pub(super) is_late: bool,
    /// The work is done, and waits to be verified.
    pub(super) is_completed: bool,
    pub(super) progress: Progress,
    pub(super) bar: Svg,
    pub(super) as_of: Option<Html>,
    /// Fields of a file that are too many for the strip.
    pub(super) more_fields: Vec<(String, String)>,
    /// What only the file says about the work: label and words.
    pub(super) claims: Vec<(String, String)>,
    pub(super) hold: Option<Html>,
    pub(super) outcome: Option<String>,
    pub(super) signatures: Vec<SignatureView>,
    pub(super) version: i64,
    pub(super) assignee_account: String,
    /// The order's id, for what a device keeps.
    pub(super) id: String,
    /// Why ticks cannot wait on a device for this reader; empty where they can.
    pub(super) waits_not: &'static str,
    /// The code of the procedure that it was made from.
    pub(super) procedure: Option<String>,
}

/// What a page needs besides the order and what is around it.
struct Shown {
    may: May,
    trail: Trail,
    verification: Verification,
    gathered: Gathered,
    note_about: String,
}

/// GET `/work-orders/{number}`; `?as_of=` looks back; `?note=item:ID` begins an entry of the log about it; `who`, `part`, `kind`, `since` and `until` narrow the history.
pub async fn show(request: HttpRequest, act: Act, query: web::Query<Query>) -> WebResult {
    let as_of = query
        .get("as_of")
        .filter(|text| !text.is_empty())
        .map(|text| read_moment("as_of", text))
        .transpose()?;
    let (view, around) = act.view_around(as_of).await?;
    let may = May::of(&view);
    let limit = if query.contains_key("history") { MOST_HISTORY } else { HISTORY };
    let verification =
        Verification::of(view.order.number.as_str(), act.orders.app.log.verifier().fingerprint()?);
    let gathered = Gathered::of(&view, around.currency.as_str());
    let trail = trail_of(view.past(), &query, limit)?;
    let note_about: Option<Target> = query.get("note").and_then(|target| target.parse().ok());
    let note_about = note_about.map(|target| name_of(&view, &target)).unwrap_or_default();
    let shown = Shown { may, trail, verification, gathered, note_about };
    show_page(&OrderPage::of(&request, &view, around, shown))
}

/// GET `/work-orders/by-id/{id}`: the page of the order that the ledger knows by its id.
pub async fn by_id(app: web::Data<App>, who: Principal, id: web::Path<String>) -> WebResult {
    let Principal(who) = who;
    let find = move |conn: &mut AnyConnection| view::find_visible_id(conn, &who, &id);
    let row = app.db.read(find).await?;
    Ok(see_other(format!("/work-orders/{}", row.number)))
}

/// The first thing that failed and goes on in no other order yet: `step:ID` where a whole step did, else `item:ID`.
fn to_follow_up(flow: &[Flow]) -> Option<String> {
    flow.iter().find_map(|part| match part {
        Flow::Step(step) if step.failed && step.followed_up.is_none() && step.can_follow_up => {
            Some(format!("step:{}", step.id))
        }
        Flow::Step(step) => {
            let mut rows = step.rows();
            let failed = rows.find(|row| row.failed && row.trouble.is_some() && row.can_follow_up);
            failed.map(|row| row.target.clone())
        }
        Flow::Section { .. } => None,
    })
}

impl OrderPage {
    fn of(request: &HttpRequest, view: &OrderView, around: Around, shown: Shown) -> Self {
        let Shown { may, trail, verification, gathered, note_about } = shown;
        let (flow, criteria) = (document::flow(view), criteria(view));
        let to_follow_up = to_follow_up(&flow);
        Self {
            shell: Shell::of(request, format!("{} {}", view.order.number, view.order.title), "work-orders"),
            sheet: Sheet::of(view).with_asset(around.asset.as_deref()),
            findings: record::findings(view),
            next: doing::next(&flow, view.order.status == Status::InProgress),
            last: doing::last(view, &flow, &criteria),
            first_act: doing::first_act(view, may.assign, may.edit),
            to_follow_up,
            note_about,
            has_steps: !view.order.steps.is_empty(),
            criteria,
            safety: record::safety(view),
            amendments: record::amendments(view),
            isolation: IsolationView::of(view),
            log: record::log(view),
            comments: record::comments(view),
            trail,
            moves: moves::offers(view),
            exceptions: ExceptionsBlock::of(view.order.number.as_str(), around.exceptions),
            trust: TrustBlock::of(&around.trust),
            stated: StatedBlock::of(&around.statements),
            evidence: view.general_note().map(|note| note.links.clone()).unwrap_or_default(),
            groups: doing::grouped(flow),
            may,
            assigning: around.assigning,
            verification,
            gaps: around.gaps,
            sent_back: SentBack::of(view),
            changed_plan: ChangedPlan::of(view),
            clash: around.clash,
            relations: around.relations,
            speakable: around.speakable,
            may_invite: view.who.may(Action::ManagePeople) == Grant::Any,
            gathered,
            working: Working::of(view.seen()),
            decisions: Decisions::of(view.seen()),
        }
    }

    fn finding_count(&self) -> usize {
        self.findings.iter().map(|group| 1 + group.more.len()).sum()
    }

    /// Whether this row is the one to do now.
    fn is_next(&self, row: &RowView) -> bool {
        self.next.as_ref().is_some_and(|next| next.anchor == row.anchor)
    }

    /// The next item, but for an optional one once the order may go on without it.
    fn next_item(&self) -> Option<&NextView> {
        self.next.as_ref().filter(|next| !next.is_optional || self.next_move().is_none())
    }

    /// The first criterion that this person may still mark as met: without it the work cannot end as achieved.
    fn criterion_to_tick(&self) -> Option<&RowView> {
        self.criteria.iter().find(|row| row.can_tick)
    }

    /// The same while the work is to be completed: it comes before the statement, which says how the work ended.
    fn criterion_first(&self) -> Option<&RowView> {
        let completes = self.next_move().is_some_and(|it| it.to == Status::Completed.as_str());
        self.criterion_to_tick().filter(|_| completes)
    }

    /// How many of the criteria are ticked.
    fn criteria_met(&self) -> usize {
        self.criteria.iter().filter(|row| row.is_ticked()).count()
    }

    /// The move that leads on and is free.
    fn next_move(&self) -> Option<&MoveView> {
        self.moves.iter().find(|it| it.leads_on && it.blocked.is_none())
    }

    /// What failed and is to go on in another order before this work can end.
    fn follow_up_first(&self) -> Option<&str> {
        self.to_follow_up.as_deref().filter(|_| !self.sheet.is_completed)
    }

    /// Where what keeps the order from going on is settled.
    fn way_on(&self) -> Option<(&'static str, &'static str)> {
        self.moves.iter().find(|it| it.leads_on).and_then(|it| it.way)
    }

    /// What nobody here can do with the finished work, where the rules of its type could do without.
    fn unverifiable(&self) -> Option<&Gap> {
        self.gaps.iter().find(|gap| gap.waivable.is_some()).filter(|_| self.sheet.is_completed)
    }

    /// What keeps the order where it is, where this person can do nothing about it on this page.
    fn stuck(&self) -> Option<&MoveView> {
        let is_free = self.next_item().is_some() || self.next_move().is_some() || self.way_on().is_some();
        self.moves.iter().find(|it| it.leads_on && it.blocked.is_some()).filter(|_| !is_free)
    }

    /// Everything with a weight, by reference.
    fn weighable(&self) -> Vec<(&str, &str, &str)> {
        let rows = self.groups.iter().flat_map(|group| rows_in(&group.flow)).chain(&self.criteria);
        rows.map(|row| (row.target.as_str(), row.reference.as_str(), row.text.as_str())).collect()
    }
}

pub(super) fn criteria(view: &OrderView) -> Vec<RowView> {
    let row = |criterion: &crate::work_orders::model::Criterion| {
        let target = Target::Criterion(criterion.id.clone());
        let row = RowView::of(view, &target, &criterion.text, criterion.materiality, &criterion.ticks);
        RowView { asked: DemandView::of_criterion(view, criterion), ..row }
    };
    view.order.criteria.iter().map(row).collect()
}

impl Sheet {
    /// Signatures that something changed under.
    fn superseded(&self) -> usize {
        self.signatures.iter().filter(|signature| signature.superseded.is_some()).count()
    }

    /// The same with a link to the page of its asset, where that is on the list.
    fn with_asset(mut self, code: Option<&str>) -> Self {
        let Some(fact) = self.facts.iter_mut().find(|fact| fact.label == "Asset") else { return self };
        let Some(code) = code else {
            if !fact.code.is_empty() {
                fact.hint = no_asset(&fact.code);
            }
            return self;
        };
        let words = if fact.value.is_empty() {
            Html::text(&std::mem::take(&mut fact.code))
        } else {
            fact.value.clone()
        };
        fact.value = Html::linked(&format!("/assets/{code}"), &words);
        self
    }

    /// The head of an order.
    pub(super) fn of(view: &OrderView) -> Self {
        let order = &view.order;
        Self {
            number: order.number.to_string(),
            title: order.title.clone(),
            status: order.status.label(),
            tone: text::tone_of(order.status),
            facts: facts(view),
            trouble: order.step_trouble(),
            at_step: at_step(order),
            due: order.due.as_ref().map(|due| due_words(view, due)),
            is_late: is_late(view),
            is_completed: order.status == Status::Completed,
            progress: Progress::of(order),
            bar: text::bar(Progress::of(order)),
            as_of: view.as_of.map(|at| text::moment(at, view.now)),
            claims: claims(view),
            more_fields: more_fields(order),
            hold: order.hold.as_ref().map(|hold| {
                let why = format!("· waits for {}: {}", hold.code.label().to_lowercase(), hold.reason);
                let since =
                    [Html::text("On hold since"), text::moment(hold.since, view.now), Html::text(&why)];
                Html::joined(since, " ")
            }),
            outcome: order
                .outcome
                .as_ref()
                .map(|end| format!("{}. {}", outcome_words(end.outcome), end.note)),
            signatures: signed::all(view),
            version: order.version,
            assignee_account: order.assignee.as_ref().and_then(|it| it.account.clone()).unwrap_or_default(),
            id: order.id.clone(),
            waits_not: waits_not(view),
            procedure: order.made_from.as_ref().map(|from| from.code.clone()),
        }
    }
}

/// The device asks before it keeps a tick; the server asks again.
fn waits_not(view: &OrderView) -> &'static str {
    let safety = &view.order.safety;
    match () {
        () if view.as_of.is_some() => "This is how the order stood; nothing can be changed here.",
        () if !view.order.started => "This order has not been started, and starting needs the network.",
        () if !safety.notes.is_empty() && !safety.is_acknowledged_by(view.who.id()) => {
            "Read the safety notes first; saying so needs the network."
        }
        () => "",
    }
}

fn claims(view: &OrderView) -> Vec<(String, String)> {
    let claims = view.order.imported.iter().flat_map(|imported| &imported.claims);
    claims.map(|claim| (claim.name.clone(), claim.value.clone())).collect()
}

fn at_step(order: &Order) -> String {
    let open = order.steps.iter().find(|step| step.required && step.state == StepState::Open);
    open.map(|step| format!("step {} of {}", step.position, order.steps.len())).unwrap_or_default()
}

/// Files, time and parts, with what the project says about amounts.
pub(super) async fn gathered_of(act: &Act, view: &OrderView) -> Result<Gathered> {
    let project = act.who.project;
    let currency = act.orders.app.db.read(move |conn| currency::reads::of(conn, project)).await?;
    Ok(Gathered::of(view, currency.as_str()))
}
