//! Fills the index in the background, round by round, in the order in which traces were received.
//!
//! An empty index is filled from the stored traces first, by their start, so that later documents are newer traces. Then
//! it follows the receipts: a pack names the revisions it brought, and an observation that has moved on since is left to
//! the receipt of its newer revision. A round holds a bounded number of bytes, whatever waits.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::Builder;
use std::time::Duration;

use tokio::runtime;

use crate::db::AnyConnection;
use crate::foundation::{Backoff, Error, ProjectKey, Result, Timestamp};
use crate::state::App;
use packing::Packs;

use super::document::Document;
use super::load::{self, Loaded};
use super::reads::{self, Receipt, Received};
use super::store::{self, Filling, OfProject, Position, Round};

/// Between two rounds when nothing waits.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two tries when rounds fail.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Packs of one round: each costs a few reads, whatever it holds.
const MOST_PACKS: usize = 1_024;
/// Packs of one receipt read at a time.
const PACKS_AT_ONCE: i64 = 64;
/// Observations of one round while filling.
const MOST_FILLED: usize = 1_024;
/// Bytes of texts in one round; one pack more is taken at most.
const MOST_BYTES: usize = 4 << 20;

/// Indexes on a thread of its own until the task is dropped.
pub async fn run(app: App) {
    let (_alive, ended) = channel();
    let thread = Builder::new().name("search-index".to_owned());
    if let Err(cause) = thread.spawn(move || index_until(&app, &ended)) {
        tracing::error!(%cause, "traces are not indexed");
    }
    std::future::pending::<()>().await;
}

/// The end comes when the other side of the channel is dropped.
fn index_until(app: &App, ended: &Receiver<()>) {
    give_way();
    let (mut pause, mut backoff) = (Duration::ZERO, Backoff::new(PAUSE, LONGEST_PAUSE));
    while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        pause = match index_once(app) {
            Ok(has_more) => {
                backoff.succeeded();
                if has_more { Duration::ZERO } else { PAUSE }
            }
            Err(cause) => {
                let pause = backoff.failed();
                tracing::warn!(%cause, again_in_s = pause.as_secs(), "traces could not be indexed");
                pause
            }
        };
    }
}

/// Whoever sends, ticks or reads goes first: on Linux a thread has a nice value of its own.
fn give_way() {
    #[cfg(target_os = "linux")]
    if let Err(cause) = rustix::process::setpriority_process(None, 10) {
        tracing::debug!(%cause, "indexing has the priority of everything else");
    }
}

/// Does one round; false when nothing was waiting. Call it on a blocking thread.
pub fn index_once(app: &App) -> Result<bool> {
    let from = store::position(app)?;
    let at = from.clone();
    let next = app.db.read_blocking(|conn| next(conn, at))?;
    let Some(Next { to, mut texts, is_all }) = next else { return erase_waiting(app, from) };
    add_blobs(app, &mut texts)?;
    store::write(app, Round { from, to, documents: documents(texts) })?;
    Ok(!is_all)
}

/// Adds the beginnings of bodies in object storage, which is read on a runtime; most rounds have none.
fn add_blobs(app: &App, texts: &mut [Text]) -> Result<()> {
    if texts.iter().all(|text| text.loaded.split.is_empty()) {
        return Ok(());
    }
    let runtime = runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    runtime.block_on(async {
        for text in texts {
            load::add_blobs(app, text.project, &mut text.loaded).await;
        }
    });
    Ok(())
}

/// By project, each document once: of two with one name the later.
fn documents(texts: Vec<Text>) -> Vec<OfProject> {
    let mut documents: BTreeMap<(ProjectKey, String, String), Document> = BTreeMap::new();
    for Text { project, trace_id, observation_id, loaded } in texts {
        let document = Document::new(&trace_id, &observation_id, &loaded.texts);
        documents.insert((project, trace_id, observation_id), document);
    }
    let mut by_project: BTreeMap<ProjectKey, Vec<Document>> = BTreeMap::new();
    for ((project, ..), document) in documents {
        by_project.entry(project).or_default().push(document);
    }
    by_project.into_iter().collect()
}

