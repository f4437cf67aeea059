//! The list of orders in each of its orders, page by page.
//!
//! A list is one or more *parts*, one behind the other, and each part is asked for by itself, from where the page before ended: `key <= place`
//! is found in an index, and only rows of the very same key are looked at again. So no database is asked where an empty day sorts, a page far
//! down costs what the first one does, and every order stands on exactly one page, however many are due on one day.
//!
//! By due day the parts are: what is open and has a day, the latest first; what is open and has none; what is done or cancelled, the one that
//! changed last first. It is ordered by `open_until`, which an order has only while it can still be late: by the day it was due, an order that
//! was closed a year ago would stand above everything that is late now.

use std::cmp::Ordering;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::{Backend, Filter, OrderRow, matching};
use crate::db::AnyConnection;
use crate::db::schema::orders;
use crate::foundation::page::Cursor;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::work_orders::model::{Priority, Status};

/// What is no longer to do; as text, word for word as in the indexes of a part of the rows (migration 0048).
const IS_DONE: &str = "status IN ('completed', 'verified', 'closed', 'cancelled')";
/// What is still to do, likewise.
const IS_OPEN: &str = "status NOT IN ('completed', 'verified', 'closed', 'cancelled')";
/// A number as people count, likewise; [`number_key`] says the same of one number.
const NUMBER_KEY: &str = "(substr(number, 1, 8) || cast(length(ltrim(substr(number, 9), '0')) as text) || ltrim(substr(number, 9), '0'))";

/// What a list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By due day, what is late first, then what has no day, then what is done.
    #[default]
    Due,
    /// The one that changed last first.
    Changed,
    /// The newest number first.
    Number,
    /// The most urgent first, each priority as [`Sort::Due`].
    Priority,
}

impl Sort {
    /// Every order that a list can have.
    pub const ALL: [Self; 4] = [Self::Due, Self::Changed, Self::Number, Self::Priority];

    /// The word in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Changed => "changed",
            Self::Number => "number",
            Self::Priority => "priority",
        }
    }

    /// The order that an address names.
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == word)
    }

    fn parts(self) -> Vec<Part> {
        let by_due = |priority: Option<Priority>| {
            let part = move |stands, by| Part { priority, stands, by };
            [
                part(Stands::Dated, By::Due),
                part(Stands::Undated, By::Changed),
                part(Stands::Done, By::Changed),
            ]
        };
        let whole = |by| vec![Part { priority: None, stands: Stands::Anywhere, by }];
        match self {
            Self::Due => by_due(None).to_vec(),
            Self::Changed => whole(By::Changed),
            Self::Number => whole(By::Number),
            Self::Priority => Priority::ALL.into_iter().rev().flat_map(|it| by_due(Some(it))).collect(),
        }
    }
}

/// Where a page ends: in which part, and below which row of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    part: usize,
    cursor: Cursor,
}

impl Place {
    /// URL-safe text; opaque to the reader.
    pub fn encode(&self) -> String {
        format!("{}.{}", self.part, self.cursor.encode())
    }

    /// Reads [`Place::encode`]'s text back.
    pub fn decode(text: &str) -> Result<Self> {
        let read = |text: &str| {
            let (part, cursor) = text.split_once('.')?;
            Some(Self { part: part.parse().ok()?, cursor: Cursor::decode(cursor).ok()? })
        };
        read(text).ok_or_else(|| Error::invalid("after", "this place in the list was not made here"))
    }
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub rows: Vec<OrderRow>,
    /// Where the next page begins; none where this is the last one.
    pub next: Option<Place>,
}

/// Up to `limit` orders below a place of the list that is ordered so.
pub fn page(
    conn: &mut AnyConnection,
    project: ProjectKey,
    filter: &Filter,
    sort: Sort,
    after: Option<&Place>,
    limit: usize,
) -> Result<Page> {
    let mut found: Vec<(usize, By, OrderRow)> = Vec::new();
    let begin = after.map_or(0, |place| place.part);
    for (at, part) in sort.parts().into_iter().enumerate().skip(begin) {
        let left = limit.saturating_add(1).saturating_sub(found.len());
        if left == 0 {
            break;
        }
        if !part.can_hold(filter) {
            continue;
        }
        let below = after.filter(|place| place.part == at).map(|place| &place.cursor);
        let rows = part.rows(conn, project, filter, below, left)?;
        found.extend(rows.into_iter().map(|row| (at, part.by, row)));
    }
    let has_more = found.len() > limit;
    found.truncate(limit);
    let last = found.last().filter(|_| has_more);
    let next = last.map(|(part, by, row)| Place { part: *part, cursor: by.place_of(row) });
    Ok(Page { rows: found.into_iter().map(|(_, _, row)| row).collect(), next })
}

