//! GET /traces: the traces of the project, newest first, with filters and full-text search in the address.

use std::collections::HashMap;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use askama::Template;

use crate::audit::unknown_places;
use crate::db::AnyConnection;
use crate::fields::Field;
use crate::foundation::money::NanoDollars;
use crate::foundation::page::Cursor;
use crate::foundation::{Asker, Error, FieldErrors, Result, Timestamp};
use crate::search;
use crate::search::{Hit, Query, Snippet};
use crate::state::App;
use crate::traces::reads::TraceRow;
use crate::traces::reads::listing::{self, From, ListFilter};
use crate::web::format::{self, Time, shown};
use crate::web::page::show_with;
use crate::web::{Principal, Shell, WebResult};

use super::filters::{self, Filters, Place, RANGES};
use super::host_of;
use super::pairs::short_name;
use super::parts::models;
use super::preview::{Preview, previews};
use super::saved::{self, Kept};
use super::tail::Tail;
use super::unknown::COUNTED;
use super::uses::{self, TraceLink};

/// Rows on one page.
const PAGE: usize = 50;
/// The same for the database.
const ROWS: i64 = 50;
/// Links to orders shown in one row.
const MOST_LINKS: usize = 6;
/// Rows that a page looks at for links.
const MOST_LINK_ROWS: usize = 2_000;

#[derive(Template)]
#[template(path = "traces/list.html")]
pub(super) struct ListPage {
    pub(super) shell: Shell,
    pub(super) filters: Filters,
    pub(super) lines: Vec<TraceLine>,
    pub(super) older: Option<String>,
    pub(super) host: String,
    pub(super) search: Option<SearchNote>,
    /// Why the page may be shorter than what there is.
    pub(super) cut: Option<String>,
    pub(super) kept: Vec<Kept>,
    /// Places that traces name and that are not there, counted up to a bound.
    pub(super) unknown: usize,
    pub(super) tail: Option<Tail>,
    /// What is wrong with the filters; then nothing is looked up, and what was typed stays.
    pub(super) faults: Vec<String>,
}

/// What the page says about its search.
#[derive(Debug, Default)]
pub(super) struct SearchNote {
    notes: Vec<String>,
    /// Up to when the index has come, when it is behind.
    behind: Option<(Time, String)>,
    is_filling: bool,
}

/// One trace as the table shows it.
pub(super) struct TraceLine {
    pub(super) id: String,
    /// The id for reading, unlike those beside it.
    pub(super) short: String,
    pub(super) name: String,
    pub(super) when: Time,
    pub(super) duration: String,
    pub(super) spans: String,
    pub(super) tokens: String,
    pub(super) cost: Option<String>,
    pub(super) errors: i64,
    pub(super) warnings: i64,
    pub(super) user: Option<String>,
    pub(super) session: Option<String>,
    pub(super) models: String,
    pub(super) links: Vec<TraceLink>,
    /// Links that are not shown.
    pub(super) more_links: usize,
    pub(super) preview: Preview,
    /// The observation that was found; empty for none.
    pub(super) observation: String,
    pub(super) snippet: Option<Snippet>,
}

/// Everything read for one page.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) rows: Vec<Hit>,
    pub(super) links: HashMap<String, Vec<TraceLink>>,
    pub(super) previews: HashMap<String, Preview>,
    pub(super) next: Option<Place>,
    pub(super) cut: Option<String>,
    pub(super) search: Option<SearchNote>,
}

impl Loaded {
    /// Says that older traces were not looked at, and goes on there.
    fn stop_at(&mut self, looked_back_to: Option<Timestamp>) {
        self.cut = looked_back_to.map(looked_back);
        self.next = looked_back_to.map(|at| Place::Older(Cursor { at, id: String::new() }));
    }
}

fn looked_back(at: Timestamp) -> String {
    let most = format::number(listing::MOST_LOOKED_AT);
    format!("Of the time asked for, the newest {most} traces were looked at: back to {}.", at.to_minute())
}

