//! The queue: claims that wait for a verdict, what matters most first.

use actix_web::HttpRequest;
use actix_web::web::{Data, Query};
use askama::Template;
use serde::Deserialize;

use crate::audit::model::Materiality;
use crate::audit::reads::{self, Progress, QueueFilter, QueuedClaim};
use crate::foundation::Timestamp;
use crate::state::App;
use crate::web::page::show as answer;
use crate::web::{Shell, WebResult, format, words};

use super::principal;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReviewQuery {
    standing: String,
    order: String,
}

const STANDINGS: [(&str, &str); 6] = [
    ("", "not judged"),
    ("any", "any"),
    ("disputed", "disputed"),
    ("refuted", "refuted"),
    ("supported", "supported"),
    ("not_enough_information", "not enough information"),
];

#[derive(Template)]
#[template(path = "audit/review.html")]
struct Page {
    shell: Shell,
    query: ReviewQuery,
    standings: [(&'static str, &'static str); 6],
    claims: Vec<QueuedClaim>,
    progress: Progress,
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

    fn stamp(&self, claim: &QueuedClaim) -> String {
        if claim.claim.unattested { "unattested".to_owned() } else { claim.claim.standing.clone() }
    }

    fn words(&self, claim: &QueuedClaim) -> String {
        words::verdict(&self.stamp(claim))
    }

    fn made(&self, claim: &QueuedClaim) -> String {
        claim.claim.made_at.map(|at| format::moment(at, self.now)).unwrap_or_default()
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
    let (standing, number) = (standing_asked(&query.standing), query.order.trim().to_owned());
    let (claims, progress) = app
        .db
        .read(move |conn| {
            let order_id = match number.as_str() {
                "" => None,
                number => Some(reads::visible_order(conn, &asker, number)?),
            };
            let progress = reads::progress_seen_by(conn, &asker, order_id.as_deref())?;
            let filter = QueueFilter { standing, order_id };
            let mut claims = reads::queue(conn, project, &filter)?;
            let orders = claims.iter().map(|queued| queued.claim.order_id.as_str());
            let hidden = reads::hidden_from(conn, &asker, orders)?;
            claims.retain(|queued| !hidden.contains(&queued.claim.order_id));
            Ok((claims, progress))
        })
        .await?;
    let shell = Shell::of(&request, "Review", "review");
    answer(&Page { shell, query, standings: STANDINGS, claims, progress, now: app.now() })
}

fn standing_asked(word: &str) -> Option<String> {
    match word {
        "any" => None,
        known if STANDINGS.iter().any(|(value, _)| *value == known && !known.is_empty()) => {
            Some(known.to_owned())
        }
        _ => Some("open".to_owned()),
    }
}
