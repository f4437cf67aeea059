//! Searching: candidates from the index, looked up in the stored bodies, one hit for each trace.
//!
//! What a search may cost is bounded in documents looked at and in time; a search that was cut says so and where to go
//! on. Results come in the order of the index, newest first.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::state::App;
use crate::traces::packs::Packs;
use crate::traces::reads::TraceRow;
use crate::traces::reads::listing::{ListFilter, among};

use super::load;
use super::query::{Query, Wanted};
use super::reads;
use super::snippet::{Snippet, snippet};
use super::store::{Candidate, Index};

/// Candidates asked for at a time; the first request is small, because most searches end with it.
const FIRST: i64 = 256;
const MORE: i64 = 2_000;
/// Candidates one search looks at.
const MOST: usize = 40_000;
/// Documents of one trace whose text is read.
const MOST_OF_TRACE: usize = 8;
/// Texts one search reads.
const MOST_READ: usize = 1_000;
/// After this long a search stops and says so.
const LONGEST: Duration = Duration::from_millis(800);

/// A trace that fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The trace.
    pub trace: TraceRow,
    /// The observation whose words fit; empty for the trace itself.
    pub observation_id: String,
    /// Its words, where they could be read.
    pub snippet: Option<Snippet>,
}

/// One page of results.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Newest first.
    pub hits: Vec<Hit>,
    /// Where the next page begins; none at the end.
    pub next: Option<i64>,
    /// Whether the search stopped at its bounds rather than at a full page.
    pub is_cut: bool,
}

/// Finds traces that fit both the query and the filter; `below` is the place where the page before ended.
pub async fn find(
    app: &App,
    project: ProjectKey,
    query: Query,
    filter: ListFilter,
    below: Option<i64>,
    most: usize,
) -> Result<Found> {
    if !query.is_usable() {
        return Ok(Found::default());
    }
    let state = app.clone();
    app.db
        .read(move |conn| {
            let mut search = Search {
                project,
                wanted: query.wanted(),
                query,
                filter,
                most,
                page_began: below,
                seen: HashSet::new(),
                read: 0,
                found: Found::default(),
            };
            search.run(&state, conn)?;
            Ok(search.found)
        })
        .await
}

struct Search {
    project: ProjectKey,
    query: Query,
    wanted: Wanted,
    filter: ListFilter,
    most: usize,
    page_began: Option<i64>,
    seen: HashSet<String>,
    read: usize,
    found: Found,
}

impl Search {
    fn run(&mut self, app: &App, conn: &mut AnyConnection) -> Result<()> {
        let began = Instant::now();
        let (mut below, mut looked_at, mut limit) = (self.page_began.unwrap_or(i64::MAX), 0, FIRST);
        loop {
            let candidates = Index::open(app, conn)?.candidates(self.project, &self.wanted, below, limit)?;
            let is_last = candidates.len() < usize::try_from(limit).unwrap_or(usize::MAX);
            looked_at += candidates.len();
            let Some(lowest) = candidates.last().map(|candidate| candidate.doc) else { return Ok(()) };
            if self.take(app, conn, candidates, began)? {
                return Ok(());
            }
            if is_last {
                return Ok(());
            }
            below = lowest;
            limit = MORE;
            if looked_at >= MOST || began.elapsed() >= LONGEST {
                self.found.is_cut = true;
                self.found.next = Some(lowest);
                return Ok(());
            }
        }
    }

    /// Takes hits from candidates; true when the page is full or the bounds are reached.
    fn take(
        &mut self,
        app: &App,
        conn: &mut AnyConnection,
        candidates: Vec<Candidate>,
        began: Instant,
    ) -> Result<bool> {
        let mut order: Vec<String> = Vec::new();
        let mut of_trace: HashMap<String, Vec<Candidate>> = HashMap::new();
        for candidate in candidates.into_iter().filter(|candidate| !self.seen.contains(&candidate.trace_id)) {
            let known = of_trace.entry(candidate.trace_id.clone()).or_default();
            if known.is_empty() {
                order.push(candidate.trace_id.clone());
            }
            known.push(candidate);
        }
        let ids: Vec<&str> = order.iter().map(String::as_str).collect();
        let mut rows: HashMap<String, TraceRow> = among(conn, self.project, &self.filter, &ids)?
            .into_iter()
            .map(|row| (row.trace_id.clone(), row))
            .collect();
        for trace_id in order {
            let Some(row) = rows.remove(&trace_id) else { continue };
            let candidates = of_trace.remove(&trace_id).unwrap_or_default();
            let Some(first) = candidates.first().map(|candidate| candidate.doc) else { continue };
            if self.found.hits.len() >= self.most {
                self.found.next = Some(first + 1);
                return Ok(true);
            }
            if self.read >= MOST_READ || began.elapsed() >= LONGEST {
                self.found.is_cut = true;
                self.found.next = Some(first + 1);
                return Ok(true);
            }
            if self.was_shown(app, conn, &trace_id)? {
                continue;
            }
            if let Some((observation_id, snippet)) = self.first_fit(conn, &candidates)? {
                self.seen.insert(trace_id);
                self.found.hits.push(Hit { trace: row, observation_id, snippet });
            }
        }
        Ok(false)
    }

    /// Whether a page before this one has shown the trace by a newer document.
    fn was_shown(&self, app: &App, conn: &mut AnyConnection, trace_id: &str) -> Result<bool> {
        let Some(place) = self.page_began else { return Ok(false) };
        Index::open(app, conn)?.was_above(self.project, &self.wanted, trace_id, place)
    }

    /// The first document whose text fits to the letter.
    fn first_fit(
        &mut self,
        conn: &mut AnyConnection,
        candidates: &[Candidate],
    ) -> Result<Option<(String, Option<Snippet>)>> {
        let mut packs = Packs::default();
        for candidate in candidates.iter().take(MOST_OF_TRACE) {
            self.read += 1;
            let (trace_id, id) = (candidate.trace_id.as_str(), candidate.observation_id.as_str());
            let loaded = if id.is_empty() {
                let Some(row) = reads::trace(conn, self.project, trace_id)? else { continue };
                load::trace(conn, self.project, trace_id, &row, &mut packs)?
            } else {
                let Some(row) = reads::observation(conn, self.project, trace_id, id)? else { continue };
                load::observation(conn, self.project, &row, &mut packs)?
            };
            // A body in object storage is not read for a page of results: the index's word is taken for it.
            if self.query.fits(&loaded.texts) || !loaded.split.is_empty() {
                return Ok(Some((id.to_owned(), snippet(&self.query, &loaded.texts))));
            }
        }
        Ok(None)
    }
}
