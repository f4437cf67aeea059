//! The set of claims to judge, as rows.

use diesel::prelude::*;

use crate::audit::store::ClaimRow;
use crate::db::AnyConnection;
use crate::db::schema::claims;
use crate::foundation::{ProjectKey, Result};

type Backend = <AnyConnection as Connection>::Backend;

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

/// The claims to judge, weightiest and oldest first, narrowed to a standing if one is named; at most 300.
pub(in crate::audit) fn queue(
    conn: &mut AnyConnection,
    project: ProjectKey,
    standing: Option<&str>,
    order_id: Option<&str>,
) -> Result<Vec<ClaimRow>> {
    let all = to_judge(project, order_id);
    let query = match standing {
        Some(standing) => all.filter(claims::standing.eq(standing.to_owned())),
        None => all,
    };
    in_order(conn, query)
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
    Ok(query.order(order).limit(300).select(ClaimRow::as_select()).load(conn)?)
}

/// How many of the claims to judge have a verdict, and how many there are.
pub(in crate::audit) fn progress(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: Option<&str>,
) -> Result<(i64, i64)> {
    let total = to_judge(project, order_id).count().get_result(conn)?;
    let judged = to_judge(project, order_id).filter(claims::standing.ne("open")).count().get_result(conn)?;
    Ok((judged, total))
}
