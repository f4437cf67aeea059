//! The board: open work side by side by where it stands, to see where it is stuck.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::cards::{Card, address};
use super::filters::filter_of;
use crate::db::AnyConnection;
use crate::foundation::{Action, Grant, ProjectKey, Result, Timestamp};
use crate::order_pages::text;
use crate::state::App;
use crate::web::format::number;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};
use crate::work_orders::model::{Priority, Status};
use crate::work_orders::reads::board::{COUNTED, LaneCount, count, lane};
use crate::work_orders::reads::{self, Filter, OrderRow};

/// Cards of one lane; what is more is a link.
const CARDS: i64 = 30;

/// The lanes, in the order of the life cycle.
const LANES: [Status; 6] = [
    Status::Submitted,
    Status::Approved,
    Status::InProgress,
    Status::OnHold,
    Status::Completed,
    Status::Verified,
];

/// What an address of the list says that means nothing here.
const NOT_OF_THE_BOARD: [&str; 5] = ["status", "after", "lane", "sort", "view"];
/// What the form of the board asks for itself.
const ASKED: [&str; 4] = ["q", "type", "priority", "assignee"];

type Query = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "work_orders/board/page.html")]
struct BoardPage {
    shell: Shell,
    query: Query,
    types: Vec<String>,
    lanes: Vec<Lane>,
    /// What stands in no lane: words and the list of it.
    not_shown: Vec<(String, String)>,
    is_narrowed: bool,
    may_import: bool,
}

struct Lane {
    status: &'static str,
    label: &'static str,
    tone: &'static str,
    count: i64,
    late: i64,
    cards: Vec<Card>,
    /// The list of the lane.
    href: String,
    late_href: String,
    /// The board with this lane, where there is room for one only.
    alone: String,
    is_here: bool,
}

/// What the database says.
struct Found {
    lanes: Vec<(Status, LaneCount, Vec<OrderRow>)>,
    drafts: i64,
    cancelled: i64,
    types: Vec<String>,
}

/// GET `/work-orders/board`: the filters of the list, and `lane`, the one that a phone shows.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: web::Query<Query>,
) -> WebResult {
    let (asked, now, project) = (query.into_inner(), app.now(), who.project);
    let chosen = asked.get("lane").and_then(|word| Status::read(word));
    let query = narrowing(asked);
    let filter = filter_of(&query, &who, now)?;
    let found = app.db.read(move |conn| read(conn, project, &filter, now)).await?;
    let here = here(chosen, &found);
    let not_shown = not_shown(&query, &found)?;
    let lanes = found.lanes.into_iter().map(|lane| Lane::of(lane, &query, here, now));
    show_page(&BoardPage {
        shell: Shell::of_tab(&request, "Board of work orders", "board"),
        lanes: lanes.collect::<Result<_>>()?,
        is_narrowed: !query.is_empty(),
        may_import: who.may(Action::CreateDraft) > Grant::Never,
        types: found.types,
        not_shown,
        query,
    })
}

/// What of an address narrows the board.
fn narrowing(asked: Query) -> Query {
    let narrows = |(name, value): &(String, String)| {
        !value.trim().is_empty() && !NOT_OF_THE_BOARD.contains(&name.as_str())
    };
    asked.into_iter().filter(narrows).collect()
}

fn read(conn: &mut AnyConnection, project: ProjectKey, filter: &Filter, now: Timestamp) -> Result<Found> {
    let mut lanes = Vec::new();
    for status in LANES {
        let counted = count(conn, project, filter, status, now)?;
        let rows = if counted.all > 0 { lane(conn, project, filter, status, CARDS)? } else { Vec::new() };
        lanes.push((status, counted, rows));
    }
    Ok(Found {
        lanes,
        drafts: count(conn, project, filter, Status::Draft, now)?.all,
        cancelled: count(conn, project, filter, Status::Cancelled, now)?.all,
        types: reads::types(conn, project)?,
    })
}

/// The lane that a phone shows: the chosen one, else the first with something in it.
fn here(chosen: Option<Status>, found: &Found) -> Status {
    let first = || found.lanes.iter().find(|(_, counted, _)| counted.all > 0).map(|(status, ..)| *status);
    let chosen = chosen.filter(|status| LANES.contains(status));
    chosen.or_else(first).unwrap_or(Status::Submitted)
}

/// Closed orders are the archive, which only grows: they are named and not counted.
fn not_shown(query: &Query, found: &Found) -> Result<Vec<(String, String)>> {
    let counted = |status: Status, count: i64| -> Result<(String, String)> {
        let word = status.label().to_lowercase();
        let words = match (status, count) {
            (Status::Draft, 1) => "1 draft".to_owned(),
            (Status::Draft, _) => format!("{} drafts", told(count)),
            (Status::Closed, _) => word,
            _ => format!("{} {word}", told(count)),
        };
        Ok((words, address("/work-orders", query, &[("status", status.as_str())])?))
    };
    [
        counted(Status::Draft, found.drafts),
        counted(Status::Closed, 0),
        counted(Status::Cancelled, found.cancelled),
    ]
    .into_iter()
    .collect()
}

/// A number as counted: `1 000+` where that was not to the end.
fn told(count: i64) -> String {
    if count > COUNTED { format!("{}+", number(COUNTED)) } else { number(count) }
}

impl Lane {
    fn of(
        (status, counted, rows): (Status, LaneCount, Vec<OrderRow>),
        query: &Query,
        here: Status,
        now: Timestamp,
    ) -> Result<Self> {
        let list = |more: &[(&str, &str)]| {
            let state = [("status", status.as_str())];
            address("/work-orders", query, &[state.as_slice(), more].concat())
        };
        // A move leads back to the lane that its card stood in.
        let alone = address("/work-orders/board", query, &[("lane", status.as_str())])?;
        Ok(Self {
            status: status.as_str(),
            label: status.label(),
            tone: text::tone_of(status),
            count: counted.all,
            late: counted.late,
            href: list(&[])?,
            late_href: list(&[("overdue", "1")])?,
            is_here: status == here,
            cards: rows.into_iter().map(|row| Card::of(row, &alone, now)).collect::<Result<_>>()?,
            alone,
        })
    }

    fn count(&self) -> String {
        told(self.count)
    }

    fn late(&self) -> String {
        told(self.late)
    }

    /// What is said of orders that have no card here, if any have none.
    fn more(&self) -> Option<String> {
        let more = self.count - i64::try_from(self.cards.len()).unwrap_or(self.count);
        (more > 0)
            .then(|| if self.count > COUNTED { "and more".to_owned() } else { format!("and {more} more") })
    }

    fn nothing(&self) -> String {
        format!("Nothing is {}.", self.label.to_lowercase())
    }
}

impl BoardPage {
    fn value(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    /// What else narrows the board and has no field in its form.
    fn kept(&self) -> Vec<(&String, &String)> {
        self.query.iter().filter(|(name, _)| !ASKED.contains(&name.as_str())).collect()
    }

    fn priorities() -> [&'static str; 5] {
        Priority::ALL.map(Priority::as_str)
    }

    fn is_empty(&self) -> bool {
        self.lanes.iter().all(|lane| lane.count == 0)
    }
}
