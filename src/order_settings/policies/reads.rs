//! What a project has decided about its types of order.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::db::AnyConnection;
use crate::db::schema::order_policies;
use crate::foundation::{Error, ProjectKey, Result};
use order_markdown::model::{Closers, TypeClass, TypePolicy};

/// A decision as stored.
#[derive(Queryable, Selectable)]
#[diesel(table_name = order_policies)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
struct PolicyRow {
    order_type: String,
    controlled: bool,
    verification_waived: bool,
    closers: String,
    closer_not_verifier: bool,
    evidence_required: bool,
    min_reason: i32,
    approval_signed: bool,
}

/// What holds for a type of order now.
pub fn of(conn: &mut AnyConnection, project: ProjectKey, order_type: TypeClass) -> Result<TypePolicy> {
    let decided = order_policies::table.find((project, order_type.as_str()));
    let row = decided.select(PolicyRow::as_select()).first(conn).optional()?;
    row.map_or(Ok(TypePolicy::UNDECIDED), |row| policy(&row))
}

/// What holds for every type, in the order of the types.
pub fn all(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<(TypeClass, TypePolicy)>> {
    let of_project = order_policies::table.filter(order_policies::project.eq(project));
    let rows: Vec<PolicyRow> = of_project.select(PolicyRow::as_select()).load(conn)?;
    let mut decided = BTreeMap::new();
    for row in &rows {
        decided.insert(row.order_type.clone(), policy(row)?);
    }
    let of = |class: TypeClass| decided.get(class.as_str()).copied().unwrap_or(TypePolicy::UNDECIDED);
    Ok(TypeClass::ALL.into_iter().map(|class| (class, of(class))).collect())
}

/// A row that cannot be read decides nothing: whoever asks is refused.
fn policy(row: &PolicyRow) -> Result<TypePolicy> {
    Ok(TypePolicy {
        controlled: row.controlled,
        verification_waived: row.verification_waived,
        closers: Closers::read(&row.closers)
            .ok_or_else(|| Error::internal(format!("stored closers {}", row.closers)))?,
        closer_not_verifier: row.closer_not_verifier,
        evidence_required: row.evidence_required,
        min_reason: u16::try_from(row.min_reason).map_err(Error::internal)?,
        approval_signed: row.approval_signed,
    })
}
