//! A new draft with the plan of another order and nothing of what was done.

use crate::db::AnyConnection;
use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, Result, Timestamp};
use crate::state::App;
use crate::work_orders::editing::{as_new, plan_of, planned};
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::Plan;
use crate::work_orders::reads;

use super::create::{Created, create};

/// Copies the plan of an order that the asker may see into a new draft of theirs. Its due day is left open, and what a file
/// claimed of the first one stays there.
pub async fn copy(app: &App, asker: &Asker, order_id: &str) -> Result<Created> {
    let (who, id, now) = (asker.clone(), order_id.to_owned(), app.now());
    let plan = app.db.read(move |conn| plan_to_copy(conn, &who, &id, now)).await?;
    create(app, asker, plan, None).await
}

/// The plan of an order that the asker may see, as that of another one: with ids of its own, no due day, and nothing of what
/// was done or only a file said.
pub fn plan_to_copy(conn: &mut AnyConnection, who: &Asker, id: &str, now: Timestamp) -> Result<Plan> {
    let order = reads::load(conn, who.project, id, None)?;
    if !who.may_for(Action::ViewOrders, &tie(&order, &who.actor)) {
        return Err(Error::not_found("the work order"));
    }
    let plan = plan_of(&order);
    let document = as_new(planned(plan.document), &mut || new_id(now));
    Ok(Plan { due: None, document, ..plan })
}
