//! Why an order has its score: every verdict with its leaf, its factors, and what T would be without it.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use serde::Deserialize;

use crate::audit::reads as audit;
use crate::db::AnyConnection;
use crate::foundation::{Error, Timestamp};
use crate::state::App;
use crate::trust::explain::Row;
use crate::trust::reads::{Report, report_of};
use crate::trust::text;
use crate::web::page::show as answer;
use crate::web::{Principal, Shell, WebResult};

use super::block::Block;

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ScoreQuery {
    as_of: Option<String>,
}

#[derive(Template)]
#[template(path = "trust/order.html")]
struct Page {
    shell: Shell,
    report: Report,
    block: Block,
    as_of: Option<Timestamp>,
}

impl Page {
    fn place(&self, row: &Row) -> String {
        self.report.claims.get(&row.claim).map(|(place, _)| place.clone()).unwrap_or_default()
    }

    fn words(&self, row: &Row) -> String {
        self.report.claims.get(&row.claim).map(|(_, words)| words.clone()).unwrap_or_default()
    }

    fn leaf(&self, row: &Row) -> String {
        row.leaf.map_or_else(|| "waiting".to_owned(), |leaf| leaf.to_string())
    }

    fn change(&self, row: &Row) -> String {
        text::signed(row.change)
    }

    fn weight(&self, row: &Row) -> String {
        weight_words(row)
    }

    fn standing(&self, row: &Row) -> String {
        row.standing.as_str().replace('_', " ")
    }

    /// The four numbers with their decimals.
    fn exact(&self) -> [(&'static str, String); 4] {
        let score = &self.report.explanation.score;
        [
            ("At least (assured)", text::percent(score.assured)),
            ("Likely (expected)", text::percent(score.expected)),
            ("Confidence", text::percent(score.confidence)),
            ("Coverage", text::percent(score.coverage)),
        ]
    }

    fn proposals(&self) -> Vec<String> {
        self.report
            .explanation
            .proposals
            .iter()
            .map(|it| text::proposal(&self.report, it, text::signed))
            .collect()
    }
}

fn weight_words(row: &Row) -> String {
    serde_json::to_value(row.weight)
        .ok()
        .and_then(|value| {
            let parts = value.as_object()?.iter();
            Some(parts.map(|(name, factor)| format!("{name} {factor}")).collect::<Vec<_>>().join(" · "))
        })
        .unwrap_or_default()
}

/// Shows the explanation, at the newest checkpoint or `?as_of=` a moment (RFC 3339).
pub async fn show(
    request: HttpRequest,
    app: Data<App>,
    number: Path<String>,
    query: Query<ScoreQuery>,
) -> WebResult {
    let Principal(asker) = Principal::of(&request)?;
    let as_of = query.as_of.as_deref().filter(|text| !text.is_empty()).map(read_moment).transpose()?;
    let number = number.into_inner();
    let read = move |conn: &mut AnyConnection| {
        let project = asker.project;
        if let Some(order) = audit::order_id(conn, project, &number)? {
            audit::must_see(conn, &asker, &order)?;
        }
        report_of(conn, project, &number, as_of)
    };
    let report = app.db.read(read).await?;
    let shell = Shell::of(&request, format!("Trust in {}", report.number), "work-orders");
    let block = Block::of(&report);
    answer(&Page { shell, report, block, as_of })
}

fn read_moment(text: &str) -> Result<Timestamp, Error> {
    Timestamp::parse_rfc3339(text)
        .ok_or_else(|| Error::invalid("as_of", "expected a moment such as 2026-11-21T09:30:00Z"))
}
