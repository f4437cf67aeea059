//! What waits for whoever plans and approves: one list by harm, then by age, and the work that goes on.

use std::collections::HashSet;

use crate::audit::exceptions::reads as exceptions;
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Grant, Result, Role, Timestamp, permission};
use crate::maintenance::schedules::reads::{ScheduleRow, State, in_trouble};
use crate::order_settings::policies;
use crate::people::reads as people;
use crate::people::units::{Unit, unit_of};
use crate::work_orders::lifecycle::may_renew;
use crate::work_orders::model::{Priority, RelationKind, Status, TypeClass};
use crate::work_orders::reads::{self as orders, Counts, Filter, OrderRow};

use super::LINES;
use super::theirs::is_theirs;
use super::work::{MyOrder, with_next};

/// Lines of the list; more are behind its link.
const WAITS: usize = 8;
/// Rows of one state that are looked at.
const LOOKED_AT: i64 = 50;

/// A supervisor's first page.
pub struct Desk {
    pub waits: Vec<Wait>,
    /// Schedules that stopped by themselves or cannot make the order that is due.
    pub schedules: Vec<Held>,
    /// How many wait in all; the list may hold fewer.
    pub waiting: usize,
    pub in_work: Vec<MyOrder>,
    pub counts: Counts,
    /// Exceptions without an answer.
    pub exceptions: i64,
}

/// One thing that waits.
pub struct Wait {
    pub row: OrderRow,
    pub reason: Reason,
    /// The number of the order whose leavings an unsubmitted one is to go on with.
    pub follows: Option<String>,
    /// Since when it is on hold.
    pub held_since: Option<Timestamp>,
}

/// A schedule whose orders are not made.
pub struct Held {
    pub code: String,
    pub why: String,
    /// It stopped by itself; otherwise it tries on.
    pub has_stopped: bool,
}

impl Held {
    fn of(row: ScheduleRow) -> Self {
        Self { has_stopped: row.state() == State::Stopped, code: row.code, why: row.why }
    }

    /// The chip's word.
    pub fn word(&self) -> &'static str {
        if self.has_stopped { "Stopped" } else { "Makes no order" }
    }
}

/// Why something waits, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Past its due time, and not on hold.
    Late,
    /// Nobody has it, or whoever does is disabled or has no role that does work.
    NeedsSomebody,
    /// A step of it failed while it is in work.
    Failed,
    /// Its plan changed after it was approved, and somebody else approves that.
    PlanChanged,
    OnHold,
    /// It is to go on with what another order left, and whoever opened it has not submitted it.
    NotSubmitted,
    Approve,
    Close,
}

impl Reason {
    /// The chip's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Late => "Late",
            Self::NeedsSomebody => "Needs somebody",
            Self::Failed => "Step failed",
            Self::PlanChanged => "Changed",
            Self::OnHold => "On hold",
            Self::NotSubmitted => "Not submitted",
            Self::Approve => "Approve",
            Self::Close => "Close",
        }
    }

    /// The chip's tone.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Late | Self::NeedsSomebody | Self::Failed => "bad",
            Self::PlanChanged | Self::OnHold | Self::NotSubmitted => "waiting",
            Self::Approve | Self::Close => "",
        }
    }

    /// What settles it.
    fn verb(self) -> &'static str {
        match self {
            Self::Late | Self::Failed | Self::OnHold => "Look",
            Self::NeedsSomebody => "Hand over",
            Self::NotSubmitted => "Read and submit",
            Self::PlanChanged | Self::Approve => "Read and approve",
            Self::Close => "Read and close",
        }
    }
}

