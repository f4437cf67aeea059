//! Claims: what was ticked, answered, met and stated, in the words of the claim.

use crate::audit::reads::{ClaimRow, MOST_OWN, newest_claims};
use crate::db::AnyConnection;
use crate::find::asked::Asked;
use crate::find::found::{Group, Hit};
use crate::foundation::address::part;
use crate::foundation::{Action, Asker, Grant, Result};
use crate::web::format::number;
use crate::web::words;
use crate::work_orders::reads::by_id;

use super::MOST;

/// The newest claims that their reader may see, whose words are looked at.
const AMONG: i64 = 2_000;

/// Claims whose statement or step holds every word, newest first, of orders that this person may see.
pub(super) fn words(conn: &mut AnyConnection, asker: &Asker, asked: &Asked) -> Result<Group> {
    let group = Group { id: "claims", title: "Claims", ..Group::default() };
    if asker.may(Action::ViewOrders) == Grant::Never {
        return Ok(group);
    }
    let newest = newest_claims(conn, asker, AMONG)?;
    let mut hits = Vec::new();
    for row in newest.rows.iter().filter(|row| asked.is_in(&format!("{}\n{}", row.statement, row.context))) {
        if hits.len() > MOST {
            break;
        }
        hits.push(hit(conn, row)?);
    }
    let note = match (newest.is_cut, newest.of_newest_orders) {
        (true, _) => format!("of the {} newest", number(AMONG)),
        (false, true) => format!("of the {} orders of yours that changed last", number(MOST_OWN)),
        (false, false) => String::new(),
    };
    Ok(Group { hits, note, ..group })
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
