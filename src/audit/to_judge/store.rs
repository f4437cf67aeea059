//! The set of claims to judge, as rows.

use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};

use crate::audit::store::{ClaimRow, STATED};
use crate::db::AnyConnection;
use crate::db::schema::{claims, orders, verdicts};
use crate::db::sql::{Sql, count, load};
use crate::foundation::{ProjectKey, Result};
use crate::work_orders::model::Status;

type Backend = <AnyConnection as Connection>::Backend;

/// How many claims a list holds.
pub(in crate::audit) const MOST: i64 = 300;
/// Up to how many claims are counted.
pub(in crate::audit) const COUNTED: i64 = 10_000;
/// What the verdicts on a claim may say together.
const STANDINGS: [&str; 5] = ["open", "supported", "refuted", "not_enough_information", "disputed"];

/// Of which orders claims are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::audit) enum Of<'a> {
    All,
    One(&'a str),
    These(&'a [String]),
}

impl<'a> Of<'a> {
    /// The one that is named, else those that somebody sees, where these are not all.
    pub(in crate::audit) fn named(order_id: Option<&'a str>, seen: Option<&'a [String]>) -> Self {
        match (order_id, seen) {
            (Some(one), _) => Self::One(one),
            (None, Some(these)) => Self::These(these),
            (None, None) => Self::All,
        }
    }
}

/// The claims that are counted as judged or waiting ([`crate::audit::claims::Claim::is_to_judge`]).
fn to_judge(project: ProjectKey, of: Of<'_>) -> claims::BoxedQuery<'static, Backend> {
    let query = standing_in(project, of).filter(claims::materiality.gt(0));
    query.filter(claims::unclaimed.eq(false).or(claims::standing.ne("open")))
}

/// Claims that nobody took back.
fn standing_in(project: ProjectKey, of: Of<'_>) -> claims::BoxedQuery<'static, Backend> {
    let query = claims::table
        .filter(claims::project.eq(project))
        .filter(claims::withdrawn_at.is_null())
        .into_boxed::<Backend>();
    match of {
        Of::One(order_id) => query.filter(claims::order_id.eq(order_id.to_owned())),
        Of::These(orders) => query.filter(claims::order_id.eq_any(orders.to_vec())),
        Of::All => query,
    }
}

/// The claims to judge, narrowed to a standing if one is named; at most [`MOST`]. Disputed and refuted ones stand before the others,
/// what nobody attested and what is left open in orders that were closed without verification behind them, and in each the weightiest
/// and oldest first: what is cut off is the last.
pub(in crate::audit) fn queue(
    conn: &mut AnyConnection,
    project: ProjectKey,
    standing: Option<&str>,
    of: Of<'_>,
) -> Result<Vec<ClaimRow>> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let standing_so = |standing: &'static str| to_judge(project, of).filter(claims::standing.eq(standing));
    let known = STANDINGS.into_iter().filter(|known| standing.is_none_or(|asked| asked == *known));
    // One after the other: an index gives each in this order, and none gives all of them.
    let (mut all, mut behind) = (Vec::new(), Vec::new());
    for known in known {
        if known == "open" {
            let (waits, left) = open(conn, project, of)?;
            all.extend(waits);
            behind = left;
        } else {
            all.extend(in_order(conn, standing_so(known))?);
        }
    }
    let is_exception = |row: &ClaimRow| row.standing == "disputed" || row.standing == "refuted";
    let place = |row: &ClaimRow| {
        (!is_exception(row), -row.materiality, row.made_at, row.order_id.clone(), row.position)
    };
    all.sort_by_cached_key(place);
    all.extend(behind);
    all.truncate(most);
    Ok(all)
}

/// The claims without a verdict: those that can be given one and wait for it, then those that cannot yet because nobody attested
/// them, and those of orders that were closed without any, for which nothing waits; what was stated beside an order waits all the
/// same. At most [`MOST`] together.
fn open(conn: &mut AnyConnection, project: ProjectKey, of: Of<'_>) -> Result<(Vec<ClaimRow>, Vec<ClaimRow>)> {
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let of_now = |unattested: bool| unjudged(project, of, false).filter(claims::unattested.eq(unattested));
    let waits = in_order(conn, of_now(false))?;
    let mut behind = Vec::new();
    for query in [of_now(true), unjudged(project, of, true)] {
        if waits.len() + behind.len() < most {
            behind.extend(in_order(conn, query)?);
        }
    }
    Ok((waits, behind))
}

/// The claims without a verdict that nothing waits for any more, or those that wait for one.
fn unjudged(project: ProjectKey, of: Of<'_>, is_past: bool) -> claims::BoxedQuery<'static, Backend> {
    let closed = orders::table
        .filter(orders::project.eq(claims::project))
        .filter(orders::order_id.eq(claims::order_id))
        .filter(orders::status.eq(Status::Closed.as_str()));
    let past = claims::position.lt(STATED).and(diesel::dsl::exists(closed));
    let open = to_judge(project, of).filter(claims::standing.eq("open"));
    if is_past { open.filter(past) } else { open.filter(diesel::dsl::not(past)) }
}

/// A claim that waits for a verdict, with what its row and its order's say of whose work it is.
#[derive(Clone, Debug, QueryableByName)]
pub(in crate::audit) struct WaitingRow {
    #[diesel(sql_type = Text)]
    pub(in crate::audit) claim_id: String,
    #[diesel(sql_type = Text)]
    pub(in crate::audit) order_id: String,
    /// Empty where nobody ticked it.
    #[diesel(sql_type = Text)]
    pub(in crate::audit) author_id: String,
    #[diesel(sql_type = Bool)]
    pub(in crate::audit) unattested: bool,
    /// Who has the order.
    #[diesel(sql_type = Nullable<Text>)]
    pub(in crate::audit) assignee: Option<String>,
    /// Who wrote or imported it.
    #[diesel(sql_type = Nullable<Text>)]
    pub(in crate::audit) owner: Option<String>,
}

/// The claims that wait for a verdict, as the queue holds them, but for those of closed orders; at most [`COUNTED`]. What nobody
/// attested stands behind.
pub(in crate::audit) fn waiting(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<WaitingRow>> {
    // A cross join, for SQLite then begins with the claims, whose index has them in this order.
    let select = Sql::new(
        "SELECT c.claim_id AS claim_id, c.order_id AS order_id, c.author_id AS author_id, c.unattested AS unattested, \
         o.assignee_account AS assignee, o.owner AS owner \
         FROM claims c CROSS JOIN orders o WHERE o.project = c.project AND o.order_id = c.order_id \
         AND c.withdrawn_at IS NULL AND c.standing = 'open' AND c.materiality > 0 AND NOT c.unclaimed AND c.project = ",
    );
    let select = select.whole(project.0).sql(" AND (c.position >= ").whole(STATED.into());
    let select = select.sql(" OR o.status <> ").text(Status::Closed.as_str());
    let select = select.sql(") ORDER BY c.materiality DESC, c.made_at, c.order_id, c.position LIMIT ");
    let mut rows: Vec<WaitingRow> = load(conn, select.whole(COUNTED))?;
    rows.sort_by_key(|row| row.unattested);
    Ok(rows)
}

/// Whether a project has any verdict.
pub(in crate::audit) fn has_verdict(conn: &mut AnyConnection, project: ProjectKey) -> Result<bool> {
    let any = verdicts::table.filter(verdicts::project.eq(project)).select(verdicts::verdict_id);
    Ok(any.first::<String>(conn).optional()?.is_some())
}

/// How many of the claims to judge have no verdict, in all projects together, those of closed orders among them: that is
/// in the index alone, while the state of each one's order is not. Counted up to [`COUNTED`].
pub(in crate::audit) fn open_anywhere(conn: &mut AnyConnection) -> Result<i64> {
    let open = Sql::new(
        "claims.project IN (SELECT key FROM projects) AND claims.withdrawn_at IS NULL \
         AND claims.standing = 'open' AND claims.materiality > 0 AND NOT claims.unclaimed",
    );
    count(conn, "claims", &open, COUNTED)
}

/// What people stated and nobody gave weight: in no sum, and still to be found.
pub(in crate::audit) fn weightless(
    conn: &mut AnyConnection,
    project: ProjectKey,
    of: Of<'_>,
) -> Result<Vec<ClaimRow>> {
    in_order(conn, standing_in(project, of).filter(claims::materiality.eq(0)))
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
    of: Of<'_>,
) -> Result<(i64, i64)> {
    let mut judged = 0;
    for standing in STANDINGS.into_iter().filter(|standing| *standing != "open") {
        judged += counted(conn, to_judge(project, of).filter(claims::standing.eq(standing)))?;
    }
    let open = counted(conn, to_judge(project, of).filter(claims::standing.eq("open")))?;
    Ok((judged.min(COUNTED), open))
}

/// Counting all of a million rows takes longer than a page may; nobody acts on the difference.
fn counted(conn: &mut AnyConnection, query: claims::BoxedQuery<'static, Backend>) -> Result<i64> {
    let found: Vec<i32> = query.select(claims::position).limit(COUNTED).load(conn)?;
    Ok(i64::try_from(found.len()).unwrap_or(COUNTED))
}
