//! What is known about the things that events happened to: people, orders, procedures, assets, schedules, alerts. Read once for each in a round.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::db::AnyConnection;
use crate::foundation::{ActorKind, Error, ProjectKey, Result};
use crate::ledger::Event;
use crate::ledger::events::read_kinds;
use crate::maintenance::{procedures, schedules};
use crate::people::reads::members;
use crate::work_orders::reads as orders;
use crate::{alerts, assets};

use super::decide::{About, Person};

/// The event by which an order is given to somebody.
const ASSIGNED: &str = "work_order.assigned.v1";
/// Things remembered in one round; a round has fewer events.
const MOST: usize = 256;

/// What was read so far.
#[derive(Default)]
pub(super) struct Known {
    people: BTreeMap<i64, Vec<Person>>,
    things: BTreeMap<(i64, String, String), Option<About>>,
}

impl Known {
    /// The people of a project who can be told.
    pub(super) fn people(&mut self, conn: &mut AnyConnection, project: ProjectKey) -> Result<&[Person]> {
        let people = match self.people.entry(project.0) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(persons(conn, project)?),
        };
        Ok(people.as_slice())
    }

    /// What an event happened to; none where that is not there any more, or is nothing that anybody is told of.
    pub(super) fn about(&mut self, conn: &mut AnyConnection, event: &Event) -> Result<Option<&About>> {
        // What audit says, it says of an order.
        let kind =
            if event.stream_kind == "audit" { orders::STREAM_KIND } else { event.stream_kind.as_str() };
        if self.things.len() >= MOST {
            self.things.clear();
        }
        let key = (event.project.0, kind.to_owned(), event.stream_id.clone());
        let found = match self.things.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => free.insert(match about(conn, event.project, kind, &event.stream_id) {
                Err(Error::NotFound(_)) => None,
                other => other?,
            }),
        };
        Ok(found.as_ref())
    }
}

/// People, not programs, who hold a role in the project and may sign in.
pub(super) fn persons(conn: &mut AnyConnection, project: ProjectKey) -> Result<Vec<Person>> {
    let all = members(conn, project)?.into_iter();
    let told = all.filter(|member| {
        let account = &member.account;
        let is_person = account.kind().actor_kind() == ActorKind::Human;
        is_person && account.disabled_at.is_none() && !member.roles.is_empty()
    });
    Ok(told.map(|member| Person { account: member.account.id.0, roles: member.roles }).collect())
}

fn about(conn: &mut AnyConnection, project: ProjectKey, kind: &str, id: &str) -> Result<Option<About>> {
    Ok(match kind {
        orders::STREAM_KIND => {
            let order = Box::new(orders::load(conn, project, id, None)?);
            let given = read_kinds(conn, &orders::stream_of(project, id), &[ASSIGNED], None)?;
            Some(About::Order { order, assigner: given.into_iter().next_back().map(|event| event.actor) })
        }
        procedures::events::STREAM_KIND => {
            Some(About::Procedure(Box::new(procedures::reads::load(conn, project, id)?)))
        }
        assets::events::STREAM_KIND => assets::reads::by_id(conn, project, id)?.map(|row| About::Asset {
            id: row.asset_id,
            code: row.code,
            name: row.name,
        }),
        schedules::events::STREAM_KIND => {
            let schedule = Box::new(schedules::reads::load(conn, project, id)?);
            let procedure = procedures::reads::by_id(conn, project, &schedule.procedure)?;
            let title = procedure.map(|row| row.title).unwrap_or_default();
            Some(About::Schedule { schedule, title })
        }
        alerts::events::STREAM_KIND => Some(About::Alert { id: id.to_owned() }),
        _ => None,
    })
}
