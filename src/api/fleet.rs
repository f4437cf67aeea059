//! Whether calls say whose they are, in the very figures of the page `/fleet/identity`.

use super::call::{Call, json as answer};
use super::operations::{Operation, Operations};
use super::query::{Kind, Param};
use super::refusal::Answer;
use crate::db::AnyConnection;
use crate::fleet::costs::{MOST_DAYS, USUAL_DAYS, period};
use crate::fleet::identity::identity;
use crate::fleet::model::Question;
use crate::shapes::FleetIdentityView;
use crate::web::Access;

const QUERY: [Param; 1] = [Param {
    name: "period_days",
    kind: Kind::Whole(1, MOST_DAYS),
    about: "The last so many days up to now; 30 where nothing is said.",
}];

const ABOUT: &str = "Calls of models; one that two instrumentations saw is one. A call that does not name its agent or tenant has that \
     of the run it is part of; the session is that of its trace. Sessions are not looked at over more than 20,000 calls: what depends \
     on them is then missing. Services are told of the newest calls alone.";

/// Registers the operations: whoever reads traces reads this.
pub fn operations(all: &mut Operations<'_>) {
    let of_calls = Operation::get(
        "/api/v1/fleet/identity",
        "Fleet",
        "getFleetIdentity",
        "Read how many calls name an agent, a tenant and a session",
    )
    .about(ABOUT)
    .asks(&QUERY)
    .gives::<FleetIdentityView>(200, "How many do, by agent and by service.");
    all.add(of_calls, Access::SignedIn, show);
}

/// GET `/api/v1/fleet/identity`.
pub async fn show(call: Call) -> Answer {
    let query = call.query(&QUERY)?;
    let days = query.text("period_days").and_then(|text| text.parse().ok()).unwrap_or(USUAL_DAYS);
    let (from, to) = period(days, call.app().now());
    let question = Question::of(call.who.project, from, to);
    let read = move |conn: &mut AnyConnection| identity(conn, &question);
    let found = call.app().db.read(read).await?;
    answer(&FleetIdentityView::of(days, &found))
}
