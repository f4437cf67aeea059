//! Writing an order out as Markdown; importing that text gives the same order again.

use std::fmt::Write as _;

use crate::db::AnyConnection;
use crate::foundation::{Action, Asker, Error, Result};
use crate::ledger::Event;
use crate::state::App;
use crate::work_orders::lifecycle::tie;
use crate::work_orders::model::Order;
use crate::work_orders::signing::{self, Check, statement};
use crate::work_orders::{markdown, reads};

/// The Markdown form of the order with this number, for whoever may see it.
pub fn export(conn: &mut AnyConnection, asker: &Asker, number: &str) -> Result<String> {
    asker.must_some(Action::ViewOrders)?;
    let Some(id) = reads::find_id(conn, asker.project, number)? else {
        return Err(Error::not_found(format!("the work order {number}")));
    };
    let events = reads::history(conn, asker.project, &id, None)?;
    let order = reads::fold_events(&events)?;
    asker.must_for(Action::ViewOrders, &tie(&order, &asker.actor))?;
    render(&order, &events)
}

/// The Markdown form of an order with the signatures on it, as these events make it.
pub fn render(order: &Order, events: &[Event]) -> Result<String> {
    Ok(markdown::render(order)? + &signatures(order, events)?)
}

/// Who signed what and when, and what became of it. Read back it is a text like any other: no file signs for anybody.
fn signatures(order: &Order, events: &[Event]) -> Result<String> {
    let mut text = String::new();
    for signature in &order.signatures {
        if text.is_empty() {
            let _ = write!(text, "\n## Signatures on {}\n\n", order.number);
        }
        let meaning = statement::meaning_words(signature.meaning);
        let _ = write!(text, "- {meaning}. {}, {}.", signature.by.name, signature.at.to_rfc3339());
        if let Some(signed) = &signature.signed {
            let (version, content) = (signed.version, signed.content.to_hex());
            let _ = write!(text, " \"{}\" Version {version}, SHA-256 {content}", signed.statement);
            let _ = match signing::check(order, events, signature)? {
                Check::Fails(why) => write!(text, ", does not verify: {why}."),
                Check::Verifies | Check::NoRecord => write!(text, ", verifies."),
            };
        }
        if let Some(superseded) = &signature.superseded {
            let (why, at) = (&superseded.why, superseded.at.to_rfc3339());
            let _ = write!(text, " Superseded: {why}, {}, {at}.", superseded.by.name);
        }
        text.push('\n');
    }
    Ok(text)
}

/// [`export`] for the command line.
pub fn export_text(app: &App, asker: &Asker, number: &str) -> Result<String> {
    app.db.read_blocking(|conn| export(conn, asker, number))
}
