//! What the actions on orders share: the application, who confirms passwords, and where facts come from.

use crate::db::AnyConnection;
use crate::foundation::{Actor, ProjectKey, Result};
use crate::people::People;
use crate::state::App;

use super::facts::{FactSources, Facts};
use super::model::Order;

/// The service of orders. Cheap to clone.
#[derive(Clone)]
pub struct Orders {
    pub app: App,
    /// Asked for passwords, where a move is signed.
    pub people: People,
    sources: FactSources,
}

impl Orders {
    /// The service, with the features above that know facts about orders.
    pub fn new(people: People, sources: FactSources) -> Self {
        Self { app: people.app.clone(), people, sources }
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
