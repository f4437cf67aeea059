//! Sets what a project masks and how long it keeps traces; holds for what comes in from now on.

use crate::foundation::{Action, Asker, Error, Result};
use crate::privacy::MaskBooks;
use crate::privacy::events::{policies_of, policy_set};
use crate::privacy::model::{MOST_DAYS, Policy};
use crate::state::App;
use masking::check_patterns;

/// Sets the policy; the ledger keeps every one that was in force. It holds in this process before the answer; other
/// processes follow within five seconds.
pub async fn set_policy(app: &App, masks: &MaskBooks, asker: &Asker, mut policy: Policy) -> Result<()> {
    asker.must(Action::SetPrivacy)?;
    check_patterns(&policy.own)?;
    if policy.keep_days.is_some_and(|days| days == 0 || days > MOST_DAYS) {
        return Err(Error::invalid(
            "keep_days",
            format!("write 1 to {MOST_DAYS} days, or nothing to keep all"),
        ));
    }
    policy.on.sort_unstable();
    policy.on.dedup();
    let (ledger, project) = (app.ledger.clone(), asker.project);
    app.db
        .write(&asker.actor, move |tx| {
            ledger.append_next(tx, &policies_of(project), policy_set(&policy)?).map(drop)
        })
        .await?;
    masks.forget(project);
    Ok(())
}
