//! Computing stored costs anew by the prices now in force: looked at first, then done chunk by chunk.
//!
//! Each chunk is one transaction: its rows, the sums of their traces and the event that names totals before and after.
//! A run that was cut short is simply run again: what is done already no longer differs. Provided costs are never
//! touched, and a call that nobody knows a price for keeps what it has.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::db::locks::{take_turns, turn};
use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::money::NanoDollars;
use crate::foundation::{Action, Asker, Digest, ProjectKey, Result};
use crate::hours::marks::mark_touched;
use crate::ledger::Ledger;
use crate::repricing::Books;
use crate::repricing::events::{RepriceScope, Repriced, repriced, run_stream};
use crate::repricing::reads;
use crate::repricing::reads::StoredCall;
use crate::repricing::store;
use crate::repricing::store::{GENERAL, NewCost};
use crate::series;
use crate::state::App;
use crate::traces::stored::measured_alone;
use prices::book::Book;
use prices::calls::{Call, of_image, tokens};
use trace_model::TokenCounts;

/// Calls read, and written, at a time.
const CHUNK: i64 = 1_000;

/// What a run would do, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repricing {
    /// Names the run's events; empty for a look.
    pub run: String,
    /// Calls looked at.
    pub looked_at: usize,
    /// Calls whose cost or price differs.
    pub changed: usize,
    /// Of these, calls that had no cost.
    pub priced_first: usize,
    /// Calls that still nobody knows a price for.
    pub unknown: usize,
    /// What the changed calls cost before; a call that two instrumentations saw counts once.
    pub before: NanoDollars,
    /// What they cost by the prices now in force.
    pub after: NanoDollars,
    /// The same by model, those that differ.
    pub by_model: BTreeMap<String, Difference>,
    /// There is more than was asked to be looked at.
    pub is_cut: bool,
}

/// The difference for one model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    pub calls: usize,
    /// Cost before.
    pub before: NanoDollars,
    /// Cost after.
    pub after: NanoDollars,
}

/// Tells what a re-pricing would change, and changes nothing. Looks at about `most` calls.
pub async fn look(app: &App, asker: &Asker, scope: RepriceScope, most: usize) -> Result<Repricing> {
    asker.must(Action::Reprice)?;
    let project = asker.project;
    let book = Books::default().of(app, project).await?;
    let (mut sum, mut after) = (Repricing::default(), None);
    while let Some(chunk) = read_chunk(app, project, &scope, after.take(), &book).await? {
        chunk.add_to(&mut sum);
        after = chunk.last;
        if sum.looked_at >= most {
            sum.is_cut = true;
            break;
        }
    }
    Ok(sum)
}

/// Computes anew, in the name of whoever asks.
pub async fn reprice(app: &App, asker: &Asker, scope: RepriceScope) -> Result<Repricing> {
    asker.must(Action::Reprice)?;
    let project = asker.project;
    let book = Books::default().of(app, project).await?;
    let (mut sum, mut after) = (Repricing { run: new_id(app.now()), ..Repricing::default() }, None);
    let mut number = 0;
    while let Some(chunk) = read_chunk(app, project, &scope, after.take(), &book).await? {
        after.clone_from(&chunk.last);
        let (ledger, scope, run) = (app.ledger.clone(), scope.clone(), sum.run.clone());
        if chunk.new.is_empty() {
            chunk.add_to(&mut sum);
            continue;
        }
        number += 1;
        let write = move |tx: &mut Tx<'_>| write_chunk(tx, &ledger, project, &run, number, scope, chunk);
        app.db.write(&asker.actor, write).await?.add_to(&mut sum);
    }
    Ok(sum)
}

/// Calls that were looked at, and the costs of those that differ.
#[derive(Default)]
struct Chunk {
    looked_at: usize,
    unknown: usize,
    new: Vec<(String, NewCost)>,
    versions: Option<(i64, i64)>,
    last: Option<(String, String)>,
}

impl Chunk {
    fn add_to(&self, sum: &mut Repricing) {
        sum.looked_at += self.looked_at;
        sum.unknown += self.unknown;
        sum.changed += self.new.len();
        for (model, new) in &self.new {
            let once = i64::from(new.counted);
            let (before, after) = (new.old.unwrap_or_default() * once, new.cost.total.0 * once);
            sum.priced_first += usize::from(new.old.is_none());
            let difference = sum.by_model.entry(model.clone()).or_default();
            difference.calls += 1;
            for (sum, nanos) in [
                (&mut sum.before, before),
                (&mut sum.after, after),
                (&mut difference.before, before),
                (&mut difference.after, after),
            ] {
                sum.0 = sum.0.saturating_add(nanos);
            }
        }
    }
}

async fn read_chunk(
    app: &App,
    project: ProjectKey,
    scope: &RepriceScope,
    after: Option<(String, String)>,
    book: &Arc<Book>,
) -> Result<Option<Chunk>> {
    let (scope, book) = (scope.clone(), Arc::clone(book));
    let read = move |conn: &mut AnyConnection| {
        let calls = reads::repriceable(conn, project, &scope, after.as_ref(), CHUNK)?;
        let Some(last) = calls.last() else { return Ok(None) };
        let last = Some((last.trace_id.clone(), last.observation_id.clone()));
        let mut chunk = Chunk { looked_at: calls.len(), last, ..Chunk::default() };
        for call in calls {
            take(conn, project, &book, call, &mut chunk)?;
        }
        Ok(Some(chunk))
    };
    app.db.read(read).await
}

