//! Marks and sums: which hours are due, what their rows come to, and the writing of it.

pub(crate) mod marks;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use crate::db::locks::hour_turn;
use crate::db::locks::take_turns;
use crate::db::schema::metric_marks;
use crate::db::{AnyConnection, Tx, each};
use crate::foundation::{Failure, ProjectKey, Result, Timestamp};
use marks::{HOUR, delete_sums};

use super::table::{CALLS, OBSERVATIONS, TRACES, Table};
use crate::db::sql::{Sql, execute, load};

/// Hours looked up at a time.
const BATCH: i64 = 50;
/// An hour with more groups than this is always read from its rows.
const MOST_GROUPS: usize = 2_000;
/// Rows in one statement.
const CHUNK: usize = 64;

const TABLES: [Table; 3] = [OBSERVATIONS, TRACES, CALLS];

/// Leaves the newest of an hour's marks; rows that others have not committed yet are not seen and stay.
pub(super) fn thin_out(conn: &mut AnyConnection) -> Result<()> {
    let not = if conn.is_sqlite() { "= 0" } else { "= FALSE" };
    let text = format!(
        "DELETE FROM metric_marks WHERE is_wide {not} AND EXISTS (SELECT 1 FROM metric_marks newer \
         WHERE newer.project = metric_marks.project AND newer.start_at = metric_marks.start_at \
         AND newer.is_wide {not} AND newer.id > metric_marks.id)"
    );
    each!(conn, |c| diesel::sql_query(text).execute(c))?;
    Ok(())
}

/// Hours with a mark whose newest is older than a moment.
pub(super) fn due(conn: &mut AnyConnection, quiet: Timestamp) -> Result<Vec<(ProjectKey, i64)>> {
    use diesel::dsl::max;
    Ok(each!(conn, |c| metric_marks::table
        .filter(metric_marks::is_wide.eq(false))
        .group_by((metric_marks::project, metric_marks::start_at))
        .having(max(metric_marks::marked_at).lt(quiet))
        .select((metric_marks::project, metric_marks::start_at))
        .limit(BATCH)
        .load(c))?)
}

/// The marks of an hour.
pub(crate) fn marks(conn: &mut AnyConnection, project: ProjectKey, start_at: i64) -> Result<Vec<i64>> {
    Ok(metric_marks::table
        .filter(metric_marks::project.eq(project))
        .filter(metric_marks::start_at.eq(start_at))
        .order(metric_marks::id.asc())
        .select(metric_marks::id)
        .load(conn)?)
}

/// One group of one table.
#[derive(Debug, QueryableByName)]
pub(crate) struct Group {
    #[diesel(sql_type = Nullable<Text>)]
    d0: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d1: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d2: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d3: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d4: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d5: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d6: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d7: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d8: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d9: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d10: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    d11: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s0: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s1: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s2: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s3: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s4: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s5: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s6: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s7: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s8: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s9: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s10: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s11: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s12: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s13: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s14: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s15: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    s16: Option<i64>,
}

const DIMENSIONS: usize = 12;
const SUMS: usize = 17;

impl Group {
    fn dimensions(&self) -> [&Option<String>; DIMENSIONS] {
        [
            &self.d0, &self.d1, &self.d2, &self.d3, &self.d4, &self.d5, &self.d6, &self.d7, &self.d8,
            &self.d9, &self.d10, &self.d11,
        ]
    }

    fn sums(&self) -> [Option<i64>; SUMS] {
        [
            self.s0, self.s1, self.s2, self.s3, self.s4, self.s5, self.s6, self.s7, self.s8, self.s9,
            self.s10, self.s11, self.s12, self.s13, self.s14, self.s15, self.s16,
        ]
    }
}

/// What an hour comes to, by table.
pub(crate) type Made = Option<Vec<(Table, Vec<Group>)>>;

/// The groups of an hour; none when there are too many, or their sums too large for the column.
pub(crate) fn make(conn: &mut AnyConnection, project: ProjectKey, start_at: i64) -> Result<Made> {
    let mut made = Vec::new();
    for table in TABLES {
        let groups: Vec<Group> = match load(conn, select(&table, project, start_at)) {
            Ok(groups) => groups,
            Err(cause) if cause.failure() == Some(&Failure::Overflow) => return Ok(None),
            Err(cause) => return Err(cause),
        };
        if groups.len() > MOST_GROUPS {
            return Ok(None);
        }
        made.push((table, groups));
    }
    Ok(Some(made))
}

