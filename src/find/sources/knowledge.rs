//! What was found to be so: atoms, by their statements.

use crate::db::AnyConnection;
use crate::find::asked::Asked;
use crate::find::found::{Group, Hit};
use crate::foundation::{Asker, Result};
use crate::knowledge::reads::{AtomRow, stated};
use crate::web::format::number;
use crate::web::words;

use super::ONE_MORE;

/// Atoms that are looked at.
const AMONG: i64 = 20_000;

/// Atoms whose statement holds every word, newest first. Everybody in the project reads them, as on their page.
pub(super) fn words(conn: &mut AnyConnection, asker: &Asker, asked: &Asked) -> Result<Group> {
    let (rows, is_cut) = stated(conn, asker.project, &asked.text, AMONG, ONE_MORE)?;
    let list = asked.at("/knowledge");
    let hit = |row: &AtomRow| Hit {
        href: format!("{list}#atom-{}", row.atom_id),
        title: row.statement.clone(),
        about: row.kind.clone(),
        state: words::verdict(&row.status),
        ..Hit::default()
    };
    let hits = rows.iter().map(hit).collect();
    let note = if is_cut {
        format!("of the {} newest; the list looks at all", number(AMONG))
    } else {
        String::new()
    };
    Ok(Group { id: "knowledge", title: "Knowledge", hits, list, note, ..Group::default() })
}
