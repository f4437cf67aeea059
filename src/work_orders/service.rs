//! What the actions on orders share: the application, who confirms passwords, and where facts come from.

use crate::db::{AnyConnection, Tx};
use crate::foundation::{Actor, Asker, ProjectKey, Result, TraceContext};
use crate::ledger::{Event, Ledger};
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
    /// An agent recorded these events while it was called under a trace; with the order as it was before.
    pub under_trace: UnderTrace,
}

/// Links what was recorded under a trace to that trace.
pub type UnderTrace = fn(&Ledger, &mut Tx<'_>, &Asker, &Order, &[Event], &TraceContext) -> Result<()>;

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
        self.sources.of(conn, project, order, actor, self.app.now())
    }

    /// Links what an agent recorded under a trace to that trace, in the transaction that recorded it.
    pub(super) fn under_trace(
        &self,
        tx: &mut Tx<'_>,
        asker: &Asker,
        order: &Order,
        events: &[Event],
    ) -> Result<()> {
        match asker.trace().filter(|_| asker.is_agent()) {
            Some(trace) if !events.is_empty() => {
                (self.consequences.under_trace)(&self.app.ledger, tx, asker, order, events, trace)
            }
            _ => Ok(()),
        }
    }
}
