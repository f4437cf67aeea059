//! Taking over an order from a Markdown file.
//!
//! The same bytes twice change nothing, for whoever may see the order they made. A number that is in use is refused; a file without one gets the next of the
//! year, and ids that are another order's already are given anew. Ticks come in as imported, and what speaks against itself is noted with the order.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Digest, Error, ProjectKey, Result};
use crate::ledger::Ledger;
use crate::state::App;
use crate::work_orders::decide::{NewOrder, begin};
use crate::work_orders::markdown;
use crate::work_orders::model::{Order, OrderNumber, When};
use crate::work_orders::own_ids;
use crate::work_orders::reads::{self, OrderRow};
use crate::work_orders::store;

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    pub order_id: String,
    pub number: OrderNumber,
    /// Whether it was made now; otherwise the same file had been imported before.
    pub is_new: bool,
    /// How much was odd.
    pub findings: usize,
}

/// Imports a file; `file` is its name, if known.
pub async fn import(app: &App, asker: &Asker, file: Option<String>, bytes: Vec<u8>) -> Result<Imported> {
    asker.must(Action::CreateDraft)?;
    let (ledger, who, now) = (app.ledger.clone(), asker.clone(), app.now());
    let source = Digest::of(&bytes);
    let order = markdown::parse_bytes(&bytes, &mut || new_id(now))?;
    app.db.write(&asker.actor, move |tx| take_over(tx, &ledger, &who, order, source, file)).await
}

/// [`import`] of a file that we bring ourselves. It is written at this moment, which the file cannot say; the same file
/// again is the same order all the same.
pub async fn import_ours(app: &App, asker: &Asker, file: &str, bytes: &[u8]) -> Result<Imported> {
    asker.must(Action::CreateDraft)?;
    let (ledger, who, now) = (app.ledger.clone(), asker.clone(), app.now());
    let (source, file) = (Digest::of(bytes), Some(file.to_owned()));
    let order = Order { created: When::exact(now), ..markdown::parse_bytes(bytes, &mut || new_id(now))? };
    app.db.write(&asker.actor, move |tx| take_over(tx, &ledger, &who, order, source, file)).await
}

/// [`import`] for the command line: with the rights of whoever has the server.
pub fn import_file(app: &App, asker: &Asker, file: Option<String>, bytes: &[u8]) -> Result<Imported> {
    asker.must(Action::CreateDraft)?;
    let (ledger, who, now) = (app.ledger.clone(), asker.clone(), app.now());
    let source = Digest::of(bytes);
    let order = markdown::parse_bytes(bytes, &mut || new_id(now))?;
    app.db.write_blocking(&asker.actor, move |tx| take_over(tx, &ledger, &who, order, source, file))
}

fn take_over(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    who: &Asker,
    mut order: Order,
    source: Digest,
    file: Option<String>,
) -> Result<Imported> {
    store::take_turn(tx, who.project, store::NUMBERS)?;
    let same = reads::by_source(tx.conn, who.project, source)?;
    if let Some(row) = same.iter().find(|row| who.may_for(Action::ViewOrders, &row.tie(who))) {
        return known(row);
    }
    number(tx, who.project, &mut order)?;
    let now = tx.now();
    own_ids::ensure(tx.conn, who.project, &mut order, &mut || new_id(now))?;
    let id = new_id(now);
    order.id.clone_from(&id);
    let number = order.number.clone();
    let new = NewOrder::Import { order: Box::new(order), source, file };
    let decided = begin(new, who, now, &mut || new_id(now))?;
    super::append(tx, ledger, who.project, &Order { id: id.clone(), ..Order::default() }, decided)?;
    let stored = reads::by_id(tx.conn, who.project, &id)?;
    let findings = stored.map_or(0, |row| usize::try_from(row.findings).unwrap_or_default());
    Ok(Imported { order_id: id, number, is_new: true, findings })
}

fn known(row: &OrderRow) -> Result<Imported> {
    let number = OrderNumber::parse(&row.number).ok_or_else(|| Error::internal("a stored number"))?;
    let findings = usize::try_from(row.findings).unwrap_or_default();
    Ok(Imported { order_id: row.order_id.clone(), number, is_new: false, findings })
}

/// Checks the file's number, or gives the next one.
fn number(tx: &mut Tx<'_>, project: ProjectKey, order: &mut Order) -> Result<()> {
    if order.number.is_given() {
        let found = reads::find(tx.conn, project, order.number.as_str())?;
        return found.map_or(Ok(()), |row| Err(store::taken(&row.number)));
    }
    order.number = store::next_number(tx.conn, project, store::year_of(tx.now()))?;
    Ok(())
}
