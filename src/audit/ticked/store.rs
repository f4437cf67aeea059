//! Which claims have a link, as rows.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::audit::store::STATED;
use crate::db::AnyConnection;
use crate::db::schema::{claims, links};
use crate::db::sql::{Sql, execute};
use crate::foundation::{ProjectKey, Result};

/// The parts of an order that a standing link names, as kind and id; what is linked to the order as a whole names none.
pub(in crate::audit) fn linked_parts(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<HashSet<(String, String)>> {
    let parts: Vec<(String, String)> = links::table
        .filter(links::project.eq(project))
        .filter(links::order_id.eq(order_id))
        .filter(links::removed_at.is_null())
        .filter(links::target_id.ne(""))
        .select((links::target_kind, links::target_id))
        .distinct()
        .load(conn)?;
    Ok(parts.into_iter().collect())
}

/// Notes that a link names this part: its claim has one then, and so have those of the items of a step.
pub(in crate::audit) fn set_linked(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    (kind, id): (&str, &str),
) -> Result<()> {
    let of_order = claims::table.filter(claims::project.eq(project)).filter(claims::order_id.eq(order_id));
    let named = claims::target_kind.eq(kind).and(claims::target_id.eq(id)).or(claims::step_id.eq(id));
    let rows = of_order.filter(claims::position.lt(STATED)).filter(named);
    diesel::update(rows).set(claims::has_link.eq(true)).execute(conn)?;
    Ok(())
}

/// Asks anew which claims of an order have a link, after one was taken away.
pub(in crate::audit) fn find_linked(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<()> {
    let linked = "UPDATE claims SET has_link = EXISTS (SELECT 1 FROM links l WHERE l.project = claims.project \
        AND l.order_id = claims.order_id AND l.removed_at IS NULL AND l.target_id <> '' \
        AND (l.target_kind = claims.target_kind AND l.target_id = claims.target_id OR l.target_id = claims.step_id)) WHERE project = ";
    let of_order = Sql::new(linked).whole(project.0).sql(" AND order_id = ").text(order_id);
    execute(conn, of_order.sql(" AND position < ").whole(i64::from(STATED)))
}
