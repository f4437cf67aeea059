//! Stated claims as a block of the order's page.

use askama::Template;

use crate::audit::addresses::quote_href;
use crate::audit::order_notes::StandingStatement;
use crate::web::format::shown;
use crate::web::words;

/// The block's rows.
#[derive(Template)]
#[template(path = "audit/stated_block.html")]
pub struct StatedBlock {
    rows: Vec<Row>,
}

/// One stated claim.
struct Row {
    id: String,
    anchor: String,
    place: String,
    statement: String,
    author: String,
    weight: &'static str,
    standing: &'static str,
    quote: String,
    quote_href: String,
}

impl StatedBlock {
    /// The block of these statements; none when nobody stated anything.
    pub fn of(statements: &[StandingStatement]) -> Option<Self> {
        (!statements.is_empty()).then(|| Self { rows: statements.iter().map(Row::of).collect() })
    }
}

impl Row {
    fn of(one: &StandingStatement) -> Self {
        let claim = &one.stated.claim;
        Self {
            id: claim.id.clone(),
            anchor: claim.target.to_string().replace(':', "-"),
            place: claim.place.clone(),
            statement: shown(&claim.statement),
            author: claim.author.as_ref().map(|who| shown(&who.marked_name())).unwrap_or_default(),
            weight: words::importance(i32::try_from(claim.materiality).unwrap_or(1)),
            standing: one.standing,
            quote: shown(&one.stated.quote.evidence.quote.exact),
            quote_href: quote_href(&one.stated),
        }
    }
}
