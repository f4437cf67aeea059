//! Who is signed in, as the session or key says; put into the request by the people feature.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};

use crate::foundation::{Actor, ActorKind, Error, ProjectKey, Role};
use crate::people::Asker;

use super::WebError;

/// A signed-in person or agent, in one project.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Account id.
    pub account_id: String,
    /// Printed name.
    pub name: String,
    /// Person or agent.
    pub kind: ActorKind,
    /// Roles in the project.
    pub roles: Vec<Role>,
    /// The project.
    pub project: ProjectKey,
    /// The project's name.
    pub project_name: String,
    /// The session, if it came through one; an agent comes with a key instead.
    pub session_id: Option<String>,
}

impl Principal {
    /// Whether the account holds a role here.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The actor to stamp on events of this request.
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.account_id.clone(),
            kind: self.kind,
            name: self.name.clone(),
            session: self.session_id.clone(),
            request_id: None,
        }
    }

    /// Who asks, for actions.
    pub fn asker(&self) -> Asker {
        Asker { actor: self.actor(), project: self.project, roles: self.roles.clone(), is_operator: false }
    }
}

impl FromRequest for Principal {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        ready(found.ok_or(WebError(Error::Unauthenticated)))
    }
}