impl Wait {
    /// The chip's word: an emergency that is to be approved says that it is one.
    pub fn word(&self) -> &'static str {
        if self.is_urgent_to_approve() { "Emergency" } else { self.reason.word() }
    }

    /// The chip's tone.
    pub fn tone(&self) -> &'static str {
        if self.is_urgent_to_approve() { "bad" } else { self.reason.tone() }
    }

    fn is_urgent_to_approve(&self) -> bool {
        self.reason == Reason::Approve && self.row.priority() == Priority::Emergency
    }

    /// `parts: the headset is not here yet`, where the order is on hold.
    pub fn held(&self) -> Option<String> {
        let code = self.row.hold()?;
        Some(format!("{}: {}", code.label().to_lowercase(), self.row.hold_reason))
    }

    fn of(reason: Reason, row: OrderRow) -> Self {
        Self { row, reason, follows: None, held_since: None }
    }

    /// What settles it.
    pub fn verb(&self) -> &'static str {
        let has_nobody = self.row.assignee_account.is_none();
        if self.reason == Reason::NeedsSomebody && has_nobody { "Assign" } else { self.reason.verb() }
    }

    /// Where that is done.
    pub fn href(&self) -> String {
        match (self.reason, &self.row.assignee_account) {
            (Reason::NeedsSomebody, Some(account)) => format!("/people/{account}/orders"),
            (Reason::NeedsSomebody, None) => format!("/work-orders/{}#plan", self.row.number),
            _ => format!("/work-orders/{}", self.row.number),
        }
    }
}

impl Desk {
    /// `of 10 open`: orders that are neither done nor ended.
    pub fn of_open(&self) -> String {
        let is_open = |status: Status| !status.is_done() && !status.is_final();
        let open = self.counts.by_status.iter().filter(|(status, _)| is_open(*status));
        format!("of {} open", open.map(|(_, count)| count).sum::<i64>())
    }

    /// Approved and not begun.
    pub fn to_begin(&self) -> i64 {
        self.counts.of(Status::Approved)
    }

    /// Begun, and neither done nor on hold.
    pub fn going_on(&self) -> i64 {
        self.counts.of(Status::InProgress)
    }

    /// On hold.
    pub fn on_hold(&self) -> i64 {
        self.counts.of(Status::OnHold)
    }

    /// Done by the performer's word, and not verified by another yet.
    pub fn to_verify(&self) -> i64 {
        self.counts.of(Status::Completed)
    }
}

