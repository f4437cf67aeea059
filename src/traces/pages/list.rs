//! GET /traces: the traces of the project, newest first, with filters in the address.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;

use crate::foundation::money::NanoDollars;
use crate::foundation::page::Cursor;
use crate::foundation::{Result, Timestamp};
use crate::state::App;
use crate::traces::reads::{self, TraceFilter, TraceRow};
use crate::web::format::{self, shown};
use crate::web::page::show;
use crate::web::{Principal, Shell, WebResult};

use super::filters::Filters;
use super::hooks::{PageHooks, TraceLink};
use super::{hooks_of, host_of};

/// Rows on one page.
const PAGE: usize = 50;

#[derive(Template)]
#[template(path = "traces/list.html")]
pub(super) struct ListPage {
    shell: Shell,
    filters: Filters,
    lines: Vec<Line>,
    older: Option<String>,
    has_links: bool,
    host: String,
}

/// One trace as the table shows it.
pub(super) struct Line {
    id: String,
    name: String,
    at: Timestamp,
    when: String,
    duration: String,
    spans: String,
    tokens: String,
    cost: Option<String>,
    errors: i64,
    warnings: i64,
    user: Option<String>,
    session: Option<String>,
    links: Vec<TraceLink>,
}

/// GET /traces
pub(super) async fn list(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let (filters, after) = Filters::read(request.query_string())?;
    let wanted = wanted(&filters)?;
    let (hooks, project) = (hooks_of(&request), who.project);
    let rows = app.db.read(move |conn| {
        let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
        let mut rows = reads::list(conn, project, &wanted, after.as_ref(), limit)?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let mut links = Vec::with_capacity(rows.len());
        for row in &rows {
            links.push(hooks.links(conn, project, &row.trace_id)?);
        }
        Ok((rows.into_iter().zip(links).collect::<Vec<_>>(), more))
    });
    let (rows, more) = rows.await?;
    let shell = Shell::of(&request, "Traces", "traces");
    show(&page(shell, filters, rows, more, hooks, host_of(&request, &app), app.now()))
}

fn wanted(filters: &Filters) -> Result<TraceFilter> {
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Ok(TraceFilter {
        q: text(&filters.q),
        user: text(&filters.user),
        session: text(&filters.session),
        environment: text(&filters.environment),
        tag: text(&filters.tag),
        model: text(&filters.model),
        errors: filters.errors,
        from: filters.since()?,
        to: filters.until()?,
        ..TraceFilter::default()
    })
}

pub(super) fn page(
    shell: Shell,
    filters: Filters,
    rows: Vec<(TraceRow, Vec<TraceLink>)>,
    more: bool,
    hooks: PageHooks,
    host: String,
    now: Timestamp,
) -> ListPage {
    let last = rows.last().filter(|_| more).map(|(row, _)| row);
    let older = last.map(|row| filters.older_than(&Cursor { at: row.start_at, id: row.trace_id.clone() }));
    let lines = rows.into_iter().map(|(row, links)| line(row, links, now)).collect();
    ListPage { shell, filters, lines, older, has_links: hooks.links_of.is_some(), host }
}

fn line(row: TraceRow, links: Vec<TraceLink>, now: Timestamp) -> Line {
    Line {
        name: shown(row.name.as_deref().unwrap_or_default()),
        at: row.start_at,
        when: format::moment(row.start_at, now),
        duration: format::duration(row.duration()),
        spans: format::number(row.observation_count),
        tokens: format::number(row.total_tokens),
        cost: (row.cost_nanos != 0).then(|| NanoDollars(row.cost_nanos).to_string()),
        errors: row.error_count,
        warnings: row.warning_count,
        user: row.user_id.as_deref().map(shown),
        session: row.session_id.as_deref().map(shown),
        links,
        id: row.trace_id,
    }
}
