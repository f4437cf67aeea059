//! Rows of `folder_clashes`.

use diesel::prelude::*;

use super::model::{Clash, Settled};
use crate::db::schema::folder_clashes as clashes;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

#[derive(Queryable, Selectable)]
#[diesel(table_name = clashes)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct ClashRow {
    order_id: String,
    path: String,
    base: String,
    file: String,
    at: Timestamp,
    settled_file: Option<String>,
    settled_here: Option<String>,
    settled_by: Option<String>,
    settled_at: Option<Timestamp>,
}

impl From<ClashRow> for Clash {
    fn from(row: ClashRow) -> Self {
        let ClashRow { order_id, path, base, file, at, .. } = row;
        let settled = match (row.settled_file, row.settled_here, row.settled_by, row.settled_at) {
            (Some(file), Some(here), Some(by), Some(at)) => Some(Settled { file, here, by, at }),
            _ => None,
        };
        Self { order_id, path, base, file, at, settled }
    }
}

/// The clash of an order, if there is one.
pub fn find(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<Option<Clash>> {
    let row =
        clashes::table.find((project, order_id)).select(ClashRow::as_select()).first(conn).optional()?;
    Ok(row.map(Clash::from))
}

/// Keeps a clash in the place of an earlier one of the order.
pub(super) fn put(conn: &mut AnyConnection, project: ProjectKey, clash: &Clash) -> Result<()> {
    let settled = clash.settled.as_ref();
    let change = (
        clashes::path.eq(&clash.path),
        clashes::base.eq(&clash.base),
        clashes::file.eq(&clash.file),
        clashes::at.eq(clash.at),
        clashes::settled_file.eq(settled.map(|it| &it.file)),
        clashes::settled_here.eq(settled.map(|it| &it.here)),
        clashes::settled_by.eq(settled.map(|it| &it.by)),
        clashes::settled_at.eq(settled.map(|it| it.at)),
    );
    let row = (clashes::project.eq(project), clashes::order_id.eq(&clash.order_id), change);
    each!(conn, |c| diesel::insert_into(clashes::table)
        .values(row)
        .on_conflict((clashes::project, clashes::order_id))
        .do_update()
        .set(change)
        .execute(c)?);
    Ok(())
}

/// Lets the clash of an order go: the texts are one again.
pub(super) fn forget(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<()> {
    diesel::delete(clashes::table.find((project, order_id))).execute(conn)?;
    Ok(())
}