/// GET /traces
pub(super) async fn list(request: HttpRequest, app: Data<App>, who: Principal) -> WebResult {
    let (filters, place) = Filters::read(request.query_string())?;
    let now = app.now();
    let tail = Tail::read(&request, &filters, now)?;
    let asked = filters.wanted(now).and_then(|wanted| Ok((wanted, filters.keyed()?)));
    let (loaded, faults) = match asked {
        Ok((mut wanted, keyed)) => {
            wanted.arrived.1 = tail.as_ref().map(|tail| tail.up_to);
            let query = Query { keyed, ..Query::read(filters.get("q")) };
            let is_search = !filters.get("q").is_empty() || !query.keyed.is_empty();
            let loaded = if is_search {
                found(&app, &who, &filters, query, wanted, &place).await?
            } else {
                listed(&app, &who, &filters, wanted, place).await?
            };
            (loaded, Vec::new())
        }
        Err(Error::Invalid(faults)) => (Loaded::default(), in_words(&faults)),
        Err(cause) => return Err(cause.into()),
    };
    let (project, asker) = (who.project, who.clone());
    let rows: Vec<TraceRow> = loaded.rows.iter().map(|hit| hit.trace.clone()).collect();
    let read = app.db.read(move |conn| {
        let kept = saved::kept(conn, &asker)?;
        let previews = previews(conn, project, &rows)?;
        Ok((kept, unknown_places::count(conn, project, COUNTED)?, Loaded { previews, ..loaded }))
    });
    let (kept, unknown, loaded) = read.await?;
    let shell = Shell::of(&request, "Traces", "traces");
    let host = host_of(&request, &app);
    let page = page(shell, filters, loaded, host, now);
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    show_with(status, &ListPage { kept, unknown, tail, faults, ..page })
}

/// Each fault under the name that its field has on the page.
fn in_words(faults: &FieldErrors) -> Vec<String> {
    faults.0.iter().map(|fault| format!("{}: {}.", filters::label_of(&fault.path), fault.message)).collect()
}

async fn listed(
    app: &App,
    asker: &Asker,
    filters: &Filters,
    wanted: ListFilter,
    place: Place,
) -> Result<Loaded> {
    let (most_of, linked, asker) = (filters.most_of(), filters.linked(), asker.clone());
    app.db
        .read(move |conn| match linked {
            None => plain(conn, &asker, &wanted, most_of, &place.start()),
            Some(linked) => by_link(conn, &asker, &wanted, place.start(), linked),
        })
        .await
}

fn plain(
    conn: &mut AnyConnection,
    asker: &Asker,
    wanted: &ListFilter,
    most_of: Option<&Field>,
    from: &From,
) -> Result<Loaded> {
    let page = listing::page(conn, asker.project, wanted, most_of, from, ROWS)?;
    let links = links(conn, asker, &page.rows)?;
    let next = match (most_of, from, page.rows.last()) {
        (None, _, Some(last)) if page.has_more => {
            Some(Place::Older(Cursor { at: last.start_at, id: last.trace_id.clone() }))
        }
        // What was not looked at begins below the oldest that was.
        (None, ..) => page.looked_back_to.map(|at| Place::Older(Cursor { at, id: String::new() })),
        (_, From::Skip(rows), _) if page.has_more => Some(Place::Skip(rows + ROWS)),
        (_, _, _) if page.has_more => Some(Place::Skip(ROWS)),
        _ => None,
    };
    let cut = page.looked_back_to.filter(|_| most_of.is_some() || !page.has_more).map(looked_back);
    let rows = page.rows.into_iter().map(bare).collect();
    Ok(Loaded { rows, links, next, cut, ..Loaded::default() })
}