/// Reads the desk.
pub(super) fn read(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Desk> {
    let unit = unit_of(conn, who.id())?;
    let mut waits = by_state(conn, who, &unit)?;
    let in_work = vec![Status::Approved, Status::InProgress];
    let late = Filter { overdue_at: Some(now), statuses: in_work, ..Filter::default() };
    let late = orders::list(conn, who.project, &late, None, LOOKED_AT)?.into_iter();
    waits.extend(late.map(|row| Wait::of(Reason::Late, row)));
    let failed = Filter { status: Some(Status::InProgress), has_failed: true, ..Filter::default() };
    let failed = orders::list(conn, who.project, &failed, None, LOOKED_AT)?.into_iter();
    waits.extend(failed.map(|row| Wait::of(Reason::Failed, row)));
    let mut left = left_behind(conn, who)?;
    left.extend(given_to_nobody(conn, who)?);
    // Before anything else can happen to it, somebody must have it.
    waits.retain(|wait| left.iter().all(|row| row.order_id != wait.row.order_id));
    waits.extend(left.into_iter().map(|row| Wait::of(Reason::NeedsSomebody, row)));
    waits.extend(changed_plans(conn, who, &unit)?.into_iter().map(|row| Wait::of(Reason::PlanChanged, row)));
    waits.extend(unsubmitted(conn, who)?);
    waits.sort_by_key(|wait| (urgency(&wait.row), wait.reason, wait.row.updated_at));
    // What waits for more than one reason waits once, for the worst of them.
    let mut known = HashSet::new();
    waits.retain(|wait| known.insert(wait.row.order_id.clone()));
    let held = in_trouble(conn, who.project, LOOKED_AT)?;
    let waiting = waits.len() + held.len();
    waits.truncate(WAITS);
    for wait in waits.iter_mut().filter(|wait| wait.row.hold().is_some()) {
        let order = orders::load(conn, who.project, &wait.row.order_id, None)?;
        wait.held_since = order.hold.map(|hold| hold.since);
    }
    let schedules = held.into_iter().take(WAITS).map(Held::of).collect();
    Ok(Desk {
        waits,
        schedules,
        waiting,
        in_work: in_work_now(conn, who, now)?,
        counts: orders::counts(conn, who.project, None, now)?,
        exceptions: exceptions::open_count(conn, who.project, None)?,
    })
}

/// What waits because of the state it is in, but for what this reader may not decide.
fn by_state(conn: &mut AnyConnection, who: &Asker, unit: &Unit) -> Result<Vec<Wait>> {
    let mut waits = Vec::new();
    for status in [Status::Submitted, Status::OnHold, Status::Verified] {
        let filter = Filter { status: Some(status), ..Filter::default() };
        for row in orders::list(conn, who.project, &filter, None, LOOKED_AT)? {
            if is_theirs(conn, who, unit, &row)? {
                waits.push(Wait::of(reason_of(status), row));
            }
        }
    }
    Ok(waits)
}

/// Drafts of others that are to go on with what another order left: until somebody submits them, nobody else looks at them.
fn unsubmitted(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<Wait>> {
    let drafts = Filter { status: Some(Status::Draft), words: "follow-up".to_owned(), ..Filter::default() };
    let mut waits = Vec::new();
    for row in orders::list(conn, who.project, &drafts, None, LOOKED_AT)? {
        if row.owner.as_deref() == Some(who.id()) {
            continue;
        }
        let order = orders::load(conn, who.project, &row.order_id, None)?;
        let mut relations = order.relations.iter();
        if let Some(left) = relations.find(|it| it.kind == RelationKind::FollowUpOf) {
            let follows = Some(left.number.to_string());
            waits.push(Wait { follows, ..Wait::of(Reason::NotSubmitted, row) });
        }
    }
    Ok(waits)
}

/// Approved or begun orders that nobody has.
fn given_to_nobody(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<OrderRow>> {
    let mut rows = orders::given_to_nobody(conn, who.project, Status::InProgress, LOOKED_AT)?;
    rows.extend(orders::given_to_nobody(conn, who.project, Status::Approved, LOOKED_AT)?);
    Ok(rows)
}

/// Approved or begun orders of people who can do no work here any more.
fn left_behind(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<OrderRow>> {
    let does_work = |roles: &[Role]| permission::may(roles, Action::Tick) > Grant::Never;
    let members = people::members(conn, who.project)?.into_iter();
    let left = members.filter(|it| it.account.disabled_at.is_some() || !does_work(&it.roles));
    let left: Vec<String> = left.map(|it| it.account.id.0).collect();
    if left.is_empty() {
        return Ok(Vec::new());
    }
    let (mut rows, _) = orders::open_of(conn, who.project, &left, LOOKED_AT)?;
    rows.retain(|row| matches!(row.status(), Status::Approved | Status::InProgress | Status::OnHold));
    Ok(rows)
}

/// Orders whose changed plan this reader may approve.
fn changed_plans(conn: &mut AnyConnection, who: &Asker, unit: &Unit) -> Result<Vec<OrderRow>> {
    let changed = Filter { plan_changed: true, ..Filter::default() };
    let mut rows = Vec::new();
    for row in orders::list(conn, who.project, &changed, None, LOOKED_AT)? {
        let policy = policies::reads::of(conn, who.project, TypeClass::of(&row.order_type))?;
        if policy.controlled && may_renew(&orders::load(conn, who.project, &row.order_id, None)?, unit) {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn reason_of(status: Status) -> Reason {
    match status {
        Status::OnHold => Reason::OnHold,
        Status::Submitted => Reason::Approve,
        _ => Reason::Close,
    }
}

/// An emergency stands before everything else.
fn urgency(row: &OrderRow) -> u8 {
    u8::from(row.priority() != Priority::Emergency)
}

fn in_work_now(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Vec<MyOrder>> {
    let mut rows = Vec::new();
    for status in [Status::InProgress, Status::Approved] {
        let filter = Filter { status: Some(status), ..Filter::default() };
        let most = i64::try_from(LINES).unwrap_or(i64::MAX);
        rows.extend(orders::list(conn, who.project, &filter, None, most)?);
    }
    rows.into_iter().take(LINES).map(|row| with_next(conn, row, who, now)).collect()
}
