//! Rows of `brought_files`.

use diesel::prelude::*;

use super::model::{KEPT_MICROS, Waiting};
use crate::db::AnyConnection;
use crate::db::schema::brought_files as files;
use crate::foundation::{Asker, Result, Timestamp};

/// A row as it is read.
#[derive(Queryable, Selectable)]
#[diesel(table_name = files)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct FileRow {
    file_id: String,
    name: String,
    bytes: Option<Vec<u8>>,
    refused: String,
    choices: String,
    at: Timestamp,
}

impl From<FileRow> for Waiting {
    fn from(row: FileRow) -> Self {
        let FileRow { file_id, name, bytes, refused, choices, at } = row;
        Self { id: file_id, name, bytes: bytes.unwrap_or_default(), refused, choices, at }
    }
}

/// Puts a file down.
pub(super) fn put(conn: &mut AnyConnection, asker: &Asker, file: &Waiting) -> Result<()> {
    let row = (
        files::project.eq(asker.project),
        files::account_id.eq(asker.id()),
        files::file_id.eq(&file.id),
        files::name.eq(&file.name),
        files::bytes.eq((!file.is_refused()).then_some(&file.bytes)),
        files::refused.eq(&file.refused),
        files::choices.eq(&file.choices),
        files::at.eq(file.at),
    );
    diesel::insert_into(files::table).values(row).execute(conn)?;
    Ok(())
}

/// The files that wait for somebody, in the order in which they came.
pub fn of(conn: &mut AnyConnection, asker: &Asker, now: Timestamp) -> Result<Vec<Waiting>> {
    let own = files::table.filter(files::project.eq(asker.project)).filter(files::account_id.eq(asker.id()));
    let own = own.filter(files::at.ge(now.plus_micros(-KEPT_MICROS))).order((files::at, files::file_id));
    let rows = own.select(FileRow::as_select()).load(conn)?;
    Ok(rows.into_iter().map(Waiting::from).collect())
}

/// One of them.
pub fn find(conn: &mut AnyConnection, asker: &Asker, id: &str, now: Timestamp) -> Result<Option<Waiting>> {
    let own = files::table.find((asker.project, asker.id(), id));
    let kept = own.filter(files::at.ge(now.plus_micros(-KEPT_MICROS)));
    let row = kept.select(FileRow::as_select()).first(conn).optional()?;
    Ok(row.map(Waiting::from))
}

/// Keeps what was chosen for one.
pub(super) fn choose(conn: &mut AnyConnection, asker: &Asker, id: &str, choices: &str) -> Result<()> {
    let own = files::table.find((asker.project, asker.id(), id));
    diesel::update(own).set(files::choices.eq(choices)).execute(conn)?;
    Ok(())
}

/// Lets one go, or all of somebody's.
pub(super) fn forget(conn: &mut AnyConnection, asker: &Asker, id: Option<&str>) -> Result<()> {
    let own = files::table.filter(files::project.eq(asker.project)).filter(files::account_id.eq(asker.id()));
    match id {
        Some(id) => diesel::delete(own.filter(files::file_id.eq(id))).execute(conn)?,
        None => diesel::delete(own).execute(conn)?,
    };
    Ok(())
}

/// Lets go of what waited too long, whoever brought it.
pub(super) fn forget_old(conn: &mut AnyConnection, now: Timestamp) -> Result<()> {
    diesel::delete(files::table.filter(files::at.lt(now.plus_micros(-KEPT_MICROS)))).execute(conn)?;
    Ok(())
}
