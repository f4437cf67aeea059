//! `serve --demo`: an empty database gets one living example.
//!
//! Everything in it is made by the same actions that people, agents and clients use; nothing in the product knows that
//! this is an example. Passwords are made up on the spot and printed once.

mod cast;
mod others;
mod play;
mod procedures;
mod shop;
mod stories;
mod traces;

use crate::app::Services;
use crate::foundation::{Asker, Result};
use crate::people::model::{ProjectId, ProjectName};
use crate::work_orders;

pub use cast::SignIn;

/// Fills the database if it holds no work order yet; the sign-ins of the people in it, or nothing.
pub async fn fill(services: &Services) -> Result<Vec<SignIn>> {
    let operator = operator(services).await?;
    let project = operator.project;
    let everything = work_orders::reads::Filter::default();
    let orders =
        services.app.db.read(move |conn| work_orders::reads::count(conn, project, &everything)).await?;
    if orders > 0 {
        return Ok(Vec::new());
    }
    let cast = cast::hire(&services.people, &operator).await?;
    shop::stock(services, &cast).await?;
    others::play(services, &cast).await?;
    play::play(services, &cast).await?;
    procedures::play(services, &cast).await?;
    Ok(cast.sign_ins())
}

/// The operator in the first project, which is made if there is none.
async fn operator(services: &Services) -> Result<Asker> {
    if services.people.first_project().await?.is_none() {
        let nobody = Asker::operator(foundation::ProjectKey(0));
        let id = ProjectId::parse("project", "parts-desk")?;
        let name = ProjectName::parse("project", "Parts desk")?;
        services.people.create_project(&nobody, id, name).await?;
    }
    services.people.operator(None).await
}
