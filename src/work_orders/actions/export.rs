//! Writing an order out as Markdown; importing that text gives the same order again.

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result};
use crate::state::App;
use crate::work_orders::{markdown, reads};

/// The Markdown form of the order with this number.
pub fn export(conn: &mut AnyConnection, project: ProjectKey, number: &str) -> Result<String> {
    let Some(id) = reads::find_id(conn, project, number)? else {
        return Err(Error::not_found(format!("the work order {number}")));
    };
    markdown::render(&reads::load(conn, project, &id, None)?)
}

/// [`export`] for the command line.
pub fn export_text(app: &App, project: ProjectKey, number: &str) -> Result<String> {
    app.db.read_blocking(|conn| export(conn, project, number))
}
