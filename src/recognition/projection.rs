//! How events become the table of a project's own rules: those in force.

use diesel::prelude::*;

use crate::db::Tx;
use crate::db::schema::recognition_rules;
use crate::foundation::Result;
use crate::ledger::{Event, Projection};

use super::events::{RULES_SET, RulesSet};

/// The read table of recognition.
pub const PROJECTION: Projection =
    Projection { name: "recognition", project, tables: &["recognition_rules"] };

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Some(body) = &event.body else { return Ok(()) };
    if event.kind == RULES_SET {
        take_rules(tx, event, &body.data)?;
    }
    Ok(())
}

fn take_rules(tx: &mut Tx<'_>, event: &Event, data: &serde_json::Value) -> Result<()> {
    let set: RulesSet = serde_json::from_value(data.clone())?;
    diesel::delete(recognition_rules::table.find(event.project)).execute(tx.conn)?;
    let row = (
        recognition_rules::project.eq(event.project),
        recognition_rules::version.eq(event.version),
        recognition_rules::at.eq(event.at),
        recognition_rules::by_id.eq(&event.actor),
        recognition_rules::by_name.eq(event.actor_name()),
        recognition_rules::event_id.eq(&event.id),
        recognition_rules::reason.eq(&set.reason),
        recognition_rules::rules.eq(serde_json::to_string(&set.rules)?),
    );
    diesel::insert_into(recognition_rules::table).values(row).execute(tx.conn)?;
    Ok(())
}
