//! The order of a schedule: what it is made of, or why it cannot be made.

use std::result::Result as StdResult;

use chrono::NaiveDate;

use crate::assets::reads as assets;
use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Grant, ProjectKey, Result, Timestamp, permission};
use crate::ledger::Ledger;
use crate::maintenance::procedures::document::{plan_for_order, read};
use crate::maintenance::procedures::model::Version;
use crate::maintenance::procedures::reads as procedures;
use crate::maintenance::schedules::events::ScheduleEvent;
use crate::maintenance::schedules::model::{MadeOrder, Schedule};
use crate::order_pages::workers;
use crate::people::reads::Member;
use crate::work_orders::actions::make::{Wanted, make_scheduled};
use crate::work_orders::model::{AssetRef, BySchedule, MadeFrom, Plan, When};

/// What an order of a schedule is made of.
pub(super) struct Ingredients {
    plan: Plan,
    from: MadeFrom,
    /// Whoever set it up may approve, and said that its orders come approved.
    approves: bool,
}

/// The order of a day, with its plan as the version in use says it; or the sentence that says why it cannot be made.
pub(super) fn gather(
    conn: &mut AnyConnection,
    project: ProjectKey,
    schedule: &Schedule,
    day: NaiveDate,
    now: Timestamp,
) -> Result<StdResult<Ingredients, String>> {
    let procedure = procedures::load(conn, project, &schedule.procedure)?;
    if let Some(told) = &procedure.retired {
        return Ok(Err(format!("{} was retired by {}: {}", procedure.code, told.by.name, told.reason)));
    }
    let Some(version) = procedure.in_use(now) else {
        return Ok(Err(format!("{} has no version in use", procedure.code)));
    };
    let workers = workers(conn, project)?;
    if let Some(why) = no_assignee(&workers, schedule) {
        return Ok(Err(why));
    }
    let Some(keeper) = schedule.keeper.clone() else {
        return Ok(Err("nobody is known who set it up".to_owned()));
    };
    let plan = match plan(version, schedule, day, now) {
        Ok(plan) => plan,
        // The text was read when it was written; what a later version of this program refuses is said, not tried for ever.
        Err(Error::Invalid(fault)) => {
            return Ok(Err(format!("the text of the version cannot be read: {fault}")));
        }
        Err(other) => return Err(other),
    };
    if let Some(why) = no_asset(conn, project, schedule, &plan)? {
        return Ok(Err(why));
    }
    let approves = schedule.terms.approve && may_approve(&workers, &keeper.id);
    let by =
        BySchedule { id: schedule.id.clone(), code: schedule.code.clone(), day: day.to_string(), keeper };
    let from = MadeFrom {
        procedure: procedure.id.clone(),
        code: procedure.code.clone(),
        version: version.number,
        digest: version.digest,
        of_draft: false,
        schedule: Some(by),
    };
    Ok(Ok(Ingredients { plan, from, approves }))
}

/// Makes the order in the caller's transaction; the event that names it.
pub(super) fn make(
    tx: &mut Tx<'_>,
    ledger: &Ledger,
    who: &Asker,
    schedule: &Schedule,
    (day, of): (NaiveDate, Ingredients),
) -> Result<ScheduleEvent> {
    let Ingredients { plan, from, approves } = of;
    let (version, assignee) = (from.version, schedule.terms.assignee.clone());
    let made = make_scheduled(tx, ledger, who, Wanted { plan, assignee, from, approves })?;
    Ok(ScheduleEvent::OrderMade {
        day,
        order: MadeOrder { order: made.order.order_id, number: made.order.number.to_string() },
        of: version,
        status: made.status.as_str().to_owned(),
        events: made.events,
    })
}

fn plan(version: &Version, schedule: &Schedule, day: NaiveDate, now: Timestamp) -> Result<Plan> {
    let mut new_id = || new_id(now);
    let plan = plan_for_order(read(&version.text, &mut new_id)?.plan, &mut new_id);
    let terms = &schedule.terms;
    // The name is that of the asset.
    let named = terms.asset.as_ref().map(|code| AssetRef { name: code.clone(), tag: code.clone() });
    Ok(Plan {
        due: Some(When::read(&day.to_string())),
        asset: named.or_else(|| plan.asset.clone()),
        priority: terms.priority.unwrap_or(plan.priority),
        ..plan
    })
}

/// Why the asset that is named cannot get the order. What a plan names may be free text; what the schedule names is an asset.
fn no_asset(
    conn: &mut AnyConnection,
    project: ProjectKey,
    schedule: &Schedule,
    plan: &Plan,
) -> Result<Option<String>> {
    let Some(tag) = plan.asset.as_ref().map(|asset| asset.tag.as_str()) else { return Ok(None) };
    Ok(match assets::find(conn, project, tag)? {
        None => schedule.terms.asset.as_ref().map(|code| format!("there is no asset {code}")),
        Some(asset) if asset.retired_at.is_some() => {
            Some(format!("asset {} is retired: {}", asset.code, asset.retired_reason))
        }
        Some(_) => None,
    })
}

/// Why whoever is named cannot get the order.
fn no_assignee(workers: &[Member], schedule: &Schedule) -> Option<String> {
    let to = schedule.terms.assignee.as_ref()?;
    let account = to.account.as_deref()?;
    let works = workers.iter().any(|member| member.account.id.0 == account);
    (!works).then(|| format!("{} does no work here any more", to.name))
}

/// Whoever approves does work here too.
fn may_approve(workers: &[Member], account: &str) -> bool {
    let may = |member: &Member| permission::may(&member.roles, Action::Approve) > Grant::Never;
    workers.iter().any(|member| member.account.id.0 == account && may(member))
}
