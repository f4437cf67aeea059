//! What an agent could take on now, and what waits for a person's answer.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::{Backend, OrderRow, find, load};
use crate::db::AnyConnection;
use crate::db::schema::orders;
use crate::foundation::{
    Action, Actor, ActorKind, Asker, Error, Grant, ProjectKey, Result, Role, Timestamp, permission,
};
use crate::people::units;
use crate::work_orders::facts::{answering_for, open_blockers};
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::{Order, Question, Relation, RelationKind, Status};

/// Orders that are looked at for those that an agent could claim.
const MOST_LOOKED_AT: i64 = 200;

/// Up to `limit` orders that the agent could claim at `now`: approved or begun, given to it or to a person who answers for it,
/// held by no other agent, not blocked, and not where a person stopped it. What is due first comes first. Among the 200 that
/// come first it looks for them; nobody but an agent has any.
pub fn ready(conn: &mut AnyConnection, asker: &Asker, now: Timestamp, limit: usize) -> Result<Vec<OrderRow>> {
    if !asker.is_agent() || asker.may(Action::ClaimWork) == Grant::Never {
        return Ok(Vec::new());
    }
    let unit = units::unit_of(conn, asker.id())?;
    let persons = answering_for(conn, asker.project, &asker.actor, &unit)?;
    let mut accounts: Vec<String> = persons.into_iter().map(|person| person.id).collect();
    accounts.push(asker.id().to_owned());
    let mut found = Vec::new();
    for row in free(conn, asker, now, accounts)? {
        if found.len() >= limit {
            break;
        }
        let order = load(conn, asker.project, &row.order_id, None)?;
        let is_stopped = order.delegation.stop_of(asker.id()).is_some();
        if !is_stopped && !is_blocked(conn, asker, &order)? {
            found.push(row);
        }
    }
    Ok(found)
}

fn free(
    conn: &mut AnyConnection,
    asker: &Asker,
    now: Timestamp,
    accounts: Vec<String>,
) -> Result<Vec<OrderRow>> {
    let states = [Status::Approved.as_str(), Status::InProgress.as_str()];
    let query = orders::table.filter(orders::project.eq(asker.project)).into_boxed::<Backend>();
    let own = orders::claimed_by.eq(asker.id().to_owned());
    let nobodys = orders::claimed_by.is_null().or(own).or(orders::claimed_until.le(now));
    Ok(query
        .filter(orders::assignee_account.eq_any(accounts))
        .filter(orders::status.eq_any(states))
        .filter(nobodys)
        .order((orders::due_at.is_null().asc(), orders::due_at.asc(), orders::order_id.asc()))
        .limit(MOST_LOOKED_AT)
        .select(OrderRow::as_select())
        .load(conn)?)
}

/// Whether another order holds it up that nobody let it pass.
fn is_blocked(conn: &mut AnyConnection, asker: &Asker, order: &Order) -> Result<bool> {
    let open = open_blockers(conn, asker.project, order)?;
    let holds =
        |it: &Relation| it.kind == RelationKind::BlockedBy && it.passed.is_none() && open.contains(&it.order);
    Ok(order.relations.iter().any(holds))
}

/// Whose orders alone somebody may see; none where all of them are theirs to see.
pub fn own_of(who: &Asker) -> Option<String> {
    (who.may(Action::ViewOrders) < Grant::Any).then(|| who.id().to_owned())
}

/// The row of an order that this asker may see, by its number; any other is not found.
pub fn visible(conn: &mut AnyConnection, who: &Asker, number: &str) -> Result<OrderRow> {
    let row = find(conn, who.project, number)?;
    let row = row.filter(|row| who.may_for(Action::ViewOrders, &row.tie(who)));
    row.ok_or_else(|| Error::not_found(format!("the work order {number}")))
}

/// The same for a call about a claim: an agent also reaches what is given to a person who answers for it, before it has
/// claimed it.
pub fn reachable(conn: &mut AnyConnection, who: &Asker, number: &str) -> Result<OrderRow> {
    if let Some(row) = find(conn, who.project, number)?.filter(|_| who.is_agent()) {
        let unit = units::unit_of(conn, who.id())?;
        let persons = answering_for(conn, who.project, &who.actor, &unit)?;
        if persons.iter().any(|person| row.assignee_account.as_deref() == Some(person.id.as_str())) {
            return Ok(row);
        }
    }
    visible(conn, who, number)
}

/// Whether what this account sends may name the order as where it belongs: a person's and a project's may, an agent's where it sees
/// the order or could take it on, and nobody stopped it there.
pub fn takes_from(
    conn: &mut AnyConnection,
    project: ProjectKey,
    actor: &Actor,
    order: &Order,
) -> Result<bool> {
    if actor.kind != ActorKind::Agent {
        return Ok(true);
    }
    if order.delegation.stop_of(&actor.id).is_some() {
        return Ok(false);
    }
    if permission::may(&[Role::Agent], Action::AddEvidence).reaches(&tie(order, actor)) {
        return Ok(true);
    }
    let unit = units::unit_of(conn, &actor.id)?;
    let persons = answering_for(conn, project, actor, &unit)?;
    Ok(persons.iter().any(|person| order.is_assigned_to(&person.id)))
}

/// Every question about an order, the oldest first, with its answer where it has one.
pub fn questions_of(order: &Order) -> &[Question] {
    &order.delegation.questions
}

/// Up to `limit` orders with questions that this person may answer, the one that changed last first: those they have, those on
/// which an agent works for which they answer, and all of them for whoever supervises. An order that has ended takes no answer any
/// more, so nobody is asked for one.
pub fn asked_of(conn: &mut AnyConnection, asker: &Asker, limit: i64) -> Result<Vec<OrderRow>> {
    if !asker.is_person() || asker.may(Action::AnswerQuestion) == Grant::Never {
        return Ok(Vec::new());
    }
    let query = orders::table.filter(orders::project.eq(asker.project)).into_boxed::<Backend>();
    // As text: no index of a part of the rows serves a bound value.
    let mut query = query.filter(sql::<Bool>("open_questions > 0"));
    for ended in [Status::Closed, Status::Cancelled] {
        query = query.filter(orders::status.ne(ended.as_str()));
    }
    if asker.may(Action::AnswerQuestion) != Grant::Any {
        let account = asker.id().to_owned();
        query =
            query.filter(orders::assignee_account.eq(account.clone()).or(orders::accountable.eq(account)));
    }
    let newest = (orders::updated_at.desc(), orders::order_id.desc());
    Ok(query.order(newest).limit(limit).select(OrderRow::as_select()).load(conn)?)
}
