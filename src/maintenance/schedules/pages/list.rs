//! The list of schedules: those that cannot make their orders first, then by the day that comes next.

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use super::views::{mark, next, why};
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::maintenance::procedures::reads as procedures;
use crate::maintenance::schedules::reads::{self, ScheduleRow, State};
use crate::maintenance::schedules::words;
use crate::order_pages::text::Html;
use crate::state::App;
use crate::web::page::show as show_page;
use crate::web::{Principal, Shell, WebResult};

/// Rows of the page.
const ROWS: i64 = 500;

#[derive(Template)]
#[template(path = "schedules/list.html")]
struct ListPage {
    shell: Shell,
    rows: Vec<RowView>,
    may_keep: bool,
    is_cut: bool,
}

struct RowView {
    code: String,
    /// Code and title of the procedure.
    procedure: (String, String),
    every: String,
    mark: (&'static str, &'static str),
    why: String,
    next: Html,
    is_ended: bool,
    goes_to: String,
    asset: String,
    /// The number of the order made last, for whoever sees every order.
    last: String,
    made: i64,
}

/// GET `/schedules`
pub async fn show(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let (asker, now) = (who.0.clone(), app.now());
    let rows = app.db.read(move |conn| rows(conn, &asker, now)).await?;
    show_page(&ListPage {
        shell: Shell::of_tab(&request, "Schedules", "schedules"),
        is_cut: i64::try_from(rows.len()).is_ok_and(|count| count == ROWS),
        rows,
        may_keep: who.may(Action::KeepSchedules) > Grant::Never,
    })
}

fn rows(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Vec<RowView>> {
    let mut procedures: HashMap<String, (String, String)> = HashMap::new();
    let mut rows = Vec::new();
    for row in reads::list(conn, who.project, ROWS)? {
        if !procedures.contains_key(&row.procedure_id) {
            let found = procedures::by_id(conn, who.project, &row.procedure_id)?;
            let named = found.map(|it| (it.code, it.title)).unwrap_or_default();
            procedures.insert(row.procedure_id.clone(), named);
        }
        let procedure = procedures.get(&row.procedure_id).cloned().unwrap_or_default();
        rows.push(RowView::of(row, procedure, who, now)?);
    }
    Ok(rows)
}

impl RowView {
    fn of(row: ScheduleRow, procedure: (String, String), who: &Asker, now: Timestamp) -> Result<Self> {
        let (sees_all, terms) = (who.may(Action::ViewOrders) == Grant::Any, row.terms()?);
        let kind = terms.assignee.as_ref().and_then(|to| to.kind);
        Ok(Self {
            procedure,
            every: words::every(&terms),
            goes_to: kind.map_or_else(|| row.assignee_name.clone(), |kind| kind.marked(&row.assignee_name)),
            mark: mark(&row),
            why: why(&row),
            next: next(&row, now),
            is_ended: row.state() == State::Ended,
            last: Some(row.last_number).filter(|_| sees_all).unwrap_or_default(),
            code: row.code,
            asset: row.asset_tag,
            made: row.made,
        })
    }
}
