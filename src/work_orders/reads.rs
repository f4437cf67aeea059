//! Reading orders: one order folded from its events, its history, and lists.

pub mod board;
pub mod calendar;
mod delegated;
pub mod found;
pub mod overall;
mod own;
pub mod sorted;

use std::collections::HashMap;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use crate::assets::model::key_of;
use crate::db::AnyConnection;
use crate::db::schema::orders;
use crate::foundation::page::Cursor;
use crate::foundation::{Action, Asker, Digest, Error, Grant, ProjectKey, Result, Timestamp};
use crate::ledger::Stream;
use crate::ledger::events::{Event, read_stream};

use super::events::OrderEvent;
use super::fold::{EventMeta, apply};
use super::model::{Order, Priority, Status};
pub use super::store::{OrderRow, Progress};
pub use calendar::DueDays;
pub use delegated::{asked_of, own_of, questions_of, reachable, ready, takes_from, visible};
pub use own::ids;

/// The kind of a work order's stream.
pub const STREAM_KIND: &str = "work_order";

type Backend = <AnyConnection as Connection>::Backend;

/// The stream of one work order.
pub fn stream_of(project: ProjectKey, order_id: &str) -> Stream {
    Stream { project, kind: STREAM_KIND, id: order_id.to_owned() }
}

/// The order with this id; with `as_of`, as it stood at that moment.
pub fn load(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    as_of: Option<Timestamp>,
) -> Result<Order> {
    let order = fold_events(&history(conn, project, order_id, as_of)?)?;
    if order.exists() { Ok(order) } else { Err(Error::not_found("the work order")) }
}

/// What happened to an order, oldest first; with `as_of`, until that moment.
pub fn history(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    as_of: Option<Timestamp>,
) -> Result<Vec<Event>> {
    read_stream(conn, &stream_of(project, order_id), as_of)
}

/// The order that some events of one stream make; an erased event changes nothing any more.
pub fn fold_events(events: &[Event]) -> Result<Order> {
    let mut order = Order::default();
    for event in events {
        let Some(body) = &event.body else { continue };
        apply(&mut order, &OrderEvent::from_json(&event.kind, &body.data)?, &stamp_of(event));
    }
    Ok(order)
}

/// What the ledger stamped on an event, as folding takes it.
pub fn stamp_of(event: &Event) -> EventMeta {
    EventMeta {
        at: event.at,
        actor_id: event.actor.clone(),
        actor_kind: event.actor_kind,
        actor_name: event.actor_name().to_owned(),
        event_id: event.id.clone(),
    }
}

/// The row with this number, in any case of letters.
pub fn find(conn: &mut AnyConnection, project: ProjectKey, number: &str) -> Result<Option<OrderRow>> {
    let number = number.trim().to_uppercase();
    let row = orders::table.filter(orders::project.eq(project)).filter(orders::number.eq(number));
    Ok(row.select(OrderRow::as_select()).first(conn).optional()?)
}

/// The id of the order with this number.
pub fn find_id(conn: &mut AnyConnection, project: ProjectKey, number: &str) -> Result<Option<String>> {
    Ok(find(conn, project, number)?.map(|row| row.order_id))
}

/// The row with this id.
pub fn by_id(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<Option<OrderRow>> {
    Ok(orders::table.find((project, order_id)).select(OrderRow::as_select()).first(conn).optional()?)
}

/// The order that came from a file with this digest.
pub fn by_source(conn: &mut AnyConnection, project: ProjectKey, source: Digest) -> Result<Vec<OrderRow>> {
    let row = orders::table.filter(orders::project.eq(project)).filter(orders::source.eq(source.0.to_vec()));
    Ok(row.order(orders::order_id.asc()).select(OrderRow::as_select()).load(conn)?)
}

/// What a list is narrowed to; what is none or empty narrows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub status: Option<Status>,
    /// Orders in any of these states, where one is not enough.
    pub statuses: Vec<Status>,
    pub priority: Option<Priority>,
    /// Orders of the type written so.
    pub order_type: Option<String>,
    pub assignee: Option<String>,
    /// Only orders that nobody was given.
    pub unassigned: bool,
    /// Words in number, title, type, assignee or asset.
    pub words: String,
    /// Open orders whose due time is before this moment.
    pub overdue_at: Option<Timestamp>,
    /// Only open orders that are due before a day: where that begins in UTC, for what was written as a day, and in the reader's zone.
    pub due_before: Option<(Timestamp, Timestamp)>,
    /// Open orders that are late from some moment after the first of these on, and no later than from the second: the days between.
    pub due_within: Option<(Timestamp, Timestamp)>,
    /// Orders about the asset with this tag, in any case of letters.
    pub asset_tag: Option<String>,
    /// Only orders that this account wrote, imported or was given.
    pub own: Option<String>,
    /// The agent that asks: what it has claimed for a person counts as its own and as given to it. The board and the calendar, which
    /// are pages of people, ask nothing by it.
    pub delegate: Option<String>,
    /// The person that asks: an order on which an agent works, or did last, for which they answer counts as their own.
    pub answering: Option<String>,
    /// Only orders with a failed step.
    pub has_failed: bool,
    /// Only orders whose plan was changed since it was approved.
    pub plan_changed: bool,
    /// Only orders that are due on these days.
    pub due_between: Option<DueDays>,
    /// Only open orders that have no due day.
    pub without_day: bool,
}

