//! Stated claims as a block of the order's page.

use std::collections::BTreeMap;

use askama::Template;

use crate::audit::order_page::encoded;
use crate::audit::reads::{JudgedVerdict, standing};
use crate::audit::stated::Stated;
use crate::foundation::{Error, Result};
use crate::web::format::shown;

use super::review::weight_word;

/// Words of a quote that the address of the trace carries along.
const POINTED: usize = 12;

#[derive(Template)]
#[template(path = "audit/stated_block.html")]
struct Block {
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

/// The block of these claims, with the verdicts on each.
pub fn html(stated: &[Stated], verdicts: &BTreeMap<String, Vec<JudgedVerdict>>) -> Result<String> {
    let given = |one: &Stated| verdicts.get(&one.claim.id).map_or(&[][..], Vec::as_slice);
    let rows = stated.iter().map(|one| Row::of(one, standing(given(one)))).collect();
    Block { rows }.render().map_err(Error::internal)
}

impl Row {
    fn of(one: &Stated, standing: &'static str) -> Self {
        let claim = &one.claim;
        Self {
            id: claim.id.clone(),
            anchor: claim.target.to_string().replace(':', "-"),
            place: claim.place.clone(),
            statement: shown(&claim.statement),
            author: claim.author.as_ref().map(|who| shown(&who.name)).unwrap_or_default(),
            weight: weight_word(i32::try_from(claim.materiality).unwrap_or(1)),
            standing,
            quote: shown(&one.quote.evidence.quote.exact),
            quote_href: quote_href(one),
        }
    }
}

/// The trace at the quoted observation; browsers that know text fragments go to the words themselves.
pub fn quote_href(one: &Stated) -> String {
    let evidence = &one.quote.evidence;
    let words: Vec<&str> = evidence.quote.exact.split_whitespace().take(POINTED).collect();
    let trace = encoded(&evidence.trace_id);
    let observation = encoded(&evidence.observation_id);
    // A hyphen would be read as a mark of the fragment's own.
    let words = encoded(&words.join(" ")).replace('-', "%2D");
    format!("/traces/{trace}?observation={observation}#:~:text={words}")
}
