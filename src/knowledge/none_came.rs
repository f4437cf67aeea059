//! Why no atom came of a supported verdict, and what would bring one: so that whoever quoted words in vain learns it.
//!
//! Nothing of it is kept. The rules are asked again, of the stored words, when somebody looks.

use crate::audit::events::Quote;
use crate::audit::evidence;
use crate::audit::reads::{self as audit, JudgedVerdict};
use crate::db::AnyConnection;
use crate::foundation::{Asker, ProjectKey, Result};
use crate::state::App;

use super::extract::{Dropped, extract};
use super::store;

/// Verdicts looked through, the newest first of those that the reader may see.
const LOOKED_AT: i64 = 40;
/// Verdicts told of.
const MOST: usize = 6;

/// A supported verdict that no atom came of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoneCame {
    pub claim_id: String,
    /// The claim's place in its order, such as `3.2`.
    pub place: String,
    pub statement: String,
    /// Each quote's words, and why they are no atom.
    pub quotes: Vec<(String, &'static str)>,
}

/// The newest of those in a project that they may see; of one claim if one is named.
pub async fn none_came(app: &App, asker: &Asker, claim: Option<String>) -> Result<Vec<NoneCame>> {
    let who = asker.clone();
    let candidates = app.db.read(move |conn| without_atoms(conn, &who, claim.as_deref())).await?;
    let mut told = Vec::new();
    for (mut none, quotes) in candidates {
        for quote in &quotes {
            none.quotes.extend(why_not(app, asker.project, quote).await?);
        }
        // Where every quote was in vain; what a job is about to take is none of them.
        if none.quotes.len() == quotes.len() {
            told.push(none);
        }
        if told.len() == MOST {
            break;
        }
    }
    Ok(told)
}

fn without_atoms(
    conn: &mut AnyConnection,
    asker: &Asker,
    claim: Option<&str>,
) -> Result<Vec<(NoneCame, Vec<Quote>)>> {
    let mut found = Vec::new();
    for judged in audit::newest_supported(conn, asker, claim, LOOKED_AT)? {
        let JudgedVerdict { row, verdict } = judged;
        if verdict.quotes.is_empty() || store::is_source(conn, asker.project, &row.verdict_id)? {
            continue;
        }
        let Some(judged) = audit::judged_claim(conn, asker.project, &row.claim_id)? else { continue };
        if judged.claim.withdrawn_at.is_some() || !audit::may_see(conn, asker, &row.order_id)? {
            continue;
        }
        let none = NoneCame {
            claim_id: row.claim_id,
            place: judged.claim.place,
            statement: judged.claim.statement,
            quotes: Vec::new(),
        };
        found.push((none, verdict.quotes));
    }
    Ok(found)
}

/// The words of a quote and why they are no atom; none where they are one.
async fn why_not(app: &App, project: ProjectKey, quote: &Quote) -> Result<Option<(String, &'static str)>> {
    let words = quote.evidence.quote.exact.clone();
    let Some(body) = evidence::quoted_body(app, project, &quote.evidence).await? else {
        return Ok(Some((words, "what it was quoted from is not stored any more, or was changed since")));
    };
    let found = extract(&body, &quote.evidence)?;
    if !found.drafts.is_empty() {
        return Ok(None);
    }
    let why = found.dropped.first().map_or(sentence(Dropped::NotProse), |(_, dropped)| sentence(*dropped));
    Ok(Some((words, why)))
}

/// Why words of this kind are no atom, and what would be one.
fn sentence(dropped: Dropped) -> &'static str {
    match dropped {
        Dropped::Length => {
            "too short or too long to stand for itself; quote a whole sentence of 5 to 45 words, of at most 300 characters"
        }
        Dropped::NoStatement => "it states nothing; quote a sentence with a verb, or a name with its value",
        Dropped::NothingToCheck => {
            "it holds nothing that can be checked; quote a sentence with a name, a number or a quoted word"
        }
        Dropped::Question => "a question states nothing; quote the answer",
        Dropped::Imperative => "it tells somebody to do something; quote the sentence that says what is so",
        Dropped::Chatter => {
            "it greets, guesses or speaks of the model itself; quote the sentence that says what is so"
        }
        Dropped::UnsupportedLanguage => {
            "it does not read as an English sentence, and no other is read for now; quote one, or a name with its value"
        }
        Dropped::NotProse => {
            "a heading, code or a wide table states nothing by itself; quote a sentence, or a name with its value"
        }
    }
}