impl Filter {
    /// All that whoever asks may see.
    pub fn seen_by(asker: &Asker) -> Self {
        let account = || asker.id().to_owned();
        let own = (asker.may(Action::ViewOrders) < Grant::Any).then(account);
        let answering = own.clone().filter(|_| asker.is_person());
        Self { own, delegate: asker.is_agent().then(account), answering, ..Self::default() }
    }

    /// Whether only orders with a due time that can still be late are asked for.
    fn is_by_due(&self) -> bool {
        self.overdue_at.is_some() || self.due_before.is_some() || self.due_within.is_some()
    }
}

/// Up to `limit` orders below the cursor, the one that changed last first.
pub fn list(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &Filter,
    after: Option<&Cursor>,
    limit: i64,
) -> Result<Vec<OrderRow>> {
    let mut query = matching(project, filter);
    if let Some(after) = after {
        // The first of the two is found in the index; the other one only tells rows of the same moment apart.
        let is_below = orders::updated_at.lt(after.at).or(orders::order_id.lt(after.id.clone()));
        query = query.filter(orders::updated_at.le(after.at)).filter(is_below);
    }
    let newest = (orders::updated_at.desc(), orders::order_id.desc());
    Ok(query.order(newest).limit(limit).select(OrderRow::as_select()).load(conn)?)
}

/// Up to `limit` orders of some accounts that are not done, what is due first before what has no day; and how many there are.
pub fn open_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    accounts: &[String],
    limit: i64,
) -> Result<(Vec<OrderRow>, i64)> {
    let is_open = |status: &Status| !status.is_done() && !status.is_final();
    let open: Vec<&str> = Status::ALL.into_iter().filter(is_open).map(Status::as_str).collect();
    let theirs = || {
        let of_project = orders::table.filter(orders::project.eq(project)).into_boxed::<Backend>();
        of_project
            .filter(orders::assignee_account.eq_any(accounts.to_vec()))
            .filter(orders::status.eq_any(open.clone()))
    };
    // Ids are found in the index alone, however many orders these accounts ever had.
    let ids: Vec<String> = theirs()
        .order((orders::due_at.is_null().asc(), orders::due_at.asc(), orders::order_id.asc()))
        .limit(limit)
        .select(orders::order_id)
        .load(conn)?;
    let rows = orders::table.filter(orders::project.eq(project)).filter(orders::order_id.eq_any(&ids));
    let mut rows: Vec<OrderRow> = rows.select(OrderRow::as_select()).load(conn)?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.order_id));
    Ok((rows, theirs().count().get_result(conn)?))
}

/// Up to `limit` orders in a state that an account wrote or imported, the one that changed last first.
pub fn written_by(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    status: Status,
    limit: i64,
) -> Result<Vec<OrderRow>> {
    Ok(orders::table
        .filter(orders::project.eq(project))
        .filter(orders::owner.eq(account))
        .filter(orders::status.eq(status.as_str()))
        .order((orders::updated_at.desc(), orders::order_id.desc()))
        .limit(limit)
        .select(OrderRow::as_select())
        .load(conn)?)
}

