//! Writing an order out as Markdown: what came from a file and was not changed comes out byte for byte the same.

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, Result};
use crate::state::App;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::{reads, signing};

/// The Markdown form of the order with this number, for whoever may see it.
pub fn export(conn: &mut AnyConnection, asker: &Asker, number: &str) -> Result<String> {
    asker.must_some(Action::ViewOrders)?;
    let Some(id) = reads::find_id(conn, asker.project, number)? else {
        return Err(Error::not_found(format!("the work order {number}")));
    };
    let events = reads::history(conn, asker.project, &id, None)?;
    let order = reads::fold_events(&events)?;
    asker.must_for(Action::ViewOrders, &tie(&order, &asker.actor))?;
    signing::written::render(&order, &events)
}

/// [`export`] for the command line.
pub fn export_text(app: &App, asker: &Asker, number: &str) -> Result<String> {
    app.db.read_blocking(|conn| export(conn, asker, number))
}
