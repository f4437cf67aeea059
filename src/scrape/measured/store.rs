//! Rows of `scrape_told`: what was told last.

use diesel::prelude::*;

use crate::db::schema::scrape_told;
use crate::db::{AnyConnection, each};
use crate::foundation::Result;

/// One metric as it was told last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = scrape_told)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct ToldRow {
    pub metric: String,
    /// 0 before the first time.
    pub revision: i64,
    /// JSON of [`super::told::Kept`].
    pub told: String,
}

/// All of them.
pub fn load(conn: &mut AnyConnection) -> Result<Vec<ToldRow>> {
    let rows = scrape_told::table.order(scrape_told::metric.asc()).select(ToldRow::as_select());
    Ok(rows.load(conn)?)
}

/// Puts this in place of the row of the revision before; false, and nothing done, when somebody else has done so meanwhile.
pub fn replace(conn: &mut AnyConnection, row: &ToldRow) -> Result<bool> {
    let changed = if row.revision <= 1 {
        each!(&mut *conn, |c| diesel::insert_into(scrape_told::table)
            .values(row)
            .on_conflict_do_nothing()
            .execute(c))?
    } else {
        let before = scrape_told::table
            .filter(scrape_told::metric.eq(&row.metric))
            .filter(scrape_told::revision.eq(row.revision.saturating_sub(1)));
        diesel::update(before)
            .set((scrape_told::revision.eq(row.revision), scrape_told::told.eq(&row.told)))
            .execute(conn)?
    };
    Ok(changed > 0)
}
