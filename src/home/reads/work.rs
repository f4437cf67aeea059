//! Orders given to the reader that are still to do.

use crate::db::AnyConnection;
use crate::foundation::{Asker, Result, Timestamp};
use crate::web::markdown;
use crate::work_orders::model::{Order, Status, Step};
use crate::work_orders::reads::{self as orders, Filter, OrderRow};

use super::LINES;
use super::came_back::{self, CameBack};

/// How many open ones are looked through for the first of them.
const LOOKED_AT: i64 = 60;

/// An order with where to go on.
pub struct MyOrder {
    pub row: OrderRow,
    /// The first step that still has something to do; none when only the end is left.
    pub next: Option<NextStep>,
    pub is_late: bool,
    pub came_back: Option<CameBack>,
    /// Its safety notes wait to be read by whoever goes on.
    pub to_read_first: bool,
}

/// Where an order goes on.
pub struct NextStep {
    pub position: u32,
    /// What is to be done: its first open item, else its title.
    pub words: String,
    /// The row's id on the order's page.
    pub anchor: String,
}

/// The states in which an order is its assignee's to do.
const TO_DO: [Status; 3] = [Status::Approved, Status::InProgress, Status::OnHold];

/// How many orders are the reader's to do, of which the page shows the first.
pub(super) fn count(conn: &mut AnyConnection, who: &Asker) -> Result<i64> {
    orders::count(conn, who.project, &given_in(who, TO_DO.to_vec()))
}

/// The reader's orders: that on which their timer runs first, then what is late, then what is due first.
pub(super) fn read(
    conn: &mut AnyConnection,
    who: &Asker,
    timer: Option<&str>,
    now: Timestamp,
) -> Result<Vec<MyOrder>> {
    let mut rows = given(conn, who, TO_DO.to_vec())?;
    rows.sort_by_key(|row| {
        let is_timed = timer == Some(row.number.as_str());
        (!is_timed, !row.is_overdue(now), due_of(row), row.status() != Status::InProgress)
    });
    rows.into_iter().take(LINES).map(|row| with_next(conn, row, who, now)).collect()
}

/// The reader's orders in these states: what they ever did is no part of it, however much that is.
fn given(conn: &mut AnyConnection, who: &Asker, statuses: Vec<Status>) -> Result<Vec<OrderRow>> {
    orders::list(conn, who.project, &given_in(who, statuses), None, LOOKED_AT)
}

fn given_in(who: &Asker, statuses: Vec<Status>) -> Filter {
    Filter { assignee: Some(who.actor.id.clone()), statuses, ..Filter::default() }
}

fn due_of(row: &OrderRow) -> i64 {
    row.due_at.map_or(i64::MAX, |due| due.0)
}

/// What comes: orders given to the reader that nobody approved yet, then those that anybody may take, by due day.
pub(super) fn coming(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<Coming>> {
    let mine = given(conn, who, vec![Status::Draft, Status::Submitted])?.into_iter();
    let free = orders::given_to_nobody(conn, who.project, Status::Approved, LOOKED_AT)?.into_iter();
    let mine = mine.map(|row| Coming { is_free: false, row });
    let mut all: Vec<Coming> = mine.chain(free.map(|row| Coming { is_free: true, row })).collect();
    all.sort_by_key(|one| due_of(&one.row));
    all.truncate(LINES);
    Ok(all)
}

/// An order that is not the reader's to do yet.
pub struct Coming {
    pub row: OrderRow,
    /// Whether nobody has it, so that the reader may begin it.
    pub is_free: bool,
}

/// An order as a line that says where it goes on.
pub(super) fn with_next(
    conn: &mut AnyConnection,
    row: OrderRow,
    who: &Asker,
    now: Timestamp,
) -> Result<MyOrder> {
    let order = orders::load(conn, row.project, &row.order_id, None)?;
    let safety = &order.safety;
    Ok(MyOrder {
        next: next_of(&order),
        is_late: row.is_overdue(now),
        came_back: came_back::of(&order),
        to_read_first: !safety.notes.is_empty() && !safety.is_acknowledged_by(who.id()),
        row,
    })
}

fn next_of(order: &Order) -> Option<NextStep> {
    let open = |step: &&Step| step.is_open();
    let step = order.steps.iter().filter(open).find(|step| step.required);
    let step = step.or_else(|| order.steps.iter().find(open))?;
    let item = step.asked_items().find(|item| !item.is_settled());
    Some(NextStep {
        position: step.position,
        words: markdown::plain(item.map_or(&step.title, |item| &item.text)),
        anchor: item.map_or_else(|| format!("whole-{}", step.id), |item| format!("item-{}", item.id)),
    })
}

impl MyOrder {
    /// `Go on at step 3`, or what else is to be done.
    pub fn verb(&self) -> String {
        if self.row.status() == Status::OnHold {
            return "Read what it waits for".to_owned();
        }
        match (&self.next, self.row.items_done) {
            (Some(next), 0) if next.position == 1 => "Start".to_owned(),
            (Some(next), _) => format!("Go on at step {}", next.position),
            (None, _) => "Complete it".to_owned(),
        }
    }

    /// Where that is.
    pub fn href(&self) -> String {
        if self.to_read_first && self.next.is_some() {
            return format!("/work-orders/{}#safety", self.row.number);
        }
        let anchor = self.next.as_ref().map(|next| format!("#{}", next.anchor)).unwrap_or_default();
        format!("/work-orders/{}{anchor}", self.row.number)
    }
}
