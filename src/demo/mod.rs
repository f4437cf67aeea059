//! `serve --demo`: an empty database gets one living example, a shop of three months and the fleet of agents beside it.
//!
//! Everything in it is made by the same actions that people, agents and clients use; nothing in the product knows that
//! this is an example. Passwords are made up on the spot and printed once. What happened before is told by a clock of its own, so
//! that each event stands at its moment; what is of today happens now.

mod calls;
mod cast;
mod days;
mod delegated;
mod fleet;
mod history;
mod others;
mod past;
mod picture;
mod play;
mod procedures;
mod readings;
mod schedules;
mod shop;
mod stories;
mod traces;

use crate::app::Services;
use crate::foundation::{Asker, Result};
use crate::people::model::{ProjectId, ProjectName};
use crate::work_orders;

use cast::Cast;
use days::Days;
use past::Past;
use procedures::Written;

pub use cast::SignIn;

/// Fills the database if it holds no work order yet; the sign-ins of the people in it, or nothing.
pub async fn fill(services: &Services) -> Result<Vec<SignIn>> {
    if has_orders(services).await? {
        return Ok(Vec::new());
    }
    let days = Days::until(services.app.now());
    let past = Past::begin(services, days.moment(history::FIRST))?;
    let told = Box::pin(tell(&past, days)).await;
    // Whatever became of it: nothing else writes before this one has ended.
    past.end().await?;
    let (cast, written) = told?;
    today(services, &cast, &written).await?;
    fleet::today(services, &cast).await?;
    delegated::play(services, &cast).await?;
    Ok(cast.sign_ins())
}

async fn tell(past: &Past, days: Days) -> Result<(Cast, Written)> {
    let operator = operator(&past.services).await?;
    let cast = Box::pin(cast::hire(&past.services.people, &operator)).await?;
    let written = history::play(past, &cast, days).await?;
    Ok((cast, written))
}

/// Today alone: the people, the shop and what they do on the day on which it is filled, without the months before.
pub async fn fill_today(services: &Services) -> Result<Vec<SignIn>> {
    let operator = operator(services).await?;
    let cast = Box::pin(cast::hire(&services.people, &operator)).await?;
    shop::register(&services.app, &cast).await?;
    let written = procedures::begin(services, &cast).await?;
    today(services, &cast, &written).await?;
    Ok(cast.sign_ins())
}

async fn today(services: &Services, cast: &Cast, written: &Written) -> Result<()> {
    readings::today(&services.app, cast).await?;
    others::play(services, cast).await?;
    play::play(services, cast).await?;
    procedures::play(services, cast, written).await?;
    schedules::today(services, cast, &written.weekly).await
}

async fn has_orders(services: &Services) -> Result<bool> {
    let Some(project) = services.people.first_project().await? else { return Ok(false) };
    let everything = work_orders::reads::Filter::default();
    let read = move |conn: &mut _| work_orders::reads::count(conn, project.key, &everything);
    Ok(services.app.db.read(read).await? > 0)
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
