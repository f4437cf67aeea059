//! Scores: each row is the fold of the arrivals it keeps, and each of those is as its digest says.

use diesel::prelude::*;

use crate::db::schema::scores;
use crate::db::{AnyConnection, Db, each};
use crate::foundation::{ProjectKey, Result};
use crate::tombstones::tombstone;
use crate::traces::stored::StoredScore;
use crate::traces::stored::remade_score;

use super::{Checked, first_difference, snapshot};

const PAGE: i64 = 256;

type Key = (ProjectKey, String);

pub(super) fn check(db: &Db, checked: &mut Checked) -> Result<()> {
    let mut after = (ProjectKey(i64::MIN), String::new());
    while let Some(last) = db.read_blocking(|conn| snapshot(conn, |conn| page(conn, &after, checked)))? {
        after = last;
    }
    Ok(())
}

fn page(conn: &mut AnyConnection, (project, id): &Key, checked: &mut Checked) -> Result<Option<Key>> {
    let rows: Vec<StoredScore> = each!(conn, |c| scores::table
        .filter(scores::project.gt(*project).or(scores::project.eq(*project).and(scores::score_id.gt(id))))
        .order((scores::project.asc(), scores::score_id.asc()))
        .limit(PAGE)
        .select(StoredScore::as_select())
        .load(c))?;
    for row in &rows {
        checked.scores += 1;
        let key = format!("project {}, score {}", row.project.0, row.score_id);
        let stone = row.trace_id.as_ref().map(|trace| tombstone(conn, row.project, trace)).transpose()?;
        if let Some(stone) = stone.flatten() {
            checked.differs("scores", &key, "trace_id", "a row", format!("nothing: {}", stone.sentence()));
        }
        match remade_score(row) {
            Err(what) => checked.differs("scores", key, "parts", what, "arrivals as they came"),
            Ok(made) => {
                if let Some((column, stored, made)) = first_difference(row, &made) {
                    checked.differs("scores", key, column, stored, made);
                }
            }
        }
    }
    Ok(rows.last().map(|row| (row.project, row.score_id.clone())))
}
