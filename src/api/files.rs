//! Files of an order: brought as they are or in a form of several parts, listed, and handed out to whoever may see the order.

use std::collections::BTreeMap;

use actix_web::web::Payload;
use file_kinds::{kind, name};
use serde_json::{Value, json};

use super::call::{Call, Given, json as answer};
use super::find::part_of;
use super::operations::{Operation, Operations};
use super::paging::cut;
use super::query::{AFTER, Kind, LIMIT, Param};
use super::refusal::{Answer, Refused};
use crate::foundation::{Action, Error, Result};
use crate::media::blobs;
use crate::media::pages::{Served, serve_file};
use crate::shapes::{FilePage, FileView, ReceiptView};
use crate::web::Access;
use crate::web::parts::{Part, Parts, is_multipart};
use crate::work_orders::actions::add_files::{Received, add_files, discard, may_add, receive};
use crate::work_orders::gathered::storage;
use crate::work_orders::model::{FilePlace, Order};

const PATH: &str = "/api/v1/orders/{number}/files";
const BYTES: &str = "application/octet-stream";
const FORM: &str = "multipart/form-data";

const PAGED: [Param; 2] = [LIMIT, AFTER];
/// What is said of a file that is sent by itself; the fields of a form have the same names.
const ABOUT: [Param; 3] = [
    Param {
        name: "name",
        kind: Kind::Text(255),
        about: "Its name; `file` where nothing is said. Of a form, each part has its own.",
    },
    Param {
        name: "target",
        kind: Kind::Text(100),
        about: "The part it is evidence for: `3.2`, `3`, `C1`, or `item:ID`; the order as a whole where nothing is said.",
    },
    Param {
        name: "description",
        kind: Kind::Text(1_000),
        about: "What it shows; needed once the order is completed.",
    },
];

/// Registers the operations.
pub fn operations(all: &mut Operations<'_>) {
    let view = Access::May(Action::ViewOrders);
    let list = Operation::get(PATH, "Record", "listFiles", "Read which files an order has")
        .about("Also those that were taken back: their bytes stay.")
        .asks(&PAGED)
        .gives::<FilePage>(200, "A page of them.");
    all.add(list, view, show);
    let form = json!({
        "type": "object",
        "required": ["file"],
        "properties": {
            "file": { "type": "string", "format": "binary", "description": "The bytes, with a file name; several parts may be." },
            "target": { "type": "string", "description": "As the parameter of that name." },
            "description": { "type": "string", "description": "As the parameter of that name." }
        }
    });
    let new = Operation::post(PATH, "Record", "addFiles", "Bring files to an order")
        .about(
            "One file as `application/octet-stream`, or a form of several parts. What a file is, is told from its bytes. The same bytes at \
             the same place are one file, so that sending them again does no harm.",
        )
        .asks(&ABOUT)
        .takes_kind(BYTES, json!({ "type": "string", "format": "binary" }))
        .takes_kind(FORM, form)
        .gives::<ReceiptView>(200, "Kept; no events where they were here already.")
        .unnamed();
    all.add(new, Access::May(Action::AddEvidence), add);
    let any: Value = json!({ "type": "string", "format": "binary" });
    let bytes = Operation::get(
        "/api/v1/orders/{number}/files/{file}",
        "Record",
        "getFile",
        "Read a file, or a range of it",
    )
    .gives_kinds(200, "The bytes.", vec![("*/*", any.clone())])
    .gives_kinds(206, "The range that was asked for.", vec![("*/*", any)])
    .gives_kinds(304, "It is the one that is at hand already.", Vec::new())
    .refuses(&[416])
    .tagged();
    all.add(bytes, view, content);
}

/// GET `/api/v1/orders/{number}/files`.
pub async fn show(call: Call) -> Answer {
    let query = call.query(&PAGED)?;
    let order = call.order().await?;
    let (page, next) = cut(order.gathered.files, &query, |file| file.id.clone())?;
    answer(&FilePage { data: page.iter().map(FileView::from).collect(), next })
}

