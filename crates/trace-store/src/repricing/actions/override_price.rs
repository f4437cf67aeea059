//! A project's own price for a model, from a day on.

use crate::db::Tx;
use crate::foundation::{Action, Asker, ProjectKey, Result};
use crate::ledger::Ledger;
use crate::repricing::Books;
use crate::repricing::events::{PriceOverridden, overridden, table_stream};
use crate::repricing::store;
use crate::repricing::store::{GENERAL, TableRow};
use crate::state::App;
use prices::matching;
use prices::model::Price;
use prices::plan::digest_of;

use super::import_table::{ensure_builtin, rows};

/// Gives a project a price of its own; gives its id. Stored costs stay as they are.
///
/// # Errors
/// [`crate::foundation::Error::Invalid`] with the field's path; a conflict when somebody else was faster.
pub async fn override_price(app: &App, books: &Books, asker: &Asker, price: Price) -> Result<String> {
    asker.must(Action::ChangePrices)?;
    price.check()?;
    price.pattern.as_deref().map_or(Ok(()), |pattern| matching::compile(pattern).map(|_| ()))?;
    ensure_builtin(app, &Asker::system(GENERAL)).await?;
    let (ledger, project) = (app.ledger.clone(), asker.project);
    let id = app.db.write(&asker.actor, move |tx| write(tx, &ledger, project, price)).await?;
    books.forget();
    Ok(id)
}

fn write(tx: &mut Tx<'_>, ledger: &Ledger, project: ProjectKey, price: Price) -> Result<String> {
    let before = store::version(tx.conn, project)?;
    let version = before + 1;
    let rows = rows(project, version, &[&price])?;
    let id = rows.iter().map(|row| row.price_id.clone()).collect::<String>();
    let event = PriceOverridden { version, id: id.clone(), price };
    ledger.append(tx, &table_stream(project), before, vec![overridden(&event)?])?;
    let table = TableRow {
        project,
        version,
        label: format!("own {version}"),
        source: "given by hand".to_owned(),
        digest: digest_of([id.as_str()].into_iter()).0.to_vec(),
        added: 1,
        changed: 0,
        unchanged: 0,
        refused: 0,
        imported_at: tx.now(),
        imported_by: tx.actor().id.clone(),
    };
    store::insert(tx.conn, &table, &rows)?;
    Ok(id)
}
