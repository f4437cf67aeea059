//! How far a project is from its first proof, read from what is there.

use crate::audit::reads as audit;
use crate::db::AnyConnection;
use crate::foundation::{Asker, Result, Role, Timestamp};
use crate::people::reads as people;
use crate::people::units::unit_of;
use crate::traces::reads as traces;
use crate::work_orders::reads::{self as orders, Filter};

/// What is done of the five steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirstSteps {
    /// There is a way in: a live key, or traces that came by one.
    pub has_key: bool,
    pub has_trace: bool,
    pub has_order: bool,
    /// Somebody who may judge and does not count as one with the reader.
    pub has_auditor: bool,
    pub has_verdict: bool,
}

impl FirstSteps {
    /// How many are done.
    pub fn done(self) -> usize {
        [self.has_key, self.has_trace, self.has_order, self.has_auditor, self.has_verdict]
            .into_iter()
            .filter(|done| *done)
            .count()
    }

    /// Whether nothing has been worked on yet, so that the steps stand open.
    pub fn is_early(self) -> bool {
        !self.has_trace || !self.has_order
    }

    /// Whether nothing is left.
    pub fn is_complete(self) -> bool {
        self.done() == 5
    }
}

/// Reads it for whoever manages the project.
pub(super) fn read(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<FirstSteps> {
    let project = who.project;
    let has_trace = !traces::newest(conn, project, 1)?.is_empty();
    Ok(FirstSteps {
        has_key: has_trace || people::keys(conn, project)?.iter().any(|listed| listed.key.is_live(now)),
        has_trace,
        has_order: !orders::list(conn, project, &Filter::default(), None, 1)?.is_empty(),
        has_auditor: has_auditor(conn, who)?,
        has_verdict: audit::has_verdict(conn, project)?,
    })
}

fn has_auditor(conn: &mut AnyConnection, who: &Asker) -> Result<bool> {
    let own = unit_of(conn, &who.actor.id)?;
    let members = people::members(conn, who.project)?;
    let judges = members
        .iter()
        .filter(|member| member.account.disabled_at.is_none() && member.roles.contains(&Role::Auditor));
    Ok(judges.map(|member| &member.account.id.0).any(|account| !own.contains(account)))
}
