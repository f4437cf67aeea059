//! Brings records into the database, beside the calls: the traces by the ordinary way in, then the rows of the calls; then it
//! accounts for blocks that are used up or old, and for what processes left that ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::db::{Lane, Tx};
use crate::foundation::{Actor, Asker, Backoff, Error, ProjectKey, Result, Timestamp};
use crate::intake::Intake;
use crate::intake::ingest::{RequestBody, ingest_otlp};
use crate::state::App;
use wire::otlp::Encoding;

use super::blocks::{ABANDONED_MICROS, account};
use super::events::{BlockClosed, numbers_of};
use super::record::{Begun, Ended, Record, Sender};
use super::service::Gateway;
use super::spool::Left;
use super::store::{self, Kept, OpenBlock};

/// How often records are brought in.
const PAUSE: Duration = Duration::from_millis(200);
/// How often blocks are looked at, in rounds of records.
const ROUNDS: u32 = 10;
/// How often what others left is looked for, in rounds of records.
const FAR_ROUNDS: u32 = 50;
/// Spans of one request to the way in.
const SPANS: usize = 500;
/// And their bytes, about.
const BYTES: usize = 8 << 20;
/// Rows of one transaction.
const ROWS: usize = 200;

/// Runs until it is dropped.
pub async fn run(app: App, intake: Intake, gateway: Gateway) {
    let mut backoff = Backoff::new(Duration::from_secs(1), Duration::from_mins(1));
    let mut round = 0_u32;
    loop {
        let done = keep_once(&app, &intake, &gateway, Look::at(round)).await;
        round = round.wrapping_add(1);
        match done {
            Ok(()) => {
                backoff.succeeded();
                sleep(PAUSE).await;
            }
            Err(cause) => {
                tracing::warn!(%cause, "records of calls wait: they could not be brought into the database");
                sleep(backoff.failed()).await;
            }
        }
    }
}

/// What is looked at beside the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Blocks of this process that are used up or old.
    pub blocks: bool,
    /// What processes left that ended.
    pub left: bool,
}

impl Look {
    /// All of it.
    pub const ALL: Self = Self { blocks: true, left: true };

    fn at(round: u32) -> Self {
        Self { blocks: round.is_multiple_of(ROUNDS), left: round.is_multiple_of(FAR_ROUNDS) }
    }
}

/// Brings in what was written down so far.
pub async fn keep_once(app: &App, intake: &Intake, gateway: &Gateway, look: Look) -> Result<()> {
    let files = gateway.spool.cut().map_err(Error::internal)?;
    bring(app, intake, gateway.spool.process(), files).await?;
    if look.blocks {
        close_own(app, gateway).await?;
    }
    if look.left {
        take_over(app, intake, gateway).await?;
    }
    Ok(())
}

/// Files of records, the oldest first; each goes once all of it is in the database.
async fn bring(app: &App, intake: &Intake, process: &str, files: Vec<PathBuf>) -> Result<()> {
    for file in files {
        let bytes = tokio::task::spawn_blocking({
            let file = file.clone();
            move || fs::read(file)
        });
        let bytes = bytes.await.map_err(Error::internal)?.map_err(Error::internal)?;
        bring_records(app, intake, process, Record::read(&bytes)).await?;
        fs::remove_file(&file).map_err(Error::internal)?;
    }
    Ok(())
}

async fn bring_records(app: &App, intake: &Intake, process: &str, records: Vec<Record>) -> Result<()> {
    let (mut begun, mut ended) =
        (Vec::new(), BTreeMap::<(i64, Option<Sender>), Vec<(Begun, Ended, Value)>>::new());
    for record in records {
        match record {
            Record::Begun(call) => begun.push(call),
            Record::Ended { begun, ended: end, span } => {
                ended.entry((begun.project, begun.sender.clone())).or_default().push((begun, end, span));
            }
        }
    }
    let mut kept: Vec<Kept> = Vec::new();
    for ((project, sender), calls) in ended {
        let asker = Sender::asker(sender.as_ref(), ProjectKey(project));
        for part in parts(calls) {
            kept.extend(trace(app, intake, &asker, part).await?);
        }
    }
    // What has ended is not put in as begun first.
    let over: BTreeSet<(i64, i64)> = kept.iter().map(|(call, ..)| (call.project, call.number)).collect();
    begun.retain(|call| !over.contains(&(call.project, call.number)));
    // A few rows at a time, so that people's writes go between.
    for part in begun.chunks(ROWS).map(<[Begun]>::to_vec) {
        let process = process.to_owned();
        let write = move |tx: &mut Tx<'_>| store::put_begun(tx.conn, &process, &part);
        app.db.write_batch(Lane::Ingest, ROWS, &Actor::system(), write).await?;
    }
    for part in kept.chunks(ROWS).map(<[Kept]>::to_vec) {
        let process = process.to_owned();
        let write = move |tx: &mut Tx<'_>| store::put_ended(tx.conn, &process, &part);
        app.db.write_batch(Lane::Ingest, ROWS, &Actor::system(), write).await?;
    }
    Ok(())
}

