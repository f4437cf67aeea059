//! The way in for one entry.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;

use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::offline::actions;
use crate::offline::model::{Entry, Seen, What, owner_of};
use crate::web::parts::{Part, Parts};
use crate::web::{Principal, WebResult};
use crate::work_orders::Orders;
use crate::work_orders::actions::add_files::{Received, discard, receive};
use crate::work_orders::model::Target;

/// POST `/waiting/send`: a form of parts with `entry` (a UUID), `owner`, `order` (its id), `kind` (`tick`, `undo`, `answer`,
/// `log`, `comment` or `files`), what that takes (`target`, `item`, `answer`, `note`, `title`, `lines`, `text`,
/// `description`), `standing` or `after`, `claimed` and `sent` in milliseconds since 1970, and files after all of these.
/// Answered with JSON: what became of it; 409 with `locked` where it is another account's.
pub async fn take(
    request: HttpRequest,
    orders: Data<Orders>,
    who: Principal,
    payload: Payload,
) -> WebResult<HttpResponse> {
    let mut parts = Parts::of(&request, payload);
    let mut came = Came { asker: &who.0, words: BTreeMap::new(), received: Received::default() };
    let read = came.read(&orders, &mut parts).await;
    let order = came.text("order").to_owned();
    let received = std::mem::take(&mut came.received);
    let entry = match read.and_then(|()| came.entry()) {
        Ok(entry) => entry,
        Err(cause) => {
            parts.drain(orders.app.config.files.max_bytes.saturating_mul(4)).await;
            discard(&orders, &who.0, &order, received).await;
            return Err(cause.into());
        }
    };
    if entry.owner != owner_of(&who.0) {
        discard(&orders, &who.0, &order, received).await;
        return Ok(HttpResponse::build(StatusCode::CONFLICT).json(json!({ "outcome": "locked" })));
    }
    Ok(HttpResponse::Ok().json(actions::send(&orders, &who.0, entry, received).await?))
}

struct Came<'a> {
    asker: &'a Asker,
    words: BTreeMap<String, String>,
    received: Received,
}

impl Came<'_> {
    async fn read(&mut self, orders: &Orders, parts: &mut Parts) -> Result<()> {
        while let Some(part) = parts.next().await? {
            match part {
                Part::Words { name, value } => drop(self.words.insert(name, value)),
                Part::File { given, bytes } => {
                    // Their place is under the order, so everything else must be there and right.
                    let order = self.entry()?.order;
                    receive(orders, self.asker, &order, &mut self.received, &given, bytes).await?;
                }
            }
        }
        Ok(())
    }

    fn text(&self, name: &str) -> &str {
        self.words.get(name).map_or("", |value| value.trim())
    }

    fn given(&self, name: &str) -> Option<String> {
        Some(self.text(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn entry(&self) -> Result<Entry> {
        let entry = Entry {
            id: self.text("entry").to_owned(),
            owner: self.text("owner").to_owned(),
            order: self.text("order").to_owned(),
            what: self.what()?,
            seen: Seen { standing: self.given("standing"), after: self.given("after") },
            claimed: self.moment("claimed")?,
            sent: self.moment("sent")?,
        };
        entry.check()?;
        Ok(entry)
    }

    fn what(&self) -> Result<What> {
        let text = |name: &str| self.text(name).to_owned();
        let target = || self.text("target").parse::<Target>();
        Ok(match self.text("kind") {
            "tick" => What::Tick { target: target()? },
            "undo" => What::Undo { target: target()? },
            "answer" => What::Answer { item: text("item"), given: text("answer"), note: text("note") },
            "log" => What::Log {
                title: text("title"),
                lines: self.text("lines").lines().map(|line| line.trim_end().to_owned()).collect(),
            },
            "comment" => What::Comment { text: text("text") },
            "files" => What::Files {
                target: self.given("target").map(|_| target()).transpose()?,
                description: text("description"),
            },
            _ => {
                return Err(Error::invalid(
                    "kind",
                    "expected tick, undo, answer, log, comment or files; signatures and moves need the network",
                ));
            }
        })
    }

    fn moment(&self, name: &str) -> Result<Timestamp> {
        let millis = self.text(name).parse::<i64>().ok().filter(|millis| (0..=MOST_MILLIS).contains(millis));
        let millis = millis.ok_or_else(|| Error::invalid(name, "expected milliseconds since 1970"))?;
        Ok(Timestamp(millis * 1_000))
    }
}

/// The last moment that is taken: the end of the year 9999.
const MOST_MILLIS: i64 = 253_402_300_799_999;
