//! GET /new-traces: rows of the list that came in since a moment, for pages that stay open.
//!
//! Each answer takes the traces first stored between two moments, so that none is shown twice and none is left out: the
//! list itself ends at the first of them; when more came in than one answer shows, its last row says so. The newest second is held back, because what is being committed then may carry
//! an earlier moment. Without scripts the page offers a link that loads it again.

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Data;
use askama::Template;

use crate::foundation::{Error, Result, Timestamp};
use crate::state::App;
use crate::traces::reads::listing::{self, From};
use crate::web::page::show;
use crate::web::{Form, Principal, WebResult};

use super::filters::Filters;
use super::list::{TraceLine, bare, lines, links};
use super::preview::previews;

/// Rows in one answer.
const MOST: i64 = 50;
/// Microseconds held back.
const HELD_BACK: i64 = 1_000_000;

/// Says where the next answer begins.
const UP_TO: &str = "x-rows-up-to";

/// What a live page needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// The list ends here; the next rows are those stored after.
    pub(super) up_to: Timestamp,
    /// Where new rows come from, without the moment.
    pub(super) source: String,
}

impl Tail {
    /// Whether the page is live: asked for, and in the order of time without a search.
    pub(super) fn read(request: &HttpRequest, filters: &Filters, now: Timestamp) -> Result<Option<Self>> {
        let form = Form::parse(request.query_string().as_bytes())?;
        let is_plain = filters.get("q").is_empty() && filters.chips().is_empty();
        let fits = filters.most_of().is_none() && is_plain && filters.linked().is_none();
        Ok((form.text("live") == "1" && fits).then(|| Self {
            up_to: now.plus_micros(-HELD_BACK),
            source: format!("/new-traces?{}&after=", filters.query()),
        }))
    }
}

#[derive(Template)]
#[template(path = "traces/new_rows.html")]
struct Rows {
    lines: Vec<TraceLine>,
    has_more: bool,
    filters: Filters,
}

/// GET /new-traces
pub(super) async fn tail(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let (filters, _) = Filters::read(request.query_string())?;
    let form = Form::parse(request.query_string().as_bytes())?;
    let now = app.now();
    let after = form.text("after").parse().map(Timestamp);
    let after = after.map_err(|_| Error::invalid("after", "this is no moment of a page"))?;
    let up_to = now.plus_micros(-HELD_BACK).max(after);
    let mut wanted = filters.wanted(now)?;
    wanted.arrived = (Some(after), Some(up_to));
    let (project, asker) = (who.project, who.0);
    let loaded = app.db.read(move |conn| {
        let page = listing::page(conn, project, &wanted, None, &From::Top, MOST)?;
        let links = links(conn, &asker, &page.rows)?;
        let previews = previews(conn, project, &page.rows)?;
        Ok((page.rows, page.has_more, links, previews))
    });
    let (rows, has_more, mut links, mut previews) = loaded.await?;
    let lines = lines(rows.into_iter().map(bare).collect(), &mut links, &mut previews, now);
    let mut answer = show(&Rows { lines, has_more, filters })?;
    answer.headers_mut().insert(HeaderName::from_static(UP_TO), HeaderValue::from(up_to.0));
    Ok(answer)
}