/// Nothing new: erased traces may wait all the same.
fn erase_waiting(app: &App, from: Option<Position>) -> Result<bool> {
    let Some(to) = from.clone() else { return Ok(false) };
    if app.db.read_blocking(|conn| reads::erased(conn, 1))?.is_empty() {
        return store::tidy(app);
    }
    store::write(app, Round { from, to, documents: Vec::new() })
}

/// What a round takes and where it leads.
struct Next {
    to: Position,
    texts: Vec<Text>,
    /// Whether that was everything there is.
    is_all: bool,
}

/// The texts of one document.
struct Text {
    project: ProjectKey,
    trace_id: String,
    observation_id: String,
    loaded: Loaded,
}

impl Text {
    fn size(&self) -> usize {
        self.loaded.size() + 256
    }
}

fn next(conn: &mut AnyConnection, from: Option<Position>) -> Result<Option<Next>> {
    let position = match from {
        Some(position) => position,
        None => empty(conn)?,
    };
    if position.filling.is_some() {
        return fill(conn, position).map(Some);
    }
    follow(conn, position)
}

/// Where an empty index begins: whatever is received from now on is followed after what is stored has been read.
fn empty(conn: &mut AnyConnection) -> Result<Position> {
    let newest = reads::newest_receipt(conn)?;
    let filling = Filling {
        project: i64::MIN,
        start_at: Timestamp(i64::MIN),
        trace_id: String::new(),
        observation_id: None,
    };
    Ok(Position {
        receipt: newest.as_ref().map_or(0, |receipt| receipt.seq),
        at: newest.map_or(Timestamp(0), |receipt| receipt.at),
        pack: None,
        filling: Some(filling),
    })
}

fn fill(conn: &mut AnyConnection, mut position: Position) -> Result<Next> {
    let Some(mut place) = position.filling.clone() else {
        return Err(Error::internal("the index is not being filled"));
    };
    let (mut texts, mut size) = (Vec::new(), 0);
    let mut begun = place
        .observation_id
        .is_some()
        .then(|| (ProjectKey(place.project), place.start_at, place.trace_id.clone()));
    loop {
        let waiting = match begun.take() {
            Some(trace) => vec![trace],
            None => {
                reads::traces_after(conn, (ProjectKey(place.project), place.start_at, &place.trace_id), 64)?
            }
        };
        if waiting.is_empty() {
            position.filling = None;
            return Ok(Next { to: position, texts, is_all: false });
        }
        for (project, start_at, trace_id) in waiting {
            let after = place.observation_id.take().unwrap_or_default();
            let room = MOST_FILLED.saturating_sub(texts.len()).max(1);
            let before = texts.len();
            let last = fill_trace(conn, project, &trace_id, &after, room, &mut texts)?;
            size += texts.iter().skip(before).map(Text::size).sum::<usize>();
            place = Filling { project: project.0, start_at, trace_id, observation_id: last };
            if texts.len() >= MOST_FILLED || size >= MOST_BYTES || place.observation_id.is_some() {
                position.filling = Some(place);
                return Ok(Next { to: position, texts, is_all: false });
            }
        }
    }
}

/// Takes the observations of a trace behind one of them; gives the last taken when there are more.
fn fill_trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    after: &str,
    room: usize,
    texts: &mut Vec<Text>,
) -> Result<Option<String>> {
    if after.is_empty() {
        take_trace(conn, project, trace_id, texts)?;
    }
    let limit = i64::try_from(room + 1).unwrap_or(i64::MAX);
    let mut rows = reads::observations_after(conn, project, trace_id, after, limit)?;
    let has_more = rows.len() > room;
    rows.truncate(room);
    let last = rows.last().filter(|_| has_more).map(|row| row.observation_id.clone());
    take_observations(conn, project, trace_id, rows, texts)?;
    Ok(last)
}

