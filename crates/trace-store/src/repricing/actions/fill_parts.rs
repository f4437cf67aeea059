//! How much of a cost is for what went in and for what came out, where the row was stored before that was kept.
//!
//! A part is what ingest would have written: by the names that the client gave, or by the very price that the row names,
//! and then only while that price makes the stored total. Nothing else of a row changes; what cannot be known stays
//! unknown. The job of migration 0016 runs once for each project and goes on where it was stopped.

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;

use crate::db::locks::{take_turns, turn};
use crate::db::{AnyConnection, Tx};
use crate::foundation::{Action, Asker, Digest, ProjectKey, Result};
use crate::hours::marks::mark_touched;
use crate::jobs::{Fence, JobContext, JobKind, Tier};
use crate::repricing::Books;
use crate::repricing::reads;
use crate::repricing::reads::StoredCall;
use crate::repricing::store;
use crate::repricing::store::Parts;
use crate::state::App;
use crate::traces::part_of_cost;
use prices::book::Book;
use trace_model::image;

use super::reprice::{call, refine};

/// `prices.fill_parts`
pub const KIND: JobKind = JobKind { name: "prices.fill_parts", tier: Tier::Low, max_attempts: 20 };
/// Rows read, and written, at a time.
const CHUNK: i64 = 250;

/// Trace and observation of a row.
pub type Place = (String, String);

/// What became of some rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// The last of those that were looked at: the next ones come after it.
    pub last: Place,
    /// How many costs have their parts now.
    pub count: i64,
}

/// The job.
pub fn run(context: JobContext) -> LocalBoxFuture<'static, Result<()>> {
    Box::pin(async move {
        let (rule, books) = (Asker::system(context.project()), Books::default());
        let mut filled = 0;
        let mut after: Option<Place> = context.saved();
        loop {
            let fence = Some(context.fence());
            let Some(chunk) = fill_parts(&context.app, &books, &rule, after.take(), fence).await? else {
                break;
            };
            filled += chunk.count;
            context.progress(filled, 0, &format!("{filled} costs have their parts")).await?;
            if context.stopping.is_asked() {
                return context.put_back(&chunk.last);
            }
            after = Some(chunk.last);
        }
        tracing::info!(filled, "costs have their parts");
        Ok(())
    })
}

/// Fills the parts of the next rows after a place, from the first one on without a place; none when there are no more.
/// Inside a job nothing is written once the job is another worker's.
pub async fn fill_parts(
    app: &App,
    books: &Books,
    asker: &Asker,
    after: Option<Place>,
    fence: Option<Fence>,
) -> Result<Option<Filled>> {
    asker.must(Action::Reprice)?;
    let project = asker.project;
    let book = books.of(app, project).await?;
    let Some((last, parts)) = read_chunk(app, project, after, &book).await? else { return Ok(None) };
    let write = move |tx: &mut Tx<'_>| {
        fence.iter().try_for_each(|fence| fence.check(tx))?;
        write_chunk(tx, project, &parts)
    };
    let count = app.db.write(&asker.actor, write).await?;
    Ok(Some(Filled { last, count }))
}

/// The next rows, as far as their parts can be known, and the last of those looked at.
async fn read_chunk(
    app: &App,
    project: ProjectKey,
    after: Option<Place>,
    book: &Arc<Book>,
) -> Result<Option<(Place, Vec<Parts>)>> {
    let book = Arc::clone(book);
    let read = move |conn: &mut AnyConnection| {
        let calls = reads::without_parts(conn, project, after.as_ref(), CHUNK)?;
        let Some(last) = calls.last() else { return Ok(None) };
        let last = (last.trace_id.clone(), last.observation_id.clone());
        let mut found = Vec::new();
        for stored in calls {
            if let Some((input, output)) = parts(conn, project, &book, &stored)? {
                found.push(Parts { stored, input, output });
            }
        }
        Ok(Some((last, found)))
    };
    app.db.read(read).await
}

/// Input and output in nano-dollars; none when they cannot be known.
fn parts(
    conn: &mut AnyConnection,
    project: ProjectKey,
    book: &Book,
    stored: &StoredCall,
) -> Result<Option<(i64, i64)>> {
    match stored.price.as_deref() {
        Some(price) => by_price(conn, project, book, stored, price),
        None => by_names(conn, project, stored),
    }
}

fn by_price(
    conn: &mut AnyConnection,
    project: ProjectKey,
    book: &Book,
    stored: &StoredCall,
    price: &str,
) -> Result<Option<(i64, i64)>> {
    let Some(row) = book.row(price) else { return Ok(None) };
    let model = stored.model.clone().unwrap_or_default();
    let mut call = call(conn, project, stored, &model)?;
    if row.price.asks_more() {
        refine(conn, project, stored, &mut call)?;
    }
    let cost = row.price.cost(&call.tokens, call.service_tier.as_deref());
    let is_same = stored.cost_nanos == Some(cost.total.0);
    Ok(is_same.then(|| (cost.input.0, cost.output().0)))
}

fn by_names(
    conn: &mut AnyConnection,
    project: ProjectKey,
    stored: &StoredCall,
) -> Result<Option<(i64, i64)>> {
    let Some(revision) = Digest::from_slice(&stored.revision) else { return Ok(None) };
    let (trace, id) = (&stored.trace_id, &stored.observation_id);
    let Some(bytes) = crate::traces::reads::image(conn, project, trace, id, revision)? else {
        return Ok(None);
    };
    let costs = image::shown(&bytes)?.costs_nanos;
    let part = |word| part_of_cost(costs.iter().map(|(name, nanos)| (name.as_str(), *nanos)), word);
    Ok(Some((part("input"), part("output"))))
}

/// Writes what still is as it was read; gives how many.
fn write_chunk(tx: &mut Tx<'_>, project: ProjectKey, parts: &[Parts]) -> Result<i64> {
    take_turns(tx.conn, parts.iter().map(|one| turn(project, "trace", &one.stored.trace_id)).collect())?;
    let (mut filled, mut began) = (0, Vec::new());
    for one in parts {
        if store::set_parts(tx.conn, project, one)? {
            filled += 1;
            began.extend(one.stored.start_at.map(|at| at.0));
        }
    }
    mark_touched(tx, project, &[], began)?;
    Ok(filled)
}
