//! The queue: claims that wait for a verdict, what matters most first.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::audit::model::Materiality;
use crate::audit::reads::{self, Progress, QueueFilter, QueuedClaim, Seen};
use crate::db::AnyConnection;
use crate::foundation::address::part;
use crate::foundation::{Action, Asker, Result, Timestamp};
use crate::state::App;
use crate::web::page::show as answer;
use crate::web::{Shell, WebResult, format, words};
use crate::work_orders::model::Status;
use crate::work_orders::reads::{self as orders, Filter};

use super::walk::Scope;
use super::{blind, principal};

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReviewQuery {
    standing: String,
    order: String,
}

/// The word that asks for statements that nobody gave weight.
const WEIGHTLESS: &str = "weightless";

const STANDINGS: [(&str, &str); 7] = [
    ("", "not judged"),
    ("any", "any"),
    ("disputed", "disputed"),
    ("refuted", "refuted"),
    ("supported", "supported"),
    ("not_enough_information", "not enough information"),
    (WEIGHTLESS, "stated, without importance yet"),
];

#[derive(Template)]
#[template(path = "audit/review.html")]
struct Page {
    shell: Shell,
    query: ReviewQuery,
    standings: [(&'static str, &'static str); 7],
    claims: Vec<QueuedClaim>,
    /// Whether there may be more than were looked through.
    is_cut: bool,
    /// Orders that the list is about, where the reader has more.
    own_cut: Option<String>,
    progress: Progress,
    may_judge: bool,
    judges_blind: bool,
    /// Number and title of orders that are done and judged, where nothing else waits.
    to_verify: Vec<(String, String)>,
    now: Timestamp,
}

impl Page {
    fn weight(&self, claim: &QueuedClaim) -> &'static str {
        words::importance(claim.claim.materiality)
    }

    fn weight_tone(&self, claim: &QueuedClaim) -> &'static str {
        let is_critical = materiality(claim.claim.materiality) == Some(Materiality::Critical);
        if is_critical { "bad" } else { "" }
    }

    /// Whoever judges blind does not learn here how others judged.
    fn hides(&self, claim: &QueuedClaim) -> bool {
        self.judges_blind && claim.claim.standing != "open"
    }

    fn stamp(&self, claim: &QueuedClaim) -> String {
        if claim.claim.unattested {
            return "unattested".to_owned();
        }
        if self.hides(claim) { "open".to_owned() } else { claim.claim.standing.clone() }
    }

    fn words(&self, claim: &QueuedClaim) -> String {
        if self.hides(claim) { "verdict hidden".to_owned() } else { words::verdict(&self.stamp(claim)) }
    }

    /// Whoever wrote a criterion made no claim by it: the claim's page says who wrote and who marked it.
    fn names_author(&self, claim: &QueuedClaim) -> bool {
        let row = &claim.claim;
        let is_said = row.is_stated() || row.target_kind != "criterion";
        !self.judges_blind && !row.author_name.is_empty() && is_said
    }

    fn made(&self, claim: &QueuedClaim) -> String {
        claim.claim.made_at.map(|at| format::Time::new(at, self.now).to_string()).unwrap_or_default()
    }

    /// The claim's page; where the list is of one order, so is the way through it.
    fn address(&self, claim: &QueuedClaim) -> String {
        let scope = if self.query.order.trim().is_empty() { Scope::All } else { Scope::Order };
        scope.address(&claim.claim.claim_id)
    }

    /// This list again, as it is narrowed.
    fn here(&self) -> String {
        format!("/review?standing={}&order={}", part(&self.query.standing), part(&self.query.order))
    }

    /// How many there are of how many; one claim, two claims.
    fn count(&self) -> String {
        let Progress { judged, total } = self.progress;
        format!("{judged} of {total} claim{} judged", if total == 1 { "" } else { "s" })
    }
}

fn materiality(mass: i32) -> Option<Materiality> {
    u32::try_from(mass).ok().and_then(Materiality::from_k)
}

/// Shows the queue.
pub async fn show(request: HttpRequest, app: Data<App>, query: Query<ReviewQuery>) -> WebResult {
    let asker = principal(&request)?;
    let project = asker.project;
    let query = query.into_inner();
    let (may_judge, judges_blind) = (asker.must(Action::Judge).is_ok(), blind::is_on(&request, &asker));
    let (standing, number) = (standing_asked(&query.standing), query.order.trim().to_owned());
    let weightless = query.standing == WEIGHTLESS;
    let (claims, own_cut, progress, to_verify) = app
        .db
        .read(move |conn| {
            let (order_id, seen) = match number.as_str() {
                "" => (None, reads::seen_by(conn, &asker)?),
                number => (Some(reads::visible_order(conn, &asker, number)?), Seen::default()),
            };
            let progress = reads::progress_seen_by(conn, &asker, order_id.as_deref())?;
            let own_cut = seen.is_cut.then(|| format::number(reads::MOST_OWN));
            let filter = QueueFilter { standing, order_id, seen: seen.ids, weightless };
            let claims = reads::queue(conn, project, &filter)?;
            let waits = may_judge && claims.is_empty();
            let to_verify = if waits { to_verify(conn, &asker)? } else { Vec::new() };
            Ok((claims, own_cut, progress, to_verify))
        })
        .await?;
    let shell = Shell::of(&request, "Review", "review");
    let now = app.now();
    let (standings, is_cut) = (STANDINGS, reads::is_cut(&claims));
    answer(&Page {
        shell,
        query,
        standings,
        claims,
        is_cut,
        own_cut,
        progress,
        may_judge,
        judges_blind,
        to_verify,
        now,
    })
}

/// Where the last verdict leads: the first completed orders of which every claim has one.
fn to_verify(conn: &mut AnyConnection, asker: &Asker) -> Result<Vec<(String, String)>> {
    let completed = Filter { status: Some(Status::Completed), ..Filter::default() };
    let mut ready = Vec::new();
    for row in orders::list(conn, asker.project, &completed, None, MOST_TO_VERIFY)? {
        if reads::progress(conn, asker.project, Some(&row.order_id))?.open() == 0 {
            ready.push((row.number, row.title));
        }
    }
    Ok(ready)
}

/// How many completed orders are looked at for that.
const MOST_TO_VERIFY: i64 = 5;

fn standing_asked(word: &str) -> Option<String> {
    match word {
        "any" => None,
        known if STANDINGS.iter().any(|(value, _)| *value == known && !known.is_empty()) => {
            Some(known.to_owned())
        }
        _ => Some("open".to_owned()),
    }
}