/// Calls whose spans go into one request.
fn parts(calls: Vec<(Begun, Ended, Value)>) -> Vec<Vec<(Begun, Ended, Value)>> {
    let (mut parts, mut part, mut bytes) = (Vec::new(), Vec::new(), 0);
    for call in calls {
        bytes += call.2.to_string().len();
        part.push(call);
        if part.len() >= SPANS || bytes >= BYTES {
            parts.push(std::mem::take(&mut part));
            bytes = 0;
        }
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Stores the traces of calls by the ordinary way in. A span that is refused is refused for ever, and its call stays in the list
/// of those without a trace; when the database cannot take any now, all of it is tried again.
async fn trace(
    app: &App,
    intake: &Intake,
    asker: &Asker,
    calls: Vec<(Begun, Ended, Value)>,
) -> Result<Vec<Kept>> {
    let spans: Vec<&Value> = calls.iter().map(|(_, _, span)| span).collect();
    let refused = send(app, intake, asker, &spans).await?;
    let mut kept = Vec::new();
    for (begun, ended, span) in &calls {
        // Which of many was refused is not said, so each is asked for by itself: a repeat changes nothing.
        let is_stored = refused == 0 || send(app, intake, asker, &[span]).await? == 0;
        kept.push((begun.clone(), ended.clone(), is_stored.then(|| app.now())));
    }
    Ok(kept)
}

/// How many were refused.
async fn send(app: &App, intake: &Intake, asker: &Asker, spans: &[&Value]) -> Result<i64> {
    let scope = json!({ "name": "tracewright.gateway", "version": env!("CARGO_PKG_VERSION") });
    let resource = json!({ "attributes": [{ "key": "service.name", "value": { "stringValue": "tracewright-gateway" } }] });
    let export = json!({ "resourceSpans": [{ "resource": resource, "scopeSpans": [{ "scope": scope, "spans": spans }] }] });
    let body = RequestBody::plain(serde_json::to_vec(&export)?);
    let sent = ingest_otlp(app, intake, asker, body, Encoding::Json).await;
    match sent {
        Ok(rejected) => Ok(rejected.count),
        // What cannot be taken today cannot be taken tomorrow; it must not hold up the rest.
        Err(cause @ (Error::Invalid(_) | Error::TooLarge(_))) => {
            tracing::warn!(%cause, spans = spans.len(), "traces of calls were refused");
            Ok(i64::try_from(spans.len()).unwrap_or(i64::MAX))
        }
        Err(cause) => Err(cause),
    }
}

/// Accounts for blocks of this process whose calls have all ended.
async fn close_own(app: &App, gateway: &Gateway) -> Result<()> {
    for (project, block) in gateway.numbers.retired(app) {
        let open = OpenBlock {
            project,
            first_number: block.first,
            last_number: block.last,
            process: gateway.spool.process().to_owned(),
            reserved_at: block.reserved_at,
        };
        if close(app, open, How::Own { dealt: block.calls() }).await? {
            gateway.numbers.closed(project, block.first);
        }
    }
    Ok(())
}

/// Brings in what processes left that live no more, and accounts for their blocks. What none of the files here tells is
/// accounted for after hours: its process ended on another machine, or it was reserved here and nobody heard of it any more.
async fn take_over(app: &App, intake: &Intake, gateway: &Gateway) -> Result<()> {
    let own = gateway.spool.process();
    let left = Left::find(&app.config.data, own).map_err(Error::internal)?;
    for left in left {
        let files = left.files().map_err(Error::internal)?;
        bring(app, intake, &left.process, files).await?;
        let process = left.process.clone();
        let blocks = app.db.read(move |conn| store::open_blocks(conn, &process)).await?;
        for block in blocks {
            close(app, block, How::Ended).await?;
        }
        left.settle().map_err(Error::internal)?;
    }
    let before = app.now().plus_micros(-ABANDONED_MICROS);
    let abandoned = app.db.read(move |conn| store::open_before(conn, before)).await?;
    for block in abandoned {
        if block.process != own {
            close(app, block, How::Ended).await?;
        } else if !gateway.numbers.holds(block.project, block.first_number) {
            close(app, block, How::Own { dealt: 0 }).await?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    /// By the process that held it, which dealt so many numbers.
    Own { dealt: i64 },
    /// Its process ended.
    Ended,
}

/// Writes what became of a block; whether it is closed now.
async fn close(app: &App, block: OpenBlock, how: How) -> Result<bool> {
    let ledger = app.ledger.clone();
    let write = move |tx: &mut Tx<'_>| {
        let now: Timestamp = tx.now();
        if how == How::Ended {
            store::give_up(tx.conn, &block, now)?;
        }
        let calls = store::states(tx.conn, &block)?;
        let seen = i64::try_from(calls.len()).unwrap_or(i64::MAX);
        // A number that was dealt and has no row yet is on its way here.
        let is_waited_for = matches!(how, How::Own { dealt } if seen < dealt);
        let account = account(block.first_number, block.last_number, &calls).filter(|_| !is_waited_for);
        let Some(account) = account else { return Ok(false) };
        if store::close_block(tx.conn, &block, now)? {
            let closed = BlockClosed {
                first: block.first_number,
                last: block.last_number,
                process: block.process.clone(),
                after_its_end: how == How::Ended,
                account,
            };
            ledger.append_next(tx, &numbers_of(block.project), closed.draft()?)?;
        }
        Ok(true)
    };
    app.db.write(&Actor::system(), write).await
}
