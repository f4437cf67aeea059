//! Making an order from a version.

use crate::db::Tx;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result, Timestamp};
use crate::maintenance::procedures::document::{plan_for_order, read};
use crate::maintenance::procedures::model::{Procedure, Standing, Version};
use crate::maintenance::procedures::reads;
use crate::state::App;
use crate::work_orders::actions::create::Created;
use crate::work_orders::actions::make::make;
use crate::work_orders::model::MadeFrom;

/// Makes a draft order from the version in use; it keeps that version, whatever becomes of the procedure. From a draft an order is
/// made as well, so that the text can be edited as a plan and copied back; that order says that it is one of a draft.
pub async fn make_order(app: &App, asker: &Asker, procedure: &str, version: u32) -> Result<Created> {
    asker.must(Action::CreateDraft)?;
    let (ledger, who, id) = (app.ledger.clone(), asker.clone(), procedure.to_owned());
    let write = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        let found = reads::load(tx.conn, who.project, &id)?;
        let version = found.find(version).ok_or_else(|| Error::not_found("this version"))?;
        let of_draft = check(&found, version, now)?;
        if of_draft {
            // It is a way to write the procedure; nobody else has an order of words that nobody approved.
            who.must(Action::WriteProcedure)?;
        }
        let mut new_id = || new_id(now);
        let plan = plan_for_order(read(&version.text, &mut new_id)?.plan, &mut new_id);
        let from = MadeFrom {
            procedure: found.id.clone(),
            code: found.code.clone(),
            version: version.number,
            digest: version.digest,
            of_draft,
            schedule: None,
        };
        make(tx, &ledger, &who, plan, from)
    };
    app.db.write(&asker.actor, write).await
}

/// Whether it is a draft; refused where no order may be made from it.
fn check(procedure: &Procedure, version: &Version, now: Timestamp) -> Result<bool> {
    let number = version.number;
    let why = match procedure.standing(version, now) {
        Standing::Draft | Standing::Returned => return Ok(true),
        Standing::InUse => match &procedure.retired {
            None => return Ok(false),
            Some(told) => format!("{} was retired by {}: {}", procedure.code, told.by.name, told.reason),
        },
        Standing::Coming => format!("Version {number} is not in use before its day."),
        Standing::Replaced => {
            format!("Version {number} was replaced by a later one. Make the order from that.")
        }
        Standing::Submitted => {
            format!("Version {number} waits for review. Orders are made from approved versions.")
        }
        Standing::Withdrawn => format!("Version {number} was withdrawn."),
    };
    Err(Error::refused(why))
}
