//! The signatures on an order, as the page, the paper and the history show them.

use super::text::{self, Html};
use super::view::OrderView;
use crate::foundation::Result;
use crate::order_history::meaning;
use crate::work_orders::model::Signature;
use crate::work_orders::signing::{Check, Record};

/// One signature.
#[derive(Debug)]
pub struct SignatureView {
    pub meaning: &'static str,
    /// Printed name, code and moment.
    pub by: Html,
    /// Which version, by what and with which hash; empty for signatures that kept no record.
    pub of: String,
    pub content: String,
    pub statement: String,
    /// Tone and words: whether the hash is that of the version it names.
    pub check: (&'static str, String),
    /// What superseded it, by whom and when.
    pub superseded: Option<Html>,
}

/// Every signature, the oldest first.
pub fn all(view: &OrderView) -> Vec<SignatureView> {
    let record = Record::of(&view.order, &view.events);
    view.order.signatures.iter().map(|signature| of(view, &record, signature)).collect()
}

fn of(view: &OrderView, record: &Result<Record<'_>>, signature: &Signature) -> SignatureView {
    let signed = signature.signed.as_ref();
    let by = text::by_at(Some(&signature.by), Some(signature.at), view.now);
    let code = signed.map(|signed| Html::text(&signed.code));
    SignatureView {
        meaning: meaning(signature.meaning),
        by: Html::joined([Some(by), code].into_iter().flatten(), ", "),
        of: signed.map_or_else(String::new, |signed| {
            format!("version {}, signed with {}", signed.version, signed.method.words())
        }),
        content: signed.map(|signed| signed.content.to_hex()).unwrap_or_default(),
        statement: signed.map(|signed| signed.statement.clone()).unwrap_or_default(),
        check: check(record, signature),
        superseded: signature.superseded.as_ref().map(|it| {
            let why = Html::text(&format!("Superseded: {}", it.why));
            Html::joined([why, text::by_at(Some(&it.by), Some(it.at), view.now)], ", ")
        }),
    }
}

fn check(record: &Result<Record<'_>>, signature: &Signature) -> (&'static str, String) {
    let Ok(record) = record else {
        return ("bad", "Does not verify: the record cannot be read".to_owned());
    };
    match record.check(signature) {
        Ok(Check::Verifies) => ("good", "Verifies".to_owned()),
        Ok(Check::Fails(why)) => ("bad", format!("Does not verify: {why}")),
        Ok(Check::NoRecord) => ("", "Made before signatures kept a hash of their own".to_owned()),
        Err(_) => ("bad", "Does not verify: the record cannot be read".to_owned()),
    }
}
