//! Searching: candidates from the index, looked up in the stored bodies, one hit for each trace.
//!
//! What a search may cost is bounded in documents looked at and in time; a search that was cut says so and where to go
//! on. A beginning that fits too many words is not asked of the index at all: the newest documents are read one after the
//! other instead. Results come in the order of the index, newest first.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use crate::state::App;
use crate::traces::reads::TraceRow;
use crate::traces::reads::listing::{ListFilter, among};
use packing::Packs;

use super::deadline::Deadline;
use super::load;
use super::query::Query;
use super::reads;
use super::snippet::{Snippet, snippet};
use super::store::{Candidate, Index, Plan};

/// Candidates asked for at a time; the first request is small, because most searches end with it.
const FIRST: i64 = 256;
const MORE: i64 = 2_000;
/// Candidates one search looks at.
const MOST: usize = 40_000;
/// Texts read to find out whether an earlier page has shown a trace; one shown twice does no harm.
const MOST_ABOVE: usize = 20;
/// Texts one search reads.
const MOST_READ: usize = 1_000;
/// After this long a search stops and says so.
const LONGEST_MS: i64 = 800;

/// A trace that fits.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
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
    /// Whether it fits so much that the newest documents were gone through one by one.
    pub is_broad: bool,
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
                plan: Plan::default(),
                until: Deadline::after_ms(Arc::clone(&state.clock), LONGEST_MS),
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
    plan: Plan,
    until: Deadline,
    filter: ListFilter,
    most: usize,
    page_began: Option<i64>,
    seen: HashSet<String>,
    read: usize,
    found: Found,
}

/// A trace's words.
type Fit = (String, Option<Snippet>);

/// What came of reading a trace's documents.
enum Looked {
    Fits(Fit),
    FitsNot,
    /// The bounds were reached at this document.
    Stopped(i64),
}

impl Search {
    fn run(&mut self, app: &App, conn: &mut AnyConnection) -> Result<()> {
        let Some(plan) = Index::open(app, conn)?.plan(self.project, &self.query.index_query())? else {
            return Ok(());
        };
        self.plan = plan;
        let (mut below, mut looked_at, mut limit) = (self.page_began.unwrap_or(i64::MAX), 0, FIRST);
        loop {
            let (candidates, next) = Index::open(app, conn)?.candidates(
                self.project,
                &mut self.plan,
                below,
                limit,
                &self.until,
            )?;
            self.found.is_broad = self.plan.is_broad;
            looked_at += candidates.len();
            if self.take(app, conn, candidates)? {
                return Ok(());
            }
            let Some(next) = next else { return Ok(()) };
            below = next;
            limit = MORE;
            if looked_at >= MOST || self.until.has_passed() {
                self.stop(next);
                return Ok(());
            }
        }
    }

    fn stop(&mut self, next: i64) {
        self.found.is_cut = true;
        self.found.next = Some(next);
    }

    /// Takes hits from candidates; true when the page is full or the bounds are reached.
    fn take(&mut self, app: &App, conn: &mut AnyConnection, candidates: Vec<Candidate>) -> Result<bool> {
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
            if self.was_shown(app, conn, &trace_id)? {
                continue;
            }
            match self.look(conn, &candidates)? {
                Looked::FitsNot => {}
                Looked::Stopped(doc) => {
                    self.stop(doc + 1);
                    return Ok(true);
                }
                Looked::Fits((observation_id, snippet)) => {
                    self.seen.insert(trace_id);
                    self.found.hits.push(Hit { trace: row, observation_id, snippet });
                }
            }
        }
        Ok(false)
    }

    /// Whether a page before this one has shown the trace by a newer document.
    fn was_shown(&mut self, app: &App, conn: &mut AnyConnection, trace_id: &str) -> Result<bool> {
        let Some(place) = self.page_began else { return Ok(false) };
        let above = Index::open(app, conn)?.above(self.project, &self.plan, trace_id, place)?;
        for candidate in above.iter().take(MOST_ABOVE) {
            if self.fit(conn, candidate)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The first document whose text fits to the letter. At least one text is read on each page, so that pages get on.
    fn look(&mut self, conn: &mut AnyConnection, candidates: &[Candidate]) -> Result<Looked> {
        for candidate in candidates {
            if self.read > 0 && (self.read >= MOST_READ || self.until.has_passed()) {
                return Ok(Looked::Stopped(candidate.doc));
            }
            self.read += 1;
            if let Some(fit) = self.fit(conn, candidate)? {
                return Ok(Looked::Fits(fit));
            }
        }
        Ok(Looked::FitsNot)
    }

    fn fit(&self, conn: &mut AnyConnection, candidate: &Candidate) -> Result<Option<Fit>> {
        let mut packs = Packs::default();
        let (trace_id, id) = (candidate.trace_id.as_str(), candidate.observation_id.as_str());
        let is_named = !self.query.keyed.is_empty();
        let loaded = if id.is_empty() {
            let Some(row) = reads::trace(conn, self.project, trace_id)? else { return Ok(None) };
            load::trace(conn, self.project, trace_id, &row, is_named, &mut packs)?
        } else {
            let Some(row) = reads::observation(conn, self.project, trace_id, id)? else { return Ok(None) };
            load::observation(conn, self.project, trace_id, &row, is_named, &mut packs)?
        };
        // A body in object storage is not read for a page of results: the index's word is taken for it.
        let is_told = !loaded.split.is_empty() && !self.plan.is_broad;
        let mut found = Vec::with_capacity(self.query.keyed.len());
        for keyed in &self.query.keyed {
            let Some(value) = keyed.holds(&loaded.named) else { return Ok(None) };
            found.push((keyed.key.as_str(), value));
        }
        let fits = is_told || self.query.fits(&loaded.texts);
        let words = || snippet(&self.query, &loaded.texts).or_else(|| Snippet::of_pairs(&found));
        Ok(fits.then(|| (id.to_owned(), words())))
    }
}
