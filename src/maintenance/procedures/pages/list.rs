//! The list of procedures, narrowed by words.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;

use super::views::day;
use crate::db::AnyConnection;
use crate::foundation::{Action, Grant, Timestamp};
use crate::maintenance::procedures::model::State;
use crate::maintenance::procedures::reads::{self, Listed, VersionRow};
use crate::order_pages::text::Html;
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

/// Rows of the page.
const ROWS: i64 = 500;

#[derive(Template)]
#[template(path = "procedures/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<RowView>,
    q: String,
    /// Versions that wait for their review, in the whole project.
    waiting: i64,
    none_at_all: bool,
    /// There may be more than these.
    is_cut: bool,
    may_write: bool,
}

struct RowView {
    code: String,
    title: String,
    is_retired: bool,
    order_type: String,
    /// The number of the version in use, and the day from which it is.
    in_use: Option<(i64, Option<Html>)>,
    coming: Option<(i64, Option<Html>)>,
    /// The version that is not settled: its number, where it stands, its chip.
    open: Option<(i64, &'static str)>,
    by_agent: bool,
    orders: i64,
}

impl RowView {
    fn of(listed: Listed, now: Timestamp) -> Self {
        let dated =
            |version: &VersionRow| (version.number, version.effective_from.map(|from| day(from, now)));
        let open = listed.open.as_ref();
        let typed = listed.in_use.as_ref().or(listed.coming.as_ref()).or(open);
        Self {
            order_type: typed.map(|version| version.order_type.clone()).unwrap_or_default(),
            in_use: listed.in_use.as_ref().map(dated),
            coming: listed.coming.as_ref().map(dated),
            open: open.map(|version| (version.number, open_words(version.state()))),
            by_agent: open.is_some_and(|version| version.by_agent),
            code: listed.row.code,
            title: listed.row.title,
            is_retired: listed.row.retired_at.is_some(),
            orders: listed.orders,
        }
    }
}

fn open_words(state: State) -> &'static str {
    match state {
        State::Submitted => "waits for review",
        State::Returned => "was returned",
        _ => "is a draft",
    }
}

/// GET `/procedures`: field `q`.
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    who: Principal,
    query: Query<BTreeMap<String, String>>,
) -> WebResult {
    let (asker, now) = (who.0.clone(), app.now());
    let q = query.get("q").map(|words| words.replace('\0', "")).unwrap_or_default();
    let words = q.clone();
    let read = move |conn: &mut AnyConnection| {
        let rows = reads::list(conn, &asker, &words, now, ROWS)?;
        let none_at_all = rows.is_empty() && reads::is_empty(conn, asker.project)?;
        Ok((rows, none_at_all, reads::waiting(conn, asker.project)?))
    };
    let (rows, none_at_all, waiting) = app.db.read(read).await?;
    show_page(&ListPage {
        shell: Shell::of_tab(&request, "Procedures", "procedures"),
        is_cut: i64::try_from(rows.len()).is_ok_and(|count| count == ROWS),
        rows: rows.into_iter().map(|row| RowView::of(row, now)).collect(),
        q,
        waiting,
        none_at_all,
        may_write: who.may(Action::WriteProcedure) > Grant::Never,
    })
}
