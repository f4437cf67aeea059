//! Bringing a table in: a new version of a scope's prices. It changes no stored cost.

use crate::db::Tx;
use crate::foundation::{Action, Actor, Asker, Error, ProjectKey, Result};
use crate::ledger::Ledger;
use crate::repricing::Books;
use crate::repricing::events::{TableImported, imported, table_stream};
use crate::repricing::reads;
use crate::repricing::store;
use crate::repricing::store::{GENERAL, StoredPrice, TableRow};
use crate::state::App;
use prices::BUILTIN_LABEL as LABEL;
use prices::builtin_table;
use prices::import::{Refused, Table};
use prices::model::Price;
use prices::plan::{digest_of, id_of, plan};

/// What became of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// The version it made; none when it brought nothing new.
    pub version: Option<i64>,
    /// Prices of models that had none.
    pub added: usize,
    /// Prices that differed.
    pub changed: usize,
    /// Prices that were in force already.
    pub unchanged: usize,
    /// Rows that were not taken.
    pub refused: Vec<Refused>,
}

/// For whom a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Every project of the installation.
    Everybody,
    /// The asker's project alone.
    Project,
}

/// Brings a table in for everybody, or for one project only. The same table again changes nothing.
///
/// # Errors
/// [`Error::Conflict`] when somebody else brought one in at the same moment.
pub async fn import_table(
    app: &App,
    books: &Books,
    asker: &Asker,
    reach: Reach,
    table: Table,
) -> Result<Imported> {
    let (verb, project) = match reach {
        Reach::Everybody => (Action::ChangeSharedPrices, GENERAL),
        Reach::Project => (Action::ChangePrices, asker.project),
    };
    asker.must(verb)?;
    // Whatever comes is compared with what the program knows by itself.
    ensure_builtin(app, &Asker::system(GENERAL)).await?;
    let done = write(app, &asker.actor, project, table).await?;
    books.forget();
    Ok(done)
}

/// Puts the built-in table among the stored ones, once.
pub async fn ensure_builtin(app: &App, asker: &Asker) -> Result<()> {
    asker.must(Action::ChangeSharedPrices)?;
    if app.db.read(|conn| reads::has_table(conn, LABEL)).await? {
        return Ok(());
    }
    match write(app, &asker.actor, GENERAL, builtin_table()?).await {
        // Another process was first.
        Err(Error::Conflict { .. }) => Ok(()),
        other => other.map(|_| ()),
    }
}

async fn write(app: &App, actor: &Actor, project: ProjectKey, table: Table) -> Result<Imported> {
    let ledger = app.ledger.clone();
    app.db.write(actor, move |tx| write_in(tx, &ledger, project, table)).await
}

fn write_in(tx: &mut Tx<'_>, ledger: &Ledger, project: ProjectKey, table: Table) -> Result<Imported> {
    let before = store::version(tx.conn, project)?;
    let plan = plan(&store::prices(tx.conn, project)?, &table, tx.now());
    let mut done = Imported {
        version: None,
        added: plan.added.len(),
        changed: plan.changed.len(),
        unchanged: plan.unchanged,
        refused: table.refused,
    };
    if done.added + done.changed == 0 {
        return Ok(done);
    }
    let version = before + 1;
    let new: Vec<&Price> = plan.added.iter().chain(&plan.changed).collect();
    let rows = rows(project, version, &new)?;
    let event = TableImported {
        version,
        label: table.label,
        source: table.source,
        as_of: table.as_of.unwrap_or(tx.now()),
        digest: digest_of(rows.iter().map(|row| row.price_id.as_str())),
        added: done.added,
        changed: done.changed,
        unchanged: done.unchanged,
        refused: done.refused.len(),
    };
    ledger.append(tx, &table_stream(project), before, vec![imported(&event)?])?;
    store::insert(tx.conn, &table_row(tx, project, &event)?, &rows)?;
    done.version = Some(version);
    Ok(done)
}

/// The rows of new prices.
pub(super) fn rows(project: ProjectKey, version: i64, prices: &[&Price]) -> Result<Vec<StoredPrice>> {
    let row = |price: &&Price| {
        let content = serde_json::to_string(price)?;
        Ok(StoredPrice {
            project,
            price_id: id_of(project, version, &content),
            version,
            model: price.model.clone(),
            content,
        })
    };
    prices.iter().map(row).collect()
}

fn table_row(tx: &Tx<'_>, project: ProjectKey, event: &TableImported) -> Result<TableRow> {
    let count = |count: usize| i64::try_from(count).map_err(Error::internal);
    Ok(TableRow {
        project,
        version: event.version,
        label: event.label.clone(),
        source: event.source.clone(),
        digest: event.digest.0.to_vec(),
        added: count(event.added)?,
        changed: count(event.changed)?,
        unchanged: count(event.unchanged)?,
        refused: count(event.refused)?,
        imported_at: tx.now(),
        imported_by: tx.actor().id.clone(),
    })
}