/// The groups of an hour as they are stored.
pub(crate) fn stored(
    conn: &mut AnyConnection,
    table: &Table,
    project: ProjectKey,
    start_at: i64,
) -> Result<Vec<Group>> {
    let mut sql = Sql::new("SELECT ");
    let dimensions = table.dimensions();
    for place in 0..DIMENSIONS {
        let value = dimensions.get(place).map_or("CAST(NULL AS TEXT)", |(column, _)| column);
        sql = sql.sql(format!("{value} AS d{place}, "));
    }
    for place in 0..SUMS {
        let value = table.sums.get(place).map_or("CAST(NULL AS BIGINT)", |it| it.column);
        sql = sql.sql(format!("{}{value} AS s{place}", if place == 0 { "" } else { ", " }));
    }
    let sql = sql.sql(format!(" FROM {} WHERE project = ", table.name)).whole(project.0);
    load(conn, sql.sql(" AND start_at = ").whole(start_at))
}

fn select(table: &Table, project: ProjectKey, start_at: i64) -> Sql {
    let mut sql = Sql::new("SELECT ");
    let dimensions = table.dimensions();
    for place in 0..DIMENSIONS {
        let value = dimensions.get(place).map_or("CAST(NULL AS TEXT)", |(_, row)| row);
        sql = sql.sql(format!("{value} AS d{place}, "));
    }
    for place in 0..SUMS {
        let value = match table.sums.get(place) {
            Some(it) => format!("CAST({}({}) AS BIGINT)", it.fold, it.row),
            None => "CAST(NULL AS BIGINT)".to_owned(),
        };
        sql = sql.sql(format!("{}{value} AS s{place}", if place == 0 { "" } else { ", " }));
    }
    let (alias, time, (tables, condition)) = (table.alias, table.time, table.rows);
    let sql = sql.sql(format!(" FROM {tables} WHERE {condition} AND {alias}.project = ")).whole(project.0);
    let sql = sql.sql(format!(" AND {time} >= ")).whole(start_at);
    let sql = sql.sql(format!(" AND {time} < ")).whole(start_at.saturating_add(HOUR));
    let keys: Vec<String> = (1..=dimensions.len()).map(|place| place.to_string()).collect();
    sql.sql(format!(" GROUP BY {} LIMIT {}", keys.join(", "), MOST_GROUPS + 1))
}

/// Writes the sums in place of the marks they answer; false when somebody else was quicker.
pub(super) fn put(
    tx: &mut Tx<'_>,
    project: ProjectKey,
    start_at: i64,
    seen: &[i64],
    made: Made,
) -> Result<bool> {
    take_turns(tx.conn, vec![hour_turn(project, start_at)])?;
    if marks(tx.conn, project, start_at)? != seen {
        // Somebody else summed newer rows, or rows came or went meanwhile.
        return Ok(false);
    }
    each!(tx.conn, |c| diesel::delete(metric_marks::table).filter(metric_marks::id.eq_any(seen)).execute(c))?;
    delete_sums(tx.conn, project, &[start_at])?;
    let Some(made) = made else {
        let row = (
            metric_marks::project.eq(project),
            metric_marks::start_at.eq(start_at),
            metric_marks::marked_at.eq(tx.now()),
            metric_marks::is_wide.eq(true),
        );
        each!(tx.conn, |c| diesel::insert_into(metric_marks::table).values(row).execute(c))?;
        return Ok(true);
    };
    for (table, groups) in made {
        for chunk in groups.chunks(CHUNK) {
            execute(tx.conn, insert(&table, project, start_at, chunk))?;
        }
    }
    Ok(true)
}

fn insert(table: &Table, project: ProjectKey, start_at: i64, groups: &[Group]) -> Sql {
    let dimensions = table.dimensions();
    let columns = dimensions.iter().map(|(column, _)| *column).chain(table.sums.iter().map(|it| it.column));
    let columns: Vec<&str> = ["project", "start_at"].into_iter().chain(columns).collect();
    let rows = groups.iter().map(|group| {
        let mut row = Sql::new("(").whole(project.0).sql(", ").whole(start_at);
        for text in group.dimensions().into_iter().take(dimensions.len()) {
            row = row.sql(", ").maybe_text(text.as_deref());
        }
        for number in group.sums().into_iter().take(table.sums.len()) {
            row = row.sql(", ").maybe_whole(number);
        }
        row.sql(")")
    });
    let head = format!("INSERT INTO {} ({}) VALUES ", table.name, columns.join(", "));
    Sql::new(head).then(Sql::joined(", ", rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_room_for_every_column() {
        for table in TABLES {
            assert!(table.dimensions().len() <= DIMENSIONS && table.sums.len() <= SUMS, "{}", table.name);
        }
    }
}
