//! A form with files on its way in: files go to storage as they come, words are kept; what is refused leaves nothing.

use std::collections::BTreeMap;

use actix_web::HttpRequest;
use actix_web::web::Payload;

use crate::foundation::{Error, Result};
use crate::order_pages::act::Act;
use crate::web::parts::{Part, Parts};
use crate::work_orders::actions::add_files::{Received, discard, receive};

/// What came.
#[derive(Default)]
pub struct Sent {
    words: BTreeMap<String, String>,
    pub received: Received,
}

impl Sent {
    /// A field without blanks at its ends, or an empty text.
    pub fn text(&self, name: &str) -> &str {
        self.words.get(name).map_or("", |value| value.trim())
    }
}

/// Reads the whole form. Of what cannot be taken nothing stays, and the words that came are given back with the refusal.
pub async fn read(
    request: &HttpRequest,
    payload: Payload,
    act: &Act,
    order_id: &str,
) -> std::result::Result<Sent, (Sent, Error)> {
    let mut parts = Parts::of(request, payload);
    let mut sent = Sent::default();
    match fill(&mut parts, &mut sent, act, order_id).await {
        Ok(()) => Ok(sent),
        Err(cause) => {
            // Up to a whole form more is read, so that the browser hears why.
            parts.drain(act.orders.app.config.files.max_bytes.saturating_mul(4)).await;
            discard(&act.orders, &act.who, order_id, std::mem::take(&mut sent.received)).await;
            Err((sent, cause))
        }
    }
}

async fn fill(parts: &mut Parts, sent: &mut Sent, act: &Act, order_id: &str) -> Result<()> {
    while let Some(part) = parts.next().await? {
        match part {
            Part::Words { name, value } => drop(sent.words.insert(name, value)),
            Part::File { given, bytes } => {
                receive(&act.orders, &act.who, order_id, &mut sent.received, &given, bytes).await?;
            }
        }
    }
    Ok(())
}