/// How many orders a list would hold, counted no further than `most`.
pub fn count_up_to(conn: &mut AnyConnection, project: ProjectKey, filter: &Filter, most: i64) -> Result<i64> {
    let mut count = 0;
    for arm in arms(project, filter) {
        // Named, the order leads to an index that begins with what is narrowed by; a due time has such an index anyway.
        let arm = if filter.is_by_due() { arm } else { arm.order(orders::updated_at.desc()) };
        let ids: Vec<String> = arm.limit(most).select(orders::order_id).load(conn)?;
        count += i64::try_from(ids.len()).unwrap_or(most);
    }
    Ok(count.min(most))
}

/// The rows of a filter as questions without common rows. What somebody wrote, what they were given, what an agent has claimed and
/// what they answer for are questions of their own; as one, with an "or" in it, every order of the project is looked at.
pub(super) fn arms(project: ProjectKey, filter: &Filter) -> Vec<orders::BoxedQuery<'static, Backend>> {
    let Some(account) = filter.own.clone() else { return vec![matching(project, filter)] };
    let rest = || matching(project, &Filter { own: None, ..filter.clone() });
    let is_others = || orders::assignee_account.is_null().or(orders::assignee_account.ne(account.clone()));
    let mut arms = vec![
        rest().filter(orders::assignee_account.eq(account.clone())),
        rest().filter(orders::owner.eq(account.clone())).filter(is_others()),
    ];
    let by_others = || orders::owner.is_null().or(orders::owner.ne(account.clone()));
    let beside = || rest().filter(is_others()).filter(by_others());
    if let Some(agent) = filter.delegate.clone() {
        arms.push(beside().filter(orders::claimed_by.eq(agent)));
    } else if let Some(person) = filter.answering.clone() {
        arms.push(beside().filter(orders::accountable.eq(person)));
    }
    arms
}

/// A stretch of a list that is found in one index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    priority: Option<Priority>,
    stands: Stands,
    by: By,
}

/// Which orders a part holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Anywhere,
    /// Open, with a day.
    Dated,
    /// Open, without one.
    Undated,
    Done,
}

/// What the rows of a part are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Due,
    Changed,
    Number,
}

impl Part {
    /// Whether any order of this filter can stand here: what cannot is not asked for.
    fn can_hold(self, filter: &Filter) -> bool {
        let is_done = |status: &Status| status.is_done() || status.is_final();
        let mut wanted = filter.statuses.iter().copied().chain(filter.status);
        let fits = match self.stands {
            Stands::Anywhere => true,
            _ if filter.status.is_none() && filter.statuses.is_empty() => true,
            Stands::Done => wanted.any(|status| is_done(&status)),
            Stands::Dated | Stands::Undated => wanted.any(|status| !is_done(&status)),
        };
        let is_dated = matches!(self.stands, Stands::Anywhere | Stands::Dated) || !filter.is_by_due();
        let is_as_urgent =
            self.priority.is_none() || filter.priority.is_none() || self.priority == filter.priority;
        fits && is_dated && is_as_urgent
    }

    fn rows(
        self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        filter: &Filter,
        below: Option<&Cursor>,
        limit: usize,
    ) -> Result<Vec<OrderRow>> {
        let most = i64::try_from(limit).map_err(Error::internal)?;
        let mut rows: Vec<OrderRow> = Vec::new();
        let arms = arms(project, filter);
        let is_merged = arms.len() > 1;
        for arm in arms {
            rows.extend(self.by.rows(conn, self.by.below(self.narrow(arm), below), most)?);
        }
        if is_merged {
            rows.sort_by(|one, other| self.by.compare(one, other));
            rows.truncate(limit);
        }
        Ok(rows)
    }

    fn narrow(self, mut query: orders::BoxedQuery<'static, Backend>) -> orders::BoxedQuery<'static, Backend> {
        if let Some(priority) = self.priority {
            query = query.filter(orders::priority.eq(priority.as_str()));
        }
        match self.stands {
            Stands::Anywhere => query,
            Stands::Dated => query.filter(orders::open_until.is_not_null()),
            Stands::Undated => query.filter(orders::open_until.is_null()).filter(sql::<Bool>(IS_OPEN)),
            Stands::Done => query.filter(orders::open_until.is_null()).filter(sql::<Bool>(IS_DONE)),
        }
    }
}

impl By {
    /// Where a row stands.
    fn place_of(self, row: &OrderRow) -> Cursor {
        match self {
            Self::Due => Cursor { at: row.open_until().unwrap_or_default(), id: row.order_id.clone() },
            Self::Changed => Cursor { at: row.updated_at, id: row.order_id.clone() },
            Self::Number => Cursor { at: Timestamp(0), id: row.number.clone() },
        }
    }

