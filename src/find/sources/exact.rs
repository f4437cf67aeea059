//! What has exactly this number, code or id. It stands on top, whatever words it would also be.

use chrono::Datelike as _;

use crate::assets::reads as assets;
use crate::audit::reads as audit;
use crate::db::AnyConnection;
use crate::find::asked::Asked;
use crate::find::found::Hit;
use crate::foundation::{Action, Asker, Grant, Result, Timestamp};
use crate::maintenance::procedures::reads as procedures;
use crate::traces::reads as traces;
use crate::work_orders::reads::found::numbered;
use crate::work_orders::reads::{self as orders, OrderRow};

use super::{claims, orders as order_hits, people, things, traces as trace_hits};

/// Traces with the same beginning that are shown.
const MOST_ALIKE: i64 = 5;

/// Everything that is called so and that this person may see; the most likely first.
pub(super) fn find(
    conn: &mut AnyConnection,
    asker: &Asker,
    asked: &Asked,
    now: Timestamp,
) -> Result<Vec<Hit>> {
    let mut hits = numbers(conn, asker, asked, now)?;
    let Some(code) = asked.code() else { return Ok(hits) };
    hits.extend(codes(conn, asker, code)?);
    hits.extend(ids(conn, asker, asked, code, now)?);
    Ok(hits)
}

fn numbers(conn: &mut AnyConnection, asker: &Asker, asked: &Asked, now: Timestamp) -> Result<Vec<Hit>> {
    let numbers = asked.numbers(now.to_chrono().year());
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = numbered(conn, asker.project, &numbers)?;
    rows.retain(|row| may_see(asker, row));
    // Of a short number the newest year is meant.
    Ok(rows.iter().rev().map(|row| order_hits::hit(row, now)).collect())
}

fn codes(conn: &mut AnyConnection, asker: &Asker, code: &str) -> Result<Vec<Hit>> {
    let mut hits = Vec::new();
    if asker.may(Action::ViewAssets) > Grant::Never {
        hits.extend(assets::find(conn, asker.project, code)?.as_ref().map(things::asset));
    }
    if asker.may(Action::ViewProcedures) > Grant::Never {
        hits.extend(procedures::find(conn, asker.project, code)?.as_ref().map(things::procedure));
    }
    hits.extend(people::coded(conn, asker, code)?);
    Ok(hits)
}

fn ids(
    conn: &mut AnyConnection,
    asker: &Asker,
    asked: &Asked,
    code: &str,
    now: Timestamp,
) -> Result<Vec<Hit>> {
    let mut hits = Vec::new();
    if let Some(claim) = audit::claim(conn, asker.project, code)?
        && audit::may_see(conn, asker, &claim.order_id)?
    {
        hits.push(claims::hit(conn, &claim)?);
    }
    if let Some(order) = orders::by_id(conn, asker.project, code)?.filter(|row| may_see(asker, row)) {
        hits.push(order_hits::hit(&order, now));
    }
    let whole = traces::trace(conn, asker.project, code)?;
    let alike = match asked.beginning() {
        Some(beginning) if whole.is_none() => traces::beginning(conn, asker.project, beginning, MOST_ALIKE)?,
        _ => Vec::new(),
    };
    hits.extend(whole.iter().chain(&alike).map(trace_hits::hit));
    Ok(hits)
}

fn may_see(asker: &Asker, row: &OrderRow) -> bool {
    asker.may_for(Action::ViewOrders, &row.tie(asker))
}