/// Up to `limit` orders that an account wrote and that others do, from their approval on, the one that changed last first;
/// closed ones only where they changed since.
pub fn asked_for_by(
    conn: &mut AnyConnection,
    project: ProjectKey,
    account: &str,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<OrderRow>> {
    let goes_on = |status: &Status| {
        !matches!(status, Status::Draft | Status::Submitted | Status::Cancelled | Status::Closed)
    };
    let going: Vec<&str> = Status::ALL.into_iter().filter(goes_on).map(Status::as_str).collect();
    let ended = orders::status.eq(Status::Closed.as_str()).and(orders::updated_at.ge(since));
    Ok(orders::table
        .filter(orders::project.eq(project))
        .filter(orders::owner.eq(account))
        .filter(orders::status.eq_any(going).or(ended))
        .filter(orders::assignee_account.is_null().or(orders::assignee_account.ne(account)))
        .order((orders::updated_at.desc(), orders::order_id.desc()))
        .limit(limit)
        .select(OrderRow::as_select())
        .load(conn)?)
}

/// Up to `limit` orders in a state that are given to nobody, the one that changed last first.
pub fn given_to_nobody(
    conn: &mut AnyConnection,
    project: ProjectKey,
    status: Status,
    limit: i64,
) -> Result<Vec<OrderRow>> {
    Ok(orders::table
        .filter(orders::project.eq(project))
        .filter(orders::status.eq(status.as_str()))
        .filter(orders::assignee_account.is_null())
        .filter(orders::assignee_name.eq(""))
        // Few have nobody: with the plus SQLite finds those and sorts them, and goes not through all of the state in this order.
        .order((sql::<BigInt>("+orders.updated_at").desc(), orders::order_id.desc()))
        .limit(limit)
        .select(OrderRow::as_select())
        .load(conn)?)
}

/// How many orders a list would hold.
pub fn count(conn: &mut AnyConnection, project: ProjectKey, filter: &Filter) -> Result<i64> {
    Ok(matching(project, filter).count().get_result(conn)?)
}

fn matching(project: ProjectKey, filter: &Filter) -> orders::BoxedQuery<'static, Backend> {
    let mut query = orders::table.filter(orders::project.eq(project)).into_boxed::<Backend>();
    if let Some(status) = filter.status {
        query = if filter.has_failed {
            // Few have a failed step, and an index names them; joined with nothing, the state leads no database another way.
            query.filter(sql::<Bool>("orders.status || '' = ").bind::<Text, _>(status.as_str()))
        } else {
            query.filter(orders::status.eq(status.as_str()))
        };
    }
    if !filter.statuses.is_empty() {
        let words: Vec<&'static str> = filter.statuses.iter().map(|status| status.as_str()).collect();
        query = query.filter(orders::status.eq_any(words));
    }
    if let Some(priority) = filter.priority {
        query = query.filter(orders::priority.eq(priority.as_str()));
    }
    if let Some(order_type) = filter.order_type.clone() {
        query = query.filter(orders::order_type.eq(order_type));
    }
    if let Some(account) = filter.assignee.clone() {
        let given = orders::assignee_account.eq(account.clone());
        query = match filter.delegate.clone().filter(|agent| *agent == account) {
            Some(agent) => query.filter(given.or(orders::claimed_by.eq(agent))),
            None => query.filter(given),
        };
    }
    if filter.unassigned {
        query = query.filter(orders::assignee_account.is_null());
    }
    if let Some(account) = filter.own.clone() {
        let own = orders::assignee_account.eq(account.clone()).or(orders::owner.eq(account));
        query = match (filter.delegate.clone(), filter.answering.clone()) {
            (Some(agent), _) => query.filter(own.or(orders::claimed_by.eq(agent))),
            (None, Some(person)) => query.filter(own.or(orders::accountable.eq(person))),
            (None, None) => query.filter(own),
        };
    }
    if filter.has_failed {
        // As text: no index of a part of the rows serves a bound value.
        query = query.filter(sql::<Bool>("steps_failed > 0"));
    }
    if filter.plan_changed {
        query = query.filter(sql::<Bool>("plan_changes > 0"));
    }
    if let Some(days) = filter.due_between {
        query = calendar::on_days(query, days);
    }
    if filter.without_day {
        query = query.filter(sql::<Bool>(calendar::WITHOUT_DAY));
    }
    if let Some(now) = filter.overdue_at {
        query = query.filter(orders::open_until.lt(now));
    }
    if let Some(begins) = filter.due_before {
        query = calendar::before_day(query, begins);
    }
    if let Some((after, until)) = filter.due_within {
        query = query.filter(orders::open_until.gt(after)).filter(orders::open_until.le(until));
    }
    if let Some(tag) = filter.asset_tag.clone() {
        query = query.filter(orders::asset_key.eq(key_of(&tag)));
    }
    if let Some(number) = whole_number(&filter.words) {
        return query.filter(orders::number.eq(number));
    }
    // Each is one more condition, and what a person looks for has few words.
    for word in filter.words.split_whitespace().take(MOST_WORDS) {
        query = query.filter(orders::search.like(pattern(word)).escape('\\'));
    }
    query
}

/// Words that are looked for.
const MOST_WORDS: usize = 12;

/// The number of an order, where that is all that is looked for.
fn whole_number(words: &str) -> Option<String> {
    let number = words.trim().to_uppercase();
    let (year, place) = number.strip_prefix("WO-")?.split_once('-')?;
    let is_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    (year.len() == 4 && place.len() >= 3 && is_digits(year) && is_digits(place)).then_some(number)
}

fn pattern(word: &str) -> String {
    let word = word.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{word}%")
}