/// Only another feature knows links, so rows are read and asked about until the page is full. A link to an order that
/// they may not see is none for them.
fn by_link(
    conn: &mut AnyConnection,
    asker: &Asker,
    wanted: &ListFilter,
    mut from: From,
    linked: bool,
) -> Result<Loaded> {
    let mut loaded = Loaded::default();
    let mut looked_at = 0;
    loop {
        let page = listing::page(conn, asker.project, wanted, None, &from, 250)?;
        let links = links(conn, asker, &page.rows)?;
        looked_at += page.rows.len();
        let Some(last) = page.rows.last().map(|row| Cursor { at: row.start_at, id: row.trace_id.clone() })
        else {
            loaded.stop_at(page.looked_back_to);
            return Ok(loaded);
        };
        for row in page.rows.into_iter().filter(|row| links.contains_key(&row.trace_id) == linked) {
            if loaded.rows.len() == PAGE {
                let last = loaded.rows.last().map(|hit| &hit.trace);
                loaded.next =
                    last.map(|row| Place::Older(Cursor { at: row.start_at, id: row.trace_id.clone() }));
                return Ok(loaded);
            }
            loaded.rows.push(bare(row));
        }
        loaded.links.extend(links);
        if !page.has_more {
            loaded.stop_at(page.looked_back_to);
            return Ok(loaded);
        }
        if looked_at >= MOST_LINK_ROWS {
            loaded.cut = Some(format!(
                "{} traces were looked at, back to {}; go on with Older.",
                format::number(i64::try_from(looked_at).unwrap_or(i64::MAX)),
                last.at.to_minute()
            ));
            loaded.next = Some(Place::Older(last));
            return Ok(loaded);
        }
        from = From::Below(last);
    }
}

async fn found(
    app: &App,
    asker: &Asker,
    filters: &Filters,
    query: Query,
    wanted: ListFilter,
    place: &Place,
) -> Result<Loaded> {
    let mut note = SearchNote { notes: query.notes.clone(), ..SearchNote::default() };
    let below = if let Place::Below(doc) = place { Some(*doc) } else { None };
    let found = search::find(app, asker.project, query, wanted, below, PAGE).await?;
    let (now, state) = (app.now(), search::state(app).await?);
    note.is_filling = state.is_filling;
    let is_late = state.is_filling || state.behind > 5_000_000;
    note.behind = is_late.then(|| (Time::new(state.up_to, now), format::duration(state.behind)));
    let rows: Vec<TraceRow> = found.hits.iter().map(|hit| hit.trace.clone()).collect();
    let who = asker.clone();
    let links = app.db.read(move |conn| links(conn, &who, &rows)).await?;
    let cut = found.is_cut.then(|| why_cut(found.is_broad).to_owned());
    let mut hits = found.hits;
    if let Some(linked) = filters.linked() {
        hits.retain(|hit| links.contains_key(&hit.trace.trace_id) == linked);
    }
    let next = found.next.map(Place::Below);
    Ok(Loaded { rows: hits, links, next, cut, search: Some(note), ..Loaded::default() })
}

/// Why a search stopped before the page was full.
fn why_cut(is_broad: bool) -> &'static str {
    if is_broad {
        "Too broad for the index: only the newest texts were read. Add a rarer word, make the beginning before * longer, \
         or go on with Older."
    } else {
        "The search stopped at its limit of time; go on with Older."
    }
}

pub(super) fn links(
    conn: &mut AnyConnection,
    asker: &Asker,
    rows: &[TraceRow],
) -> Result<HashMap<String, Vec<TraceLink>>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.trace_id.as_str()).collect();
    uses::links_of_many(conn, asker, &ids)
}

/// A row that no search found.
pub(super) fn bare(trace: TraceRow) -> Hit {
    Hit { trace, observation_id: String::new(), snippet: None }
}

pub(super) fn page(shell: Shell, filters: Filters, loaded: Loaded, host: String, now: Timestamp) -> ListPage {
    let (mut links, mut previews) = (loaded.links, loaded.previews);
    ListPage {
        shell,
        older: loaded.next.map(|place| filters.at(&place)),
        lines: lines(loaded.rows, &mut links, &mut previews, now),
        host,
        search: loaded.search,
        cut: loaded.cut,
        kept: Vec::new(),
        unknown: 0,
        tail: None,
        faults: Vec::new(),
        filters,
    }
}

