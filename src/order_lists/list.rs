//! The list of orders, narrowed by what stands in the address.

use std::collections::BTreeMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, web};
use askama::Template;

use super::due_days;
use crate::foundation::page::Cursor;
use crate::foundation::{Action, Error, Grant, Result, Timestamp};
use crate::order_pages::text;
use crate::state::App;
use crate::web::charts::Svg;
use crate::web::format::Due;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};
use crate::work_orders::model::{Priority, Status};
use crate::work_orders::reads::{self, Filter, OrderRow, Progress};

/// Rows of one page.
const ROWS: usize = 50;
/// One more row than a page says whether there is another page.
const ROWS_AND_ONE: i64 = 51;

/// What an address says for orders that were given to nobody.
const NOBODY: &str = "nobody";

type Query = BTreeMap<String, String>;

#[derive(Template)]
#[template(path = "work_orders/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<ListRow>,
    query: Query,
    types: Vec<String>,
    next: Option<String>,
    /// The same list as a file.
    csv: String,
    is_narrowed: bool,
    may_import: bool,
}

struct ListRow {
    row: OrderRow,
    status: &'static str,
    tone: &'static str,
    due: Option<Due>,
    is_late: bool,
    changed: text::Html,
    progress: Progress,
    bar: Svg,
}

/// GET `/work-orders`: fields `q`, `status`, `priority`, `type`, `assignee` (an account, `me` or `nobody`), `overdue`, `failed`,
/// `changed`, `after`.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: web::Query<Query>,
) -> WebResult {
    let (query, now, project) = (query.into_inner(), app.now(), who.project);
    let filter = filter_of(&query, &who, now)?;
    let after = given(&query, "after").map(Cursor::decode).transpose()?;
    let read = move |conn: &mut crate::db::AnyConnection| {
        let rows = reads::list(conn, project, &filter, after.as_ref(), ROWS_AND_ONE)?;
        Ok((rows, reads::types(conn, project)?))
    };
    let (mut rows, types) = app.db.read(read).await?;
    let has_more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let next = rows.last().filter(|_| has_more).map(|last| next_address(&query, last)).transpose()?;
    let is_narrowed = query.iter().any(|(name, value)| name != "after" && !value.is_empty());
    show_page(&ListPage {
        shell: Shell::of_tab(&request, "Work orders", "list"),
        rows: rows.into_iter().map(|row| ListRow::of(row, now)).collect(),
        may_import: who.may(Action::CreateDraft) > Grant::Never,
        csv: csv_address(&query)?,
        query,
        types,
        next,
        is_narrowed,
    })
}

fn given<'a>(query: &'a Query, name: &str) -> Option<&'a str> {
    query.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// What an address narrows the list to, for whoever asks.
pub(super) fn filter_of(query: &Query, who: &Principal, now: Timestamp) -> Result<Filter> {
    let own = who.may(Action::ViewOrders) < Grant::Any;
    let assignee = given(query, "assignee");
    let account = assignee.filter(|word| *word != NOBODY);
    Ok(Filter {
        status: given(query, "status").map(|word| read("status", Status::read(word))).transpose()?,
        priority: given(query, "priority").map(|word| read("priority", Priority::read(word))).transpose()?,
        order_type: given(query, "type").map(str::to_owned),
        assignee: account.map(|word| if word == "me" { who.actor.id.clone() } else { word.to_owned() }),
        unassigned: assignee == Some(NOBODY),
        words: given(query, "q").unwrap_or_default().to_owned(),
        overdue_at: given(query, "overdue").map(|_| now),
        own: own.then(|| who.actor.id.clone()),
        has_failed: given(query, "failed").is_some(),
        plan_changed: given(query, "changed").is_some(),
        due_between: due_days::asked(query)?,
        without_day: due_days::is_none(query),
    })
}

fn read<T>(field: &'static str, found: Option<T>) -> Result<T> {
    found.ok_or_else(|| Error::invalid(field, "this word is not known; choose one of the list"))
}

fn csv_address(query: &Query) -> Result<String> {
    let text = serde_urlencoded::to_string(query).map_err(Error::internal)?;
    Ok(if text.is_empty() { "/work-orders.csv".to_owned() } else { format!("/work-orders.csv?{text}") })
}

fn next_address(query: &Query, last: &OrderRow) -> Result<String> {
    let mut query = query.clone();
    let cursor = Cursor { at: last.updated_at, id: last.order_id.clone() };
    query.insert("after".to_owned(), cursor.encode());
    let text = serde_urlencoded::to_string(&query).map_err(Error::internal)?;
    Ok(format!("/work-orders?{text}"))
}

impl ListRow {
    fn of(row: OrderRow, now: Timestamp) -> Self {
        Self {
            status: row.status().label(),
            tone: text::tone_of(row.status()),
            due: row.due_at.map(|until| Due::new(until, now)),
            is_late: row.is_overdue(now),
            changed: text::moment(row.updated_at, now),
            progress: row.progress(),
            bar: text::bar(row.progress()),
            row,
        }
    }
}

impl ListPage {
    fn value(&self, name: &str) -> &str {
        self.query.get(name).map_or("", String::as_str)
    }

    fn statuses() -> [(&'static str, &'static str); 9] {
        Status::ALL.map(|status| (status.as_str(), status.label()))
    }

    fn priorities() -> [&'static str; 5] {
        Priority::ALL.map(Priority::as_str)
    }
}
