//! Claims: what was ticked, answered, met and stated, in the words of the claim.

use std::collections::HashMap;

use crate::audit::reads::{ClaimRow, may_see, newest_claims};
use crate::db::AnyConnection;
use crate::find::asked::Asked;
use crate::find::found::{Group, Hit};
use crate::foundation::address::part;
use crate::foundation::{Asker, Result};
use crate::web::format::number;
use crate::web::words;
use crate::work_orders::reads::by_id;

use super::MOST;

/// The newest claims, whose words are looked at.
const AMONG: i64 = 2_000;
/// Orders of claims that are asked about, whether their reader may see them.
const MOST_ASKED: usize = 200;

/// Claims whose statement or step holds every word, newest first, of orders that this person may see.
pub(super) fn words(conn: &mut AnyConnection, asker: &Asker, asked: &Asked) -> Result<Group> {
    let (rows, is_cut) = newest_claims(conn, asker.project, AMONG)?;
    let mut seen: HashMap<String, bool> = HashMap::new();
    let mut hits = Vec::new();
    for row in rows.iter().filter(|row| asked.is_in(&format!("{}\n{}", row.statement, row.context))) {
        if hits.len() > MOST || seen.len() > MOST_ASKED {
            break;
        }
        let is_seen = match seen.get(&row.order_id) {
            Some(is_seen) => *is_seen,
            None => may_see(conn, asker, &row.order_id)?,
        };
        seen.insert(row.order_id.clone(), is_seen);
        if is_seen {
            hits.push(hit(conn, row)?);
        }
    }
    // Where most orders with these words are those of others, one's own may stand further down.
    let note = match (seen.len() > MOST_ASKED, is_cut) {
        (true, _) => format!("of the {MOST_ASKED} newest orders that hold them"),
        (false, true) => format!("of the {} newest", number(AMONG)),
        (false, false) => String::new(),
    };
    Ok(Group { id: "claims", title: "Claims", hits, note, ..Group::default() })
}

/// A claim as it stands among what was found.
pub(super) fn hit(conn: &mut AnyConnection, row: &ClaimRow) -> Result<Hit> {
    let order = by_id(conn, row.project, &row.order_id)?;
    let number = order.map(|order| order.number).unwrap_or_default();
    Ok(Hit {
        href: format!("/claims/{}", part(&row.claim_id)),
        code: format!("{number}/{}", row.place),
        title: row.statement.clone(),
        about: row.context.clone(),
        state: words::verdict(&row.standing),
        ..Hit::default()
    })
}
