//! What was chosen about a schedule, held against what there is: the asset, whoever gets the work, and what the asker may say.

use crate::assets::reads as assets;
use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, Result};
use crate::maintenance::schedules::model::Terms;
use crate::order_pages::workers;
use crate::work_orders::model::Assignee;

/// The terms with the asset's code as it writes it and the assignee as an order names them; each fault names its field. Whom work is
/// given to, and that it comes approved, is said by whoever may assign and approve; what is not changed needs no right.
pub(super) fn settled(
    conn: &mut AnyConnection,
    who: &Asker,
    terms: Terms,
    before: Option<&Terms>,
) -> Result<Terms> {
    let chosen = |terms: &Terms| terms.assignee.as_ref().and_then(|to| to.account.clone());
    if chosen(&terms) != before.and_then(chosen) {
        who.must(Action::Assign)?;
    }
    if terms.approve && !before.is_some_and(|before| before.approve) {
        who.must(Action::Approve)?;
    }
    let asset = terms.asset.as_deref().map(|code| asset(conn, who, code)).transpose()?;
    let kept = before.filter(|&before| chosen(before) == chosen(&terms)).and_then(|it| it.assignee.clone());
    let found = chosen(&terms).map(|account| assignee(conn, who, account)).transpose();
    let assignee = match (found, kept) {
        // Whoever may not give work could change nothing any more: each day says that this account does no work here.
        (Err(Error::Invalid(_)), Some(kept)) => Some(kept),
        (found, _) => found?,
    };
    Ok(Terms { asset, assignee, ..terms })
}

fn asset(conn: &mut AnyConnection, who: &Asker, code: &str) -> Result<String> {
    let found = assets::find(conn, who.project, code)?;
    let found = found.ok_or_else(|| Error::invalid("tag", "there is no asset with this code"))?;
    if found.retired_at.is_some() {
        return Err(Error::invalid("tag", format!("asset {} is retired and takes no orders", found.code)));
    }
    Ok(found.code)
}

fn assignee(conn: &mut AnyConnection, who: &Asker, account: String) -> Result<Assignee> {
    let found = workers(conn, who.project)?.into_iter().find(|member| member.account.id.0 == account);
    let found = found.ok_or_else(|| Error::invalid("account", "this account does no work here"))?;
    Ok(Assignee {
        kind: Some(found.account.kind().actor_kind()),
        account: Some(account),
        name: found.account.name,
        code: found.account.code,
    })
}