fn take(
    conn: &mut AnyConnection,
    project: ProjectKey,
    book: &Book,
    stored: StoredCall,
    chunk: &mut Chunk,
) -> Result<()> {
    let model = stored.model.clone().unwrap_or_default();
    let mut call = call(conn, project, &stored, &model)?;
    let Some(row) = book.find(&model, stored.provider.as_deref(), call.at) else {
        chunk.unknown += usize::from(stored.cost_nanos.is_none());
        return Ok(());
    };
    // Only some prices ask for more than the columns hold; the image is read for those alone.
    if row.price.asks_more() {
        refine(conn, project, &stored, &mut call)?;
    }
    let cost = row.price.cost(&call.tokens, call.service_tier.as_deref());
    if stored.cost_nanos == Some(cost.total.0) && stored.price.as_deref() == Some(row.id.as_str()) {
        return Ok(());
    }
    if let Some(old) = stored.price.as_deref().and_then(|id| book.row(id)) {
        let (first, last) = chunk.versions.unwrap_or((old.version, old.version));
        chunk.versions = Some((first.min(old.version), last.max(old.version)));
    }
    let new = NewCost {
        trace_id: stored.trace_id,
        observation_id: stored.observation_id,
        revision: stored.revision,
        counted: stored.counted,
        old: stored.cost_nanos,
        old_price: stored.price,
        start_at: stored.start_at,
        cost,
        price: row.id.clone(),
    };
    chunk.new.push((model, new));
    Ok(())
}

pub(super) fn call<'a>(
    conn: &mut AnyConnection,
    project: ProjectKey,
    stored: &'a StoredCall,
    model: &'a str,
) -> Result<Call<'a>> {
    let at = match stored.start_at {
        Some(at) => at,
        None => reads::first_arrival(conn, project, &stored.trace_id)?.unwrap_or_default(),
    };
    let tokens = tokens(&counts(stored), &[], None);
    Ok(Call { model, provider: stored.provider.as_deref(), at, tokens, service_tier: None })
}

fn counts(stored: &StoredCall) -> TokenCounts {
    TokenCounts {
        uncached_input: stored.uncached_input,
        cached_read: stored.cached_read,
        cache_write: stored.cache_write,
        output: stored.output_tokens,
        reasoning: stored.reasoning,
    }
}

pub(super) fn refine(
    conn: &mut AnyConnection,
    project: ProjectKey,
    stored: &StoredCall,
    call: &mut Call<'_>,
) -> Result<()> {
    let Some(revision) = Digest::from_slice(&stored.revision) else { return Ok(()) };
    let image =
        crate::traces::reads::image(conn, project, &stored.trace_id, &stored.observation_id, revision)?;
    if let Some((tokens, service_tier)) = image.and_then(|image| of_image(&counts(stored), &image)) {
        (call.tokens, call.service_tier) = (tokens, service_tier);
    }
    Ok(())
}

/// Writes what still is as it was read; gives what was written.
fn write_chunk(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    project: ProjectKey,
    run: &str,
    number: usize,
    scope: RepriceScope,
    mut chunk: Chunk,
) -> Result<Chunk> {
    let turns = chunk.new.iter().map(|(_, new)| turn(project, "trace", &new.trace_id)).collect();
    take_turns(tx.conn, turns)?;
    let mut written = Vec::with_capacity(chunk.new.len());
    let (mut sums, mut more) = (BTreeMap::<String, i64>::new(), series::Contributions::new());
    for (model, new) in std::mem::take(&mut chunk.new) {
        let key = (new.trace_id.as_str(), new.observation_id.as_str());
        let before = measured_alone(tx.conn, project, key)?;
        if !store::set_cost(tx.conn, project, &new)? {
            continue;
        }
        series::add_all(&mut more, series::difference(measured_alone(tx.conn, project, key)?, &before));
        if new.counted {
            let sum = sums.entry(new.trace_id.clone()).or_default();
            *sum = sum.saturating_add(new.cost.total.0.saturating_sub(new.old.unwrap_or_default()));
        }
        written.push((model, new));
    }
    let named: Vec<&str> = written.iter().map(|(_, new)| new.trace_id.as_str()).collect();
    let began = written.iter().filter_map(|(_, new)| Some(new.start_at?.0));
    mark_touched(tx, project, &named, began.collect())?;
    series::add(tx.conn, project, &more)?;
    for (trace_id, nanos) in sums.iter().filter(|(_, nanos)| **nanos != 0) {
        store::add_to_trace(tx.conn, project, trace_id, *nanos)?;
    }
    chunk.new = written;
    if chunk.new.is_empty() {
        return Ok(chunk);
    }
    let mut sum = Repricing::default();
    chunk.add_to(&mut sum);
    let event = Repriced {
        run: run.to_owned(),
        chunk: number,
        scope,
        from_versions: chunk.versions,
        to_versions: (store::version(tx.conn, GENERAL)?, store::version(tx.conn, project)?),
        changed: sum.changed,
        before_nanos: sum.before.0,
        after_nanos: sum.after.0,
    };
    ledger.append_next(tx, &run_stream(project, run), repriced(&event)?)?;
    Ok(chunk)
}