/// How many orders stand where, for the first page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Orders per state, in the order of the life cycle; states without orders are left out.
    pub by_status: Vec<(Status, i64)>,
    /// Open orders past their due time.
    pub overdue: i64,
}

impl Counts {
    /// Orders in one state.
    pub fn of(&self, status: Status) -> i64 {
        self.by_status.iter().find(|(it, _)| *it == status).map_or(0, |(_, count)| *count)
    }

    /// Orders in all.
    pub fn total(&self) -> i64 {
        self.by_status.iter().map(|(_, count)| count).sum()
    }
}

/// Counts for the first page; with `own`, only orders of that account.
pub fn counts(
    conn: &mut AnyConnection,
    project: ProjectKey,
    own: Option<&str>,
    now: Timestamp,
) -> Result<Counts> {
    let each = (orders::status, count_star());
    let all = orders::table.filter(orders::project.eq(project));
    let grouped: Vec<(String, i64)> = match own {
        None => all.group_by(orders::status).select(each).load(conn)?,
        Some(account) => {
            let is_own = orders::assignee_account.eq(account).or(orders::owner.eq(account));
            all.filter(is_own).group_by(orders::status).select(each).load(conn)?
        }
    };
    let found: HashMap<String, i64> = grouped.into_iter().collect();
    let by_status = Status::ALL.into_iter().filter_map(|it| Some((it, *found.get(it.as_str())?))).collect();
    let overdue = Filter { overdue_at: Some(now), own: own.map(str::to_owned), ..Filter::default() };
    Ok(Counts { by_status, overdue: count(conn, project, &overdue)? })
}

/// The types in use, for the list's filter: from one to the next over their index, whatever the number of orders.
pub fn types(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<String>> {
    let mut types: Vec<String> = Vec::new();
    while types.len() < MOST_TYPES {
        // Orders without a type have an empty one, which is nothing to choose.
        let last = types.last().cloned().unwrap_or_default();
        let next = orders::table.filter(orders::project.eq(project)).filter(orders::order_type.gt(last));
        let next = next.order(orders::order_type.asc()).limit(1).select(orders::order_type);
        let Some(next) = next.first(conn).optional()? else { break };
        types.push(next);
    }
    Ok(types)
}

/// Types that a filter offers.
const MOST_TYPES: usize = 100;

/// Up to `limit` orders made from a procedure, the one that changed last first; with `own`, only those that are this account's own.
pub fn made_from(
    conn: &mut AnyConnection,
    project: ProjectKey,
    procedure: &str,
    own: Option<&str>,
    limit: i64,
) -> Result<Vec<OrderRow>> {
    let mut query = orders::table
        .filter(orders::project.eq(project))
        .filter(orders::procedure_id.eq(procedure.to_owned()))
        .into_boxed::<Backend>();
    if let Some(account) = own {
        query = query.filter(own::is_of(account));
    }
    let newest = (orders::updated_at.desc(), orders::order_id.desc());
    Ok(query.order(newest).limit(limit).select(OrderRow::as_select()).load(conn)?)
}

/// How many orders were made from each procedure; those without any are left out. With `own`, only those that are this account's
/// own.
pub fn made_from_counts(
    conn: &mut AnyConnection,
    project: ProjectKey,
    own: Option<&str>,
) -> Result<HashMap<String, i64>> {
    let each = (orders::procedure_id, count_star());
    let all = orders::table.filter(orders::project.eq(project)).filter(orders::procedure_id.is_not_null());
    let grouped: Vec<(Option<String>, i64)> = match own {
        None => all.group_by(orders::procedure_id).select(each).load(conn)?,
        Some(account) => {
            all.filter(own::is_of(account)).group_by(orders::procedure_id).select(each).load(conn)?
        }
    };
    Ok(grouped.into_iter().filter_map(|(procedure, count)| Some((procedure?, count))).collect())
}

/// How many orders were made from each version of a procedure; with `own`, only those that are this account's own.
pub fn made_from_versions(
    conn: &mut AnyConnection,
    project: ProjectKey,
    procedure: &str,
    own: Option<&str>,
) -> Result<HashMap<i64, i64>> {
    let each = (orders::procedure_version, count_star());
    let all = orders::table.filter(orders::project.eq(project)).filter(orders::procedure_id.eq(procedure));
    let grouped: Vec<(Option<i64>, i64)> = match own {
        None => all.group_by(orders::procedure_version).select(each).load(conn)?,
        Some(account) => {
            all.filter(own::is_of(account)).group_by(orders::procedure_version).select(each).load(conn)?
        }
    };
    Ok(grouped.into_iter().filter_map(|(version, count)| Some((version?, count))).collect())
}