/// Takes receipt after receipt until the round is full: one request may bring a single span, and a round costs a COMMIT.
fn follow(conn: &mut AnyConnection, mut position: Position) -> Result<Option<Next>> {
    let (mut texts, mut size, mut packs) = (Vec::new(), 0, 0);
    let Some(mut receipt) = reads::next_receipt(conn, position.receipt)? else { return Ok(None) };
    loop {
        let is_done = follow_one(conn, &mut position, &receipt, &mut texts, (&mut size, &mut packs))?;
        let next = if is_done { reads::next_receipt(conn, position.receipt)? } else { Some(receipt) };
        let is_full = size >= MOST_BYTES || packs >= MOST_PACKS;
        match next {
            Some(next) if !is_full => receipt = next,
            next => return Ok(Some(Next { to: position, texts, is_all: next.is_none() })),
        }
    }
}

/// Takes what is left of one receipt, or as much of it as the round holds; says whether that was all of it.
fn follow_one(
    conn: &mut AnyConnection,
    position: &mut Position,
    receipt: &Receipt,
    texts: &mut Vec<Text>,
    (size, packs): (&mut usize, &mut usize),
) -> Result<bool> {
    let mut traces = Vec::new();
    let waiting = reads::packs_under(conn, &receipt.id, position.pack.as_ref(), PACKS_AT_ONCE)?;
    let is_last = i64::try_from(waiting.len()).unwrap_or(i64::MAX) < PACKS_AT_ONCE;
    for pack in waiting {
        if *size >= MOST_BYTES || *packs >= MOST_PACKS {
            return Ok(false);
        }
        let before = texts.len();
        take_pack(conn, &pack, &mut traces, texts)?;
        *size += texts.iter().skip(before).map(Text::size).sum::<usize>();
        *packs += 1;
        position.pack = Some((pack.project.0, pack.pack));
    }
    if is_last {
        *position = Position { receipt: receipt.seq, at: receipt.at, pack: None, filling: None };
    }
    Ok(is_last)
}

fn take_pack(
    conn: &mut AnyConnection,
    pack: &Received,
    traces: &mut Vec<(ProjectKey, String)>,
    texts: &mut Vec<Text>,
) -> Result<()> {
    let Some(trace_id) = &pack.trace_id else { return Ok(()) };
    let key = (pack.project, trace_id.clone());
    if !traces.contains(&key) {
        take_trace(conn, pack.project, trace_id, texts)?;
        traces.push(key);
    }
    let rows = reads::at_revisions(conn, pack.project, trace_id, &pack.revisions)?;
    take_observations(conn, pack.project, trace_id, rows, texts)
}

fn take_trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    texts: &mut Vec<Text>,
) -> Result<()> {
    let Some(row) = reads::trace(conn, project, trace_id)? else { return Ok(()) };
    let loaded = load::trace(conn, project, trace_id, &row, false, &mut Packs::default())?;
    texts.push(Text { project, trace_id: trace_id.to_owned(), observation_id: String::new(), loaded });
    Ok(())
}

/// One that cannot be read is left out and said in the log; the others must not wait for it.
fn take_observations(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    rows: Vec<reads::Spoken>,
    texts: &mut Vec<Text>,
) -> Result<()> {
    let mut packs = Packs::default();
    for row in rows {
        match load::observation(conn, project, trace_id, &row, false, &mut packs) {
            Ok(loaded) => {
                let (trace_id, observation_id) = (trace_id.to_owned(), row.observation_id);
                texts.push(Text { project, trace_id, observation_id, loaded });
            }
            Err(cause) => {
                tracing::warn!(%cause, trace_id, observation = row.observation_id, "an observation is not searched");
            }
        }
    }
    Ok(())
}
