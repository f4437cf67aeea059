//! What calls are recognised by: the table of everybody's rules and those of the project.

use super::call::{Call, json};
use super::operations::{Operation, Operations};
use super::refusal::Answer;
use crate::recognition::reads;
use crate::shapes::RulesView;
use crate::web::Access;

/// Registers the operations: whoever reads traces reads what names them.
pub fn operations(all: &mut Operations<'_>) {
    let rules = Operation::get(
        "/api/v1/fleet/rules",
        "Fleet",
        "getRules",
        "Read the rules by which calls are recognised",
    )
    .about(
        "Of one name what stands first comes first; what a newer version of the table added gives way to what an older one reads, \
         and the project's own rules to both.",
    );
    all.add(rules.gives::<RulesView>(200, "The rules in force."), Access::SignedIn, show);
}

/// GET `/api/v1/fleet/rules`.
pub async fn show(call: Call) -> Answer {
    call.query(&[])?;
    let project = call.who.project;
    let in_force = call.app().db.read(move |conn| reads::in_force(conn, project)).await?;
    json(&RulesView::of(in_force))
}
