//! Where the facts that the guards ask for come from.

use std::collections::BTreeSet;

pub use order_rules::facts::{EvidenceFacts, Facts, PeopleFacts, RecordFacts};

use super::lifecycle::asks_for_record;
use super::model::{Order, RelationKind, Status, TypeClass, Who};
use super::reads;
use crate::db::AnyConnection;
use crate::foundation::{Actor, ActorKind, ProjectKey, Result, Timestamp, Unit};
use crate::order_settings::policies;
use crate::people::units;

/// Where the facts of features above this one come from. There is no default and nothing is optional: an
/// application that does not say it does not compile.
#[derive(Clone, Copy, Debug)]
pub struct FactSources {
    /// Asked for what is linked and judged.
    pub evidence: fn(&mut AnyConnection, ProjectKey, &Order) -> Result<EvidenceFacts>,
    /// Asked whether the streams that make up the order's record are as they were logged.
    pub record: fn(&mut AnyConnection, ProjectKey, &Order) -> Result<RecordFacts>,
}

impl FactSources {
    /// The facts about an order and an actor, as the transaction sees them.
    pub fn of(
        &self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        order: &Order,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Facts> {
        let unit = units::unit_of(conn, &actor.id)?;
        let answering = answering_for(conn, project, actor, &unit)?;
        Ok(Facts {
            evidence: (self.evidence)(conn, project, order)?,
            record: self.record_of(conn, project, order)?,
            people: PeopleFacts { answering, unit },
            now,
            blockers: open_blockers(conn, project, order)?,
            cancelled_follow_ups: follow_ups_in(conn, project, order, Status::Cancelled)?,
            draft_follow_ups: follow_ups_in(conn, project, order, Status::Draft)?,
            policy: policies::reads::of(conn, project, TypeClass::of(&order.order_type))?,
        })
    }

    /// Hashing a long record at every tick would cost more than the tick.
    fn record_of(&self, conn: &mut AnyConnection, project: ProjectKey, order: &Order) -> Result<RecordFacts> {
        if !asks_for_record(order.status) {
            return Ok(RecordFacts::NotAsked);
        }
        (self.record)(conn, project, order)
    }
}

/// Who answers for an agent in a project, as records name people.
pub(super) fn answering_for(
    conn: &mut AnyConnection,
    project: ProjectKey,
    actor: &Actor,
    unit: &Unit,
) -> Result<Vec<Who>> {
    let persons = units::answering_for(conn, project, actor, unit)?;
    let named = |it: units::Person| Who { id: it.id.0, kind: ActorKind::Human, name: it.name };
    Ok(persons.into_iter().map(named).collect())
}

/// The orders that block this one and are not done.
pub(super) fn open_blockers(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
) -> Result<BTreeSet<String>> {
    let mut open = BTreeSet::new();
    for relation in order.relations.iter().filter(|it| it.kind == RelationKind::BlockedBy) {
        let other = reads::by_id(conn, project, &relation.order)?;
        if other.is_some_and(|other| !other.status().is_done() && !other.status().is_final()) {
            open.insert(relation.order.clone());
        }
    }
    Ok(open)
}

/// The orders that were opened for what this one left and are in this state.
fn follow_ups_in(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order: &Order,
    status: Status,
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for relation in order.relations.iter().filter(|it| it.kind == RelationKind::FollowedUpBy) {
        let other = reads::by_id(conn, project, &relation.order)?;
        if other.is_some_and(|other| other.status() == status) {
            found.insert(relation.order.clone());
        }
    }
    Ok(found)
}
