//! Sends one trace with a key, by the way every client's traces come in, so that whoever set the key up sees it arrive.

use serde_json::json;

use crate::foundation::ids::new_id;
use crate::foundation::{Action, Asker, Error, FieldErrors, Result, Timestamp};
use crate::intake::Intake;
use crate::intake::ingest::{RequestBody, ingest_batch};

use crate::people::model::Scope;
use crate::people::{Credentials, People, reads};

/// The pair to try.
#[derive(Clone)]
pub struct NewTest {
    pub public_key: String,
    pub secret_key: String,
}

/// Sends the trace and gives its id. What is wrong with the pair is said at its field.
pub async fn test_key(people: &People, intake: &Intake, asker: &Asker, new: NewTest) -> Result<String> {
    asker.must(Action::ManagePeople)?;
    let pair = Credentials::Pair { public: new.public_key.clone(), secret: new.secret_key };
    let grant = people.check_key(&pair).await?.filter(|grant| grant.project == asker.project);
    let Some(grant) = grant else { return Err(fault(people, asker, &new.public_key).await?) };
    if !grant.allows(Scope::Ingest) {
        return Err(Error::invalid("public_key", "this key may not send traces; make one that may"));
    }
    let now = people.app.now();
    let (trace, batch) = trace_of(&asker.actor.name, &grant.public_key, now);
    let body = RequestBody::plain(batch.to_string().into_bytes());
    let answers = ingest_batch(&people.app, intake, &grant.asker(), body).await?;
    match answers.into_iter().find_map(|answer| answer.fault) {
        Some(fault) => Err(Error::refused(fault)),
        None => Ok(trace),
    }
}

/// Why a pair opens nothing here. A key of another project is as unknown as one that never was.
async fn fault(people: &People, asker: &Asker, public_key: &str) -> Result<Error> {
    let (project, now) = (asker.project, people.app.now());
    let keys = people.app.db.read(move |conn| reads::keys(conn, project)).await?;
    let known = keys.into_iter().map(|listed| listed.key).find(|key| key.public_key == public_key);
    let (field, words) = match known {
        None => ("public_key", "no key of this project is called so; copy it again, or make a new key"),
        Some(key) if key.revoked_at.is_some() => ("public_key", "this key was revoked; make a new one"),
        Some(key) if !key.is_live(now) => ("public_key", "this key has expired; make a new one"),
        Some(_) => ("secret_key", "the secret does not belong to this public key, or its agent is disabled"),
    };
    let mut errors = FieldErrors::default();
    errors.add(field, words);
    Ok(Error::Invalid(errors))
}

/// A trace of one step, in the form that Langfuse's clients send.
fn trace_of(sender: &str, public_key: &str, now: Timestamp) -> (String, serde_json::Value) {
    let (trace, step, at) = (new_id(now), new_id(now), now.to_string());
    let words = format!("Yes: this trace was sent with {public_key} and arrived at {at}.");
    let event = |kind: &str, body: serde_json::Value| json!({ "id": new_id(now), "type": kind, "timestamp": at, "body": body });
    let batch = json!({ "batch": [
        event("trace-create", json!({
            "id": trace, "name": "Test of a key", "timestamp": at, "tags": ["key-test"],
            "metadata": { "sent_by": sender }, "input": "Does this key work?", "output": words,
        })),
        event("span-create", json!({
            "id": step, "traceId": trace, "name": "test", "startTime": at, "endTime": at,
            "input": "Does this key work?", "output": words,
        })),
    ]});
    (trace, batch)
}
