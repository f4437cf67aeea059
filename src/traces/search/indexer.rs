//! Fills the index in the background, round by round, in the order in which traces were received.
//!
//! An empty index is filled from the stored traces first, by their start, so that later documents are newer traces. Then
//! it follows the receipts: a pack names the revisions it brought, and an observation that has moved on since is left to
//! the receipt of its newer revision. A round holds a bounded number of bytes, whatever waits.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::state::App;
use crate::traces::packs::Packs;

use super::document::Document;
use super::load::{self, Loaded};
use super::reads::{self, Receipt, Received};
use super::store::{self, Filling, Position, Round};

/// Between two rounds when nothing waits.
const PAUSE: Duration = Duration::from_secs(1);
/// Packs or traces of one round.
const MOST_PACKS: i64 = 64;
/// Observations of one round while filling.
const MOST_FILLED: usize = 1_024;
/// Bytes of texts in one round; one pack more is taken at most.
const MOST_BYTES: usize = 2 << 20;

/// Indexes until the task is dropped.
pub async fn run(app: App) {
    loop {
        match index_once(&app).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(cause) => tracing::warn!(%cause, "traces could not be indexed; the next round tries again"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Does one round; false when nothing was waiting.
pub async fn index_once(app: &App) -> Result<bool> {
    let state = app.clone();
    let from = off_thread(move || store::position(&state)).await?;
    let at = from.clone();
    let next = app.db.read(move |conn| next(conn, at)).await?;
    let Some(Next { to, texts, is_all }) = next else { return erase_waiting(app, from).await };
    let mut documents: BTreeMap<(ProjectKey, String, String), Document> = BTreeMap::new();
    for Text { project, trace_id, observation_id, loaded } in texts {
        let texts = load::with_blobs(app, project, loaded).await;
        let document = Document::new(&trace_id, &observation_id, &texts);
        documents.insert((project, trace_id, observation_id), document);
    }
    let mut by_project: BTreeMap<ProjectKey, Vec<Document>> = BTreeMap::new();
    for ((project, ..), document) in documents {
        by_project.entry(project).or_default().push(document);
    }
    let round = Round { from, to, documents: by_project.into_iter().collect() };
    let state = app.clone();
    off_thread(move || store::write(&state, round)).await?;
    Ok(!is_all)
}

/// Nothing new: erased traces may wait all the same.
async fn erase_waiting(app: &App, from: Option<Position>) -> Result<bool> {
    let Some(to) = from.clone() else { return Ok(false) };
    let state = app.clone();
    if app.db.read(|conn| reads::erased(conn, 1)).await?.is_empty() {
        return off_thread(move || store::tidy(&state)).await;
    }
    off_thread(move || store::write(&state, Round { from, to, documents: Vec::new() })).await
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
        self.loaded.texts.each().map(|(_, text)| text.len()).sum::<usize>() + 256
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
    let Some(receipt) = reads::next_receipt(conn, position.receipt)? else { return Ok(None) };
    follow(conn, position, &receipt).map(Some)
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

fn follow(conn: &mut AnyConnection, mut position: Position, receipt: &Receipt) -> Result<Next> {
    let packs = reads::packs_under(conn, &receipt.id, position.pack.as_ref(), MOST_PACKS)?;
    let is_short = i64::try_from(packs.len()).unwrap_or(i64::MAX) < MOST_PACKS;
    let (mut texts, mut size, mut traces, mut is_cut) = (Vec::new(), 0, Vec::new(), false);
    for pack in packs {
        if size >= MOST_BYTES {
            is_cut = true;
            break;
        }
        let before = texts.len();
        take_pack(conn, &pack, &mut traces, &mut texts)?;
        size += texts.iter().skip(before).map(Text::size).sum::<usize>();
        position.pack = Some((pack.project.0, pack.pack));
    }
    if is_short && !is_cut {
        position = Position { receipt: receipt.seq, at: receipt.at, pack: None, filling: None };
    }
    let is_all = position.pack.is_none() && reads::next_receipt(conn, position.receipt)?.is_none();
    Ok(Next { to: position, texts, is_all })
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
    let loaded = load::trace(conn, project, trace_id, &row, &mut Packs::default())?;
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
        match load::observation(conn, project, &row, &mut packs) {
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

async fn off_thread<T: Send + 'static>(f: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(f).await.map_err(Error::internal)?
}
