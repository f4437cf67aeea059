//! Who may read what an event says beyond its leaf: the own project's people, and of the installation's own events
//! those that concern the own project. What tells of another project's people or volume is for the operator.

use std::collections::BTreeMap;

use crate::db::AnyConnection;
use crate::foundation::{Action, ActorKind, Asker, ProjectKey, Result};
use crate::ledger::events::Event;
use crate::people::{AccountId, reach, reads};

/// The project key of the installation itself.
pub(super) const INSTALLATION: ProjectKey = ProjectKey(0);

/// Streams of the installation that say the same to every project.
const SHARED: [&str; 4] = ["trust", "prices", "schedule", "job"];

/// One reader and what was found out about accounts on the way.
pub(super) struct Reader<'a> {
    who: &'a Asker,
    /// Whether the reader's project is the only one; looked up once.
    is_alone: Option<bool>,
    known: BTreeMap<String, bool>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(who: &'a Asker) -> Self {
        Self { who, is_alone: None, known: BTreeMap::new() }
    }

    /// Whether this reader may see what an event says beyond its leaf.
    pub(super) fn may_read(&mut self, conn: &mut AnyConnection, event: &Event) -> Result<bool> {
        if event.project == self.who.project {
            return Ok(true);
        }
        if event.project != INSTALLATION || self.who.must(Action::ReadInstallationLedger).is_err() {
            return Ok(false);
        }
        if self.is_alone(conn)? {
            return Ok(true);
        }
        Ok(self.concerns_us(conn, event)? && self.knows_actor(conn, event)?)
    }

    fn is_alone(&mut self, conn: &mut AnyConnection) -> Result<bool> {
        if self.is_alone.is_none() {
            self.is_alone = Some(reads::projects(conn)?.iter().all(|row| row.key == self.who.project));
        }
        Ok(self.is_alone.unwrap_or_default())
    }

    fn concerns_us(&mut self, conn: &mut AnyConnection, event: &Event) -> Result<bool> {
        match event.stream_kind.as_str() {
            "project" => Ok(event.stream_id == self.who.project.0.to_string()),
            "account" if tells_of_its_life(&event.kind) => self.knows(conn, &event.stream_id),
            // Where somebody signs in from is for those who manage the whole account.
            "account" => {
                let account = AccountId(event.stream_id.clone());
                Ok(self.knows(conn, &event.stream_id)? && reach::is_wholly_within(conn, self.who, &account)?)
            }
            kind => Ok(SHARED.contains(&kind)),
        }
    }

    fn knows_actor(&mut self, conn: &mut AnyConnection, event: &Event) -> Result<bool> {
        if event.actor_kind == ActorKind::System { Ok(true) } else { self.knows(conn, &event.actor) }
    }

    fn knows(&mut self, conn: &mut AnyConnection, account: &str) -> Result<bool> {
        if let Some(known) = self.known.get(account) {
            return Ok(*known);
        }
        let known = reach::is_known_in(conn, self.who.project, &AccountId(account.to_owned()))?;
        self.known.insert(account.to_owned(), known);
        Ok(known)
    }
}

/// What happens to an account, rather than to its sessions.
fn tells_of_its_life(kind: &str) -> bool {
    kind.starts_with("account.")
}