/// What came, with what was said of it.
#[derive(Default)]
struct Sent {
    words: BTreeMap<String, String>,
    received: Received,
}

/// POST `/api/v1/orders/{number}/files`.
pub async fn add(call: Call, payload: Payload) -> Answer {
    let query = call.query(&ABOUT)?;
    let order = call.order().await?;
    // Before a byte is read it is known whether a file of theirs would be taken.
    may_add(&call.orders, &call.who, &order.id).await?;
    let said = query.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut sent = Sent { words: said.collect(), received: Received::default() };
    let taken = match fill(&call, &order.id, payload, &mut sent).await {
        Ok(()) => place(&order, &sent).map_err(Refused::from),
        Err(cause) => Err(cause),
    };
    let received = std::mem::take(&mut sent.received);
    let place = match taken {
        Ok(place) => place,
        Err(cause) => {
            discard(&call.orders, &call.who, &order.id, received).await;
            return Err(cause);
        }
    };
    let description = sent.words.remove("description").unwrap_or_default();
    let events = add_files(&call.orders, &call.who, &order.id, received, place, description).await?;
    let given: Given = call.receipt(&order.id, &events).await?;
    Ok(given.into())
}

async fn fill(call: &Call, order: &str, payload: Payload, sent: &mut Sent) -> Answer<()> {
    if is_multipart(call.request()) {
        return Ok(fill_form(call, order, payload, sent).await?);
    }
    if call.kind() != BYTES {
        return Err(Refused::other_kind("application/octet-stream or multipart/form-data"));
    }
    let name = sent.words.get("name").cloned().unwrap_or_else(|| "file".to_owned());
    receive(&call.orders, &call.who, order, &mut sent.received, &name, payload).await?;
    let is_empty = sent.received.files.iter().all(|file| file.size == 0);
    if is_empty { Err(Error::invalid("file", "the file is empty").into()) } else { Ok(()) }
}

async fn fill_form(call: &Call, order: &str, payload: Payload, sent: &mut Sent) -> Result<()> {
    let mut parts = Parts::of(call.request(), payload);
    while let Some(part) = parts.next().await? {
        match part {
            Part::Words { name, value } => {
                let known = ["target", "description"].contains(&name.as_str());
                if !known || value.chars().count() > 1_000 {
                    return Err(Error::invalid(
                        name,
                        "a form takes files, target and description, of 1000 characters at most",
                    ));
                }
                sent.words.insert(name, value);
            }
            Part::File { given, bytes } => {
                receive(&call.orders, &call.who, order, &mut sent.received, &given, bytes).await?;
            }
        }
    }
    if sent.received.files.is_empty() {
        return Err(Error::invalid("file", "no file came; send one with a file name"));
    }
    Ok(())
}

fn place(order: &Order, sent: &Sent) -> Result<FilePlace> {
    match sent.words.get("target").map(|text| text.trim()).filter(|text| !text.is_empty()) {
        None => Ok(FilePlace::Order),
        Some(named) => part_of(order, "target", named).map(FilePlace::from),
    }
}

/// GET `/api/v1/orders/{number}/files/{file}`.
pub async fn content(call: Call) -> Answer {
    call.query(&[])?;
    let order = call.order().await?;
    let file = order.gathered.file(&call.part("file")).ok_or_else(|| Error::not_found("this file"))?;
    let served = Served {
        blob: storage::place(call.who.project, &order.id, &file.id),
        length: file.size,
        digest: file.digest,
        content_type: kind::handed_out_as(&file.media_type).to_owned(),
        disposition: name::disposition(kind::is_shown_inline(&file.media_type), &file.name),
    };
    if !blobs::is_there(call.app(), &served.blob).await? {
        return Err(Error::not_found(
            "the bytes of this file: evidence is missing, its digest stays in the record; it",
        )
        .into());
    }
    Ok(serve_file(call.app(), call.request(), &served).await?)
}
