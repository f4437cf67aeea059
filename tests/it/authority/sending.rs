//! What clients send: traces, scores, media, and the pulls that send in their place.

use std::time::Duration;

use tracewright::app;
use tracewright::foundation::{Action, Asker, Digest, Error, Result};
use tracewright::intake::ingest::{RequestBody, ingest_batch, ingest_otlp, ingest_scores};
use tracewright::integrations::langfuse::client::Client;
use tracewright::integrations::langfuse::model::{Address, Counts, DAY, Walk, What};
use tracewright::integrations::langfuse::network::Reach;
use tracewright::integrations::langfuse::walk::Pull;
use tracewright::jobs::Stopping;
use tracewright::media::actions;
use tracewright::media::addresses::{Signed, admit, sign};
use tracewright::media::model::{Announced, ClientReport};
use tracewright::media::reads::MediaRow;
use tracewright::media::token::Purpose;
use wire::otlp::Encoding;

use super::Said;
use crate::harness::{DAY as ONE_DAY, TestApp, on_both};
use crate::people::owner;

const BYTES: &[u8] = b"a picture";

fn announced() -> Announced {
    Announced {
        trace_id: "t".to_owned(),
        observation_id: String::new(),
        field: "input".to_owned(),
        content_type: "image/png".to_owned(),
        content_length: u64::try_from(BYTES.len()).unwrap(),
        digest: Digest::of(BYTES),
    }
}

/// A trace in a batch. Whoever may give scores is let into the batch, and refused by the event.
async fn one_event(t: &TestApp, who: &Asker) -> Result<()> {
    let batch = r#"{"batch":[{"id":"e","type":"trace-create","timestamp":"2026-11-21T09:00:00Z","body":{"id":"t1"}}]}"#;
    let sent = RequestBody::plain(batch.as_bytes().to_vec());
    let answers = ingest_batch(&t.app, &t.services.intake, who, sent).await?;
    match answers.into_iter().find(|answer| answer.status == 403) {
        Some(refused) => Err(Error::forbidden(refused.fault.unwrap_or_default())),
        None => Ok(()),
    }
}

/// A file that the operator announced.
pub(super) async fn file(t: &TestApp, admin: &Asker) -> MediaRow {
    let operator = Asker::operator(admin.project);
    actions::announce(&t.app, &operator, announced()).await.unwrap().unwrap()
}

pub(super) async fn on_sending(t: &TestApp, file: &MediaRow, who: &Asker) -> Vec<Said> {
    const SEND: Action = Action::SendTraces;
    let (app, intake, id) = (&t.app, &t.services.intake, file.media_id.clone());
    let nothing = || RequestBody::plain(b"{}".to_vec());
    let report = ClientReport { status: 200, error: None, took_ms: None };
    vec![
        (SEND, "ingest_otlp", ingest_otlp(app, intake, who, nothing(), Encoding::Json).await.map(drop)),
        (SEND, "ingest_batch", one_event(t, who).await),
        (Action::SendScores, "ingest_scores", ingest_scores(app, intake, who, nothing()).await.map(drop)),
        (SEND, "a pull", pull(t, who).await),
        (SEND, "announce", actions::announce(app, who, announced()).await.map(drop)),
        (SEND, "upload by an address of one's own", upload(t, who, file).await),
        (SEND, "report", actions::report(app, who, id, report).await),
        (Action::ReadApi, "sign an address to fetch", sign(app, who, file, Purpose::Download).map(drop)),
        (Action::RemoveErased, "forget", actions::forget(app, who, &[]).await),
    ]
}

async fn upload(t: &TestApp, who: &Asker, file: &MediaRow) -> Result<()> {
    let signed = sign(&t.app, who, file, Purpose::Upload)?;
    put(t, file, &signed, Purpose::Upload).await
}

async fn put(t: &TestApp, file: &MediaRow, signed: &Signed, purpose: Purpose) -> Result<()> {
    let admitted = admit(&t.app, &file.media_id, signed, purpose).await?;
    let bytes = futures_util::stream::iter([Ok::<_, Error>(BYTES)]);
    actions::upload(&t.app, &admitted, &actions::UploadHeaders::default(), bytes).await
}

/// A pull from a server that is not there, told to stop at once.
async fn pull(t: &TestApp, who: &Asker) -> Result<()> {
    let address = Address::parse("http://127.0.0.1:9").unwrap();
    let pull = Pull {
        app: t.app.clone(),
        intake: app::intake(),
        asker: who.clone(),
        client: Client::new(address, "pk", "sk", None, Reach::Private),
        public_key: "pk".to_owned(),
        from: None,
        to: None,
        window: DAY,
        what: What::ALL,
        pause: Duration::ZERO,
        haste: 1_000,
        is_dry: false,
        turn: None,
        source: None,
    };
    let (stop, stopping) = Stopping::pair();
    stop.send(true).unwrap();
    pull.run(Some(stopping), None, &mut async |_: &Walk, _: &Counts| Ok(())).await.map(drop)
}

on_both! {
    async fn an_address_is_authority_for_what_it_was_signed_for_alone(t: TestApp) {
        let admin = owner(&t).await;
        let (file, operator) = (file(&t, &admin).await, Asker::operator(admin.project));
        let elsewhere = Asker::operator(foundation::ProjectKey(admin.project.0 + 1));
        let (to, from) = (sign(&t.app, &operator, &file, Purpose::Upload).unwrap(), sign(&t.app, &operator, &file, Purpose::Download).unwrap());
        let foreign = sign(&t.app, &elsewhere, &file, Purpose::Upload).unwrap();
        for (what, signed, purpose) in [
            ("fetches and does not send", &from, Purpose::Upload),
            ("is admitted for fetching and sends", &from, Purpose::Download),
            ("is another project's", &foreign, Purpose::Upload),
            ("says another project", &Signed { project: admin.project, ..foreign.clone() }, Purpose::Upload),
            ("says a later end", &Signed { expires: to.expires + 1, ..to.clone() }, Purpose::Upload),
            ("has no token", &Signed { token: String::new(), ..to.clone() }, Purpose::Upload),
        ] {
            let said = put(&t, &file, signed, purpose).await;
            assert!(matches!(said, Err(Error::Forbidden(_))), "{what}: {said:?}");
        }
        assert!(put(&t, &file, &to, Purpose::Upload).await.is_ok());
        t.clock.advance(ONE_DAY);
        assert!(matches!(put(&t, &file, &to, Purpose::Upload).await, Err(Error::Forbidden(_))), "it is over");
    }
}
