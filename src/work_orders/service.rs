//! What the actions on orders share: the application, who confirms passwords, and where facts come from.

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Actor, ProjectKey, Result};
use crate::ledger::Ledger;
use crate::people::People;
use crate::state::App;

use super::facts::{FactSources, Facts};
use super::model::Order;

/// What features above this one do when something happens to an order, in its transaction. Nothing is optional, as with
/// [`FactSources`].
#[derive(Clone, Copy, Debug)]
pub struct Consequences {
    /// The performer says that the work is done; with the order as it was before.
    pub completed: fn(&Ledger, &mut Tx<'_>, ProjectKey, &Order) -> Result<()>,
}

/// The service of orders. Cheap to clone.
#[derive(Clone)]
pub struct Orders {
    pub app: App,
    /// Asked for passwords, where a move is signed.
    pub people: People,
    sources: FactSources,
    pub(super) consequences: Consequences,
}

impl Orders {
    /// The service, with the features above that know facts about orders and act on what happens to them.
    pub fn new(people: People, sources: FactSources, consequences: Consequences) -> Self {
        Self { app: people.app.clone(), people, sources, consequences }
    }

    /// The facts about an order and an actor, as this connection sees them.
    pub fn facts(
        &self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        order: &Order,
        actor: &Actor,
    ) -> Result<Facts> {
        self.sources.of(conn, project, order, actor)
    }
}
