//! What a project has decided about its types of order.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::order_policies;
use crate::foundation::{Error, ProjectKey, Result};
use crate::work_orders::model::{Closers, TypeClass, TypePolicy};

/// One row, as stored: type, controlled, verification waived, closers, closer is not verifier, evidence required,
/// shortest reason.
type Row = (String, bool, bool, String, bool, bool, i32);

const COLUMNS: (
    order_policies::order_type,
    order_policies::controlled,
    order_policies::verification_waived,
    order_policies::closers,
    order_policies::closer_not_verifier,
    order_policies::evidence_required,
    order_policies::min_reason,
) = (
    order_policies::order_type,
    order_policies::controlled,
    order_policies::verification_waived,
    order_policies::closers,
    order_policies::closer_not_verifier,
    order_policies::evidence_required,
    order_policies::min_reason,
);

/// What holds for a type of order now.
pub fn of(conn: &mut AnyConnection, project: ProjectKey, order_type: TypeClass) -> Result<TypePolicy> {
    let row: Option<Row> =
        order_policies::table.find((project, order_type.as_str())).select(COLUMNS).first(conn).optional()?;
    row.map_or(Ok(TypePolicy::UNDECIDED), |row| policy(&row))
}

/// What holds for every type, in the order of the types.
pub fn all(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<(TypeClass, TypePolicy)>> {
    let rows: Vec<Row> =
        order_policies::table.filter(order_policies::project.eq(project)).select(COLUMNS).load(conn)?;
    let mut decided = BTreeMap::new();
    for row in &rows {
        decided.insert(row.0.clone(), policy(row)?);
    }
    let of = |class: TypeClass| decided.get(class.as_str()).copied().unwrap_or(TypePolicy::UNDECIDED);
    Ok(TypeClass::ALL.into_iter().map(|class| (class, of(class))).collect())
}

/// A row that cannot be read decides nothing: whoever asks is refused.
fn policy(row: &Row) -> Result<TypePolicy> {
    let (_, controlled, verification_waived, closers, closer_not_verifier, evidence_required, min_reason) =
        row;
    Ok(TypePolicy {
        controlled: *controlled,
        verification_waived: *verification_waived,
        closers: Closers::read(closers)
            .ok_or_else(|| Error::internal(format!("stored closers {closers}")))?,
        closer_not_verifier: *closer_not_verifier,
        evidence_required: *evidence_required,
        min_reason: u16::try_from(*min_reason).map_err(Error::internal)?,
    })
}
