//! Create a project, the wall that keys, people, orders and traces stand behind.

use crate::db::Tx;
use crate::foundation::{Action, Asker, Error, Result};
use crate::people::events::{PeopleEvent, ProjectCreated, project_stream};
use crate::people::model::{ProjectId, ProjectName};
use crate::people::service::People;
use crate::people::store::{self, ProjectRow};

impl People {
    /// Creates a project, or returns the one that already has this id. Only for the operator of the server.
    pub async fn create_project(
        &self,
        asker: &Asker,
        id: ProjectId,
        name: ProjectName,
    ) -> Result<ProjectRow> {
        asker.must(Action::CreateProject)?;
        self.write(&asker.actor, move |people, tx| people.ensure_project(tx, &id, &name)).await
    }

    pub(super) fn ensure_project(
        &self,
        tx: &mut Tx<'_>,
        id: &ProjectId,
        name: &ProjectName,
    ) -> Result<ProjectRow> {
        if let Some(project) = store::project_by_id(tx.conn, id.as_str())? {
            return Ok(project);
        }
        let key = store::next_project_key(tx.conn)?;
        let event = PeopleEvent::ProjectCreated(ProjectCreated {
            key: key.0,
            id: id.as_str().to_owned(),
            name: name.as_str().to_owned(),
        });
        self.emit(tx, &project_stream(key), &event)?;
        store::project(tx.conn, key)?.ok_or_else(|| Error::internal("a new project is missing"))
    }
}