pub(super) fn lines(
    rows: Vec<Hit>,
    links: &mut HashMap<String, Vec<TraceLink>>,
    previews: &mut HashMap<String, Preview>,
    now: Timestamp,
) -> Vec<TraceLine> {
    let ids: Vec<String> = rows.iter().map(|hit| hit.trace.trace_id.clone()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut shorts = format::short_ids(&ids);
    rows.into_iter()
        .map(|hit| {
            let short = shorts.remove(hit.trace.trace_id.as_str()).unwrap_or_default();
            let links = links.remove(&hit.trace.trace_id).unwrap_or_default();
            let preview = previews.remove(&hit.trace.trace_id).unwrap_or_default();
            TraceLine { short, ..line(hit, links, preview, now) }
        })
        .collect()
}

fn line(hit: Hit, mut links: Vec<TraceLink>, preview: Preview, now: Timestamp) -> TraceLine {
    let row = hit.trace;
    let more_links = links.len().saturating_sub(MOST_LINKS);
    links.truncate(MOST_LINKS);
    TraceLine {
        name: short_name(row.name.as_deref().unwrap_or_default()),
        when: Time::new(row.start_at, now),
        duration: format::duration(row.duration()),
        spans: spans(row.observation_count),
        tokens: preview.tokens(row.total_tokens),
        cost: (row.cost_nanos != 0).then(|| NanoDollars(row.cost_nanos).to_string()),
        errors: row.error_count,
        warnings: row.warning_count,
        user: row.user_id.as_deref().map(shown),
        session: row.session_id.as_deref().map(shown),
        models: models(&row.models),
        links,
        more_links,
        preview,
        observation: hit.observation_id,
        snippet: hit.snippet,
        short: format::short_id(&row.trace_id),
        id: row.trace_id,
    }
}

/// `1 span`, `5 spans`.
fn spans(count: i64) -> String {
    format!("{} span{}", format::number(count), if count == 1 { "" } else { "s" })
}

impl ListPage {
    /// The ranges to choose from: address, words, whether it is this one.
    fn ranges(&self) -> Vec<(String, &'static str, bool)> {
        let any = (self.filters.with("range", ""), "any time", self.filters.get("range").is_empty());
        let ranges = RANGES.iter().map(|(name, _, words)| {
            (self.filters.with("range", name), *words, self.filters.is("range", name))
        });
        std::iter::once(any).chain(ranges).collect()
    }

    /// Whether new rows may be put on top: in the order of starts, of what the database alone tests.
    fn may_watch(&self) -> bool {
        ["q", "sort", "linked"].iter().all(|name| self.filters.get(name).is_empty())
            && self.filters.chips().is_empty()
    }

    /// What acts at once: address, words, whether it is on.
    fn switches(&self) -> [(String, &'static str, bool); 2] {
        [("errors", "Errors only"), ("llm", "With a model call")].map(|(name, words)| {
            let is_on = self.filters.is(name, "1");
            (self.filters.with(name, if is_on { "" } else { "1" }), words, is_on)
        })
    }

    /// Fields to filter by: label, name in the address, what stands there.
    fn texts(&self) -> Vec<(&'static str, &'static str, &str)> {
        filters::fields().map(|(_, it)| (it.label, it.name, self.filters.get(it.name))).collect()
    }

    /// What a call may fail to name: name in the address, words, whether it is asked for.
    fn lacking(&self) -> Vec<(&'static str, &'static str, bool)> {
        filters::LACKS.map(|(name, _, words)| (name, words, self.filters.is("lacks", name))).to_vec()
    }

    /// Ranges to filter by: label, names in the address.
    fn between(&self) -> Vec<(&'static str, [&'static str; 2])> {
        filters::ranges().map(|(_, it)| (it.label, it.names)).collect()
    }

    /// Whether the viewer may delete what others share.
    fn is_admin(&self) -> bool {
        self.shell.viewer.as_ref().is_some_and(|viewer| viewer.is_admin)
    }

    /// A heading that sorts: address, and whether it does so now.
    fn sorted_by(&self, order: &str) -> (String, bool) {
        (self.filters.with("sort", order), self.filters.get("sort") == order)
    }
}
