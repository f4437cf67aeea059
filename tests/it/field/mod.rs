//! What is gathered while the work is done, on both databases: files, time, parts, notes to people, holds.

mod doing;
mod files;
mod handing_over;
mod hostile;
mod notes;
mod parts;
mod pins;
mod time;
mod walked;

use actix_web::http::{Method, StatusCode};
use tracewright::foundation::{Asker, Role};
use tracewright::work_orders::model::{Order, Status};
use tracewright::work_orders::reads;

use crate::guards::stage;
use crate::harness::TestApp;
use crate::harness::http::{Answer, Client, Site};

/// A part of a multipart form: a field, its file name if it is a file, its bytes.
pub type Field<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// A browser of somebody who has signed in.
pub async fn browser(t: &TestApp, email: &str) -> Client {
    let started =
        t.people.sign_in(email, stage::PASSWORD, &tracewright::people::Visitor::default()).await.unwrap();
    Client::browser(Some(started.token.expose()))
}

/// A multipart form as browsers write it.
pub fn form(fields: &[Field<'_>]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, file, bytes) in fields {
        body.extend(b"--edge\r\n");
        let file = file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: image/png"));
        let head =
            format!("Content-Disposition: form-data; name=\"{name}\"{}\r\n\r\n", file.unwrap_or_default());
        body.extend(head.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(b"--edge--\r\n");
    ("multipart/form-data; boundary=edge".to_owned(), body)
}

/// Sends files to an order.
pub async fn send(site: &Site, by: &Client, number: &str, fields: &[Field<'_>]) -> Answer {
    let (kind, body) = form(fields);
    by.send_body(site, Method::POST, &format!("/work-orders/{number}/files"), &kind, body).await
}

/// A small picture.
pub fn png() -> Vec<u8> {
    // 1 × 1 point, grey; written by hand, so that no encoder is needed here.
    vec![
        0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0, 1,
        0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 10, b'I', b'D', b'A', b'T', 0x78, 0x9c,
        0x63, 0x68, 0, 0, 0, 0x82, 0, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae,
        0x42, 0x60, 0x82,
    ]
}

/// An order in work: the owner wrote it, dana does it.
pub struct Work {
    pub owner: Asker,
    pub dana: Asker,
    pub id: String,
    pub number: String,
}

pub async fn work(t: &TestApp) -> Work {
    let owner = stage::owner(t).await;
    let dana = stage::hire(t, &owner, "dana", &[Role::Technician]).await;
    let text = format!("{}\n## Parts and Materials\n- Shaft seal 40 x 62\n", stage::FILE);
    let id = stage::take(t, &owner, &text).await;
    stage::give(t, &owner, &id, Some(&dana)).await;
    stage::approve(t, &owner, &id).await;
    stage::read_safety(t, &dana, &id).await;
    stage::go(t, &dana, &id, Status::InProgress).await.unwrap();
    let number = stage::load(t, &owner, &id).await.number.to_string();
    Work { owner, dana, id, number }
}

/// Another order in work for the same technician.
pub async fn second(t: &TestApp, work: &Work) -> (String, String) {
    let text = stage::FILE.replace("WO-2026-100", "WO-2026-101");
    let id = stage::take(t, &work.owner, &text).await;
    stage::give(t, &work.owner, &id, Some(&work.dana)).await;
    stage::approve(t, &work.owner, &id).await;
    stage::read_safety(t, &work.dana, &id).await;
    stage::go(t, &work.dana, &id, Status::InProgress).await.unwrap();
    (id.clone(), stage::load(t, &work.owner, &id).await.number.to_string())
}

pub async fn order(t: &TestApp, work: &Work) -> Order {
    let (project, id) = (work.owner.project, work.id.clone());
    t.app.db.read(move |conn| reads::load(conn, project, &id, None)).await.unwrap()
}

pub fn saw(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
}

/// A header of an answer, or nothing.
pub fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map_or("", |value| value.to_str().unwrap())
}
