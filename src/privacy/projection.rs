//! How events become the table of privacy: the policy in force.

use diesel::prelude::*;

use crate::db::Tx;
use crate::db::schema::privacy_policies;
use crate::foundation::Result;
use crate::ledger::{Event, Projection};

use super::events::POLICY_SET;
use super::model::Policy;

/// The read tables of privacy.
pub const PROJECTION: Projection = Projection { name: "privacy", project, tables: &["privacy_policies"] };

fn project(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Some(body) = &event.body else { return Ok(()) };
    if event.kind == POLICY_SET {
        take_policy(tx, event, &body.data)?;
    }
    Ok(())
}

fn take_policy(tx: &mut Tx<'_>, event: &Event, data: &serde_json::Value) -> Result<()> {
    let policy: Policy = serde_json::from_value(data.clone())?;
    diesel::delete(privacy_policies::table.find(event.project)).execute(tx.conn)?;
    let row = (
        privacy_policies::project.eq(event.project),
        privacy_policies::version.eq(event.version),
        privacy_policies::at.eq(event.at),
        privacy_policies::by_id.eq(&event.actor),
        privacy_policies::by_name.eq(event.actor_name()),
        privacy_policies::event_id.eq(&event.id),
        privacy_policies::policy.eq(serde_json::to_string(&policy)?),
    );
    diesel::insert_into(privacy_policies::table).values(row).execute(tx.conn)?;
    Ok(())
}