    fn below(
        self,
        query: orders::BoxedQuery<'static, Backend>,
        place: Option<&Cursor>,
    ) -> orders::BoxedQuery<'static, Backend> {
        let Some(Cursor { at, id }) = place.cloned() else { return query };
        match self {
            Self::Due => {
                let until = || orders::open_until.assume_not_null();
                query.filter(until().ge(at)).filter(until().gt(at).or(orders::order_id.gt(id)))
            }
            Self::Changed => {
                let is_earlier = orders::updated_at.lt(at).or(orders::order_id.lt(id));
                query.filter(orders::updated_at.le(at)).filter(is_earlier)
            }
            Self::Number => {
                let key = number_key(&id);
                let is_smaller = stored_key().lt(key.clone()).or(orders::number.lt(id));
                query.filter(stored_key().le(key)).filter(is_smaller)
            }
        }
    }

    fn rows(
        self,
        conn: &mut AnyConnection,
        query: orders::BoxedQuery<'static, Backend>,
        limit: i64,
    ) -> Result<Vec<OrderRow>> {
        let query = match self {
            Self::Due => query.order((orders::open_until.asc(), orders::order_id.asc())),
            Self::Changed => query.order((orders::updated_at.desc(), orders::order_id.desc())),
            Self::Number => query.order((stored_key().desc(), orders::number.desc())),
        };
        Ok(query.limit(limit).select(OrderRow::as_select()).load(conn)?)
    }

    /// The order of two rows, as the database has it.
    fn compare(self, one: &OrderRow, other: &OrderRow) -> Ordering {
        let key = |row: &OrderRow| (number_key(&row.number), row.number.clone());
        match self {
            Self::Due => (one.open_until(), &one.order_id).cmp(&(other.open_until(), &other.order_id)),
            Self::Changed => (other.updated_at, &other.order_id).cmp(&(one.updated_at, &one.order_id)),
            Self::Number => key(other).cmp(&key(one)),
        }
    }
}

fn stored_key() -> SqlLiteral<Text> {
    sql::<Text>(NUMBER_KEY)
}

/// Year, how many digits, digits: `WO-2026-1000` stands behind `WO-2026-999`, as text it would stand before it.
fn number_key(number: &str) -> String {
    let (year, digits) = number.split_at_checked(8).unwrap_or((number, ""));
    let digits = digits.trim_start_matches('0');
    format!("{year}{}{digits}", digits.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_as_people_count() {
        let mut numbers = ["WO-2026-1000", "WO-2026-999", "WO-2025-2000", "WO-2026-002", "WO-2026-0010"];
        numbers.sort_by_key(|number| number_key(number));
        assert_eq!(numbers, ["WO-2025-2000", "WO-2026-002", "WO-2026-0010", "WO-2026-999", "WO-2026-1000"]);
    }

    #[test]
    fn a_place_is_read_back_and_nothing_else_is() {
        for (part, at, id) in [(0, 7, "x"), (14, -1, "WO-2026-001")] {
            let place = Place { part, cursor: Cursor { at: Timestamp(at), id: id.to_owned() } };
            assert_eq!(Place::decode(&place.encode()).unwrap(), place);
        }
        for text in ["", "0", "1.", "x.y", "-1.x", "."] {
            assert!(Place::decode(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parts_that_cannot_hold_what_is_looked_for_are_not_asked_for() {
        let stands = |filter: &Filter| -> Vec<Stands> {
            Sort::Due
                .parts()
                .into_iter()
                .filter(|part| part.can_hold(filter))
                .map(|part| part.stands)
                .collect()
        };
        let all = [Stands::Dated, Stands::Undated, Stands::Done];
        assert_eq!(stands(&Filter::default()), all);
        let of = |statuses: &[Status]| Filter { statuses: statuses.to_vec(), ..Filter::default() };
        assert_eq!(stands(&of(&[Status::Draft, Status::OnHold])), all[..2]);
        assert_eq!(stands(&of(&[Status::Closed])), all[2..]);
        assert_eq!(stands(&of(&[Status::Draft, Status::Closed])), all);
        assert_eq!(stands(&Filter { overdue_at: Some(Timestamp(0)), ..Filter::default() }), all[..1]);
        let urgent = Filter { priority: Some(Priority::High), ..Filter::default() };
        assert_eq!(Sort::Priority.parts().len(), 15);
        assert_eq!(Sort::Priority.parts().into_iter().filter(|part| part.can_hold(&urgent)).count(), 3);
    }
}
