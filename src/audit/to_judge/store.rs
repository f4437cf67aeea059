//! The set of claims to judge, as rows.

use diesel::prelude::*;

use crate::audit::store::ClaimRow;
use crate::db::AnyConnection;
use crate::db::schema::claims;
use crate::foundation::{ProjectKey, Result};

type Backend = <AnyConnection as Connection>::Backend;

/// How many claims a list holds.
const MOST: i64 = 300;
/// Up to how many claims are counted.
pub(in crate::audit) const COUNTED: i64 = 10_000;
/// What the verdicts on a claim may say together.
const STANDINGS: [&str; 5] = ["open", "supported", "refuted", "not_enough_information", "disputed"];

/// The claims that are counted as judged or waiting ([`crate::audit::claims::Claim::is_to_judge`]); of one order if one is named.
fn to_judge(project: ProjectKey, order_id: Option<&str>) -> claims::BoxedQuery<'static, Backend> {
    let query = standing_in(project, order_id).filter(claims::materiality.gt(0));
    query.filter(claims::unclaimed.eq(false).or(claims::standing.ne("open")))
}

/// Claims that nobody took back; of one order if one is named.
fn standing_in(project: ProjectKey, order_id: Option<&str>) -> claims::BoxedQuery<'static, Backend> {
    let query = claims::table
        .filter(claims::project.eq(project))
        .filter(claims::withdrawn_at.is_null())
        .into_boxed::<Backend>();
    match order_id {
        Some(order_id) => query.filter(claims::order_id.eq(order_id.to_owned())),
        None => query,
    }
}

/// The claims to judge, weightiest and oldest first, narrowed to a standing if one is named; at most [`MOST`].
pub(in crate::audit) fn queue(
    conn: &mut AnyConnection,
    project: ProjectKey,
    standing: Option<&str>,
    order_id: Option<&str>,
) -> Result<Vec<ClaimRow>> {
    let standing_so =
        |standing: &str| to_judge(project, order_id).filter(claims::standing.eq(standing.to_owned()));
    if let Some(standing) = standing {
        return in_order(conn, standing_so(standing));
    }
    // One after the other: an index gives each in this order, and none gives all of them.
    let mut all = Vec::new();
    for standing in STANDINGS {
        all.extend(in_order(conn, standing_so(standing))?);
    }
    let place = |row: &ClaimRow| (-row.materiality, row.made_at, row.order_id.clone(), row.position);
    all.sort_by_cached_key(place);
    all.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    Ok(all)
}

/// What people stated and nobody gave weight: in no sum, and still to be found.
pub(in crate::audit) fn weightless(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: Option<&str>,
) -> Result<Vec<ClaimRow>> {
    in_order(conn, standing_in(project, order_id).filter(claims::materiality.eq(0)))
}

fn in_order(conn: &mut AnyConnection, query: claims::BoxedQuery<'static, Backend>) -> Result<Vec<ClaimRow>> {
    let order =
        (claims::materiality.desc(), claims::made_at.asc(), claims::order_id.asc(), claims::position.asc());
    Ok(query.order(order).limit(MOST).select(ClaimRow::as_select()).load(conn)?)
}

/// How many of the claims to judge have a verdict, and how many have none; counted up to [`COUNTED`] each.
pub(in crate::audit) fn progress(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: Option<&str>,
) -> Result<(i64, i64)> {
    let mut judged = 0;
    for standing in STANDINGS.into_iter().filter(|standing| *standing != "open") {
        judged += counted(conn, to_judge(project, order_id).filter(claims::standing.eq(standing)))?;
    }
    let open = counted(conn, to_judge(project, order_id).filter(claims::standing.eq("open")))?;
    Ok((judged.min(COUNTED), open))
}

/// Counting all of a million rows takes longer than a page may; nobody acts on the difference.
fn counted(conn: &mut AnyConnection, query: claims::BoxedQuery<'static, Backend>) -> Result<i64> {
    let found: Vec<i32> = query.select(claims::position).limit(COUNTED).load(conn)?;
    Ok(i64::try_from(found.len()).unwrap_or(COUNTED))
}
